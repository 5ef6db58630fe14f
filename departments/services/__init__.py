"""What is done with offices, people, calendars and works; one module for each of them."""

from departments.services.appointing import appoint_administrator
from departments.services.calendars import (
    DeclaredDay,
    declared_days,
    latest_version,
    legal_calendar,
    publish_version,
    save_calendar,
)
from departments.services.handover import Passed, hand_over, roles_to_pass
from departments.services.invitations import (
    Invited,
    accept_invitations,
    invite,
    send_invitation,
    withdraw_invitation,
)
from departments.services.offices import (
    DepartmentFacts,
    close_department,
    reopen_department,
    save_department,
)
from departments.services.roles import (
    RoleFacts,
    appoint_deputy,
    change_role,
    end_role,
    facts_of,
    give_role,
)
from departments.services.works import WorksFacts, save_works

__all__ = [
    "DeclaredDay",
    "DepartmentFacts",
    "Invited",
    "Passed",
    "RoleFacts",
    "WorksFacts",
    "accept_invitations",
    "appoint_administrator",
    "appoint_deputy",
    "change_role",
    "close_department",
    "declared_days",
    "end_role",
    "facts_of",
    "give_role",
    "hand_over",
    "invite",
    "latest_version",
    "legal_calendar",
    "publish_version",
    "reopen_department",
    "roles_to_pass",
    "save_calendar",
    "save_department",
    "save_works",
    "send_invitation",
    "withdraw_invitation",
]
