"""Under which role somebody may do something with one report; every verb of the desk asks here."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from accounts.models import User
from departments.access import Right
from incidents.models import Incident
from incidents.reach import Hat, hats
from incidents.services.recording import Actor, Role

_ROLES: dict[str, Role] = {
    "clerk": "clerk",
    "dispatcher": "dispatcher",
    "handler": "handler",
    "head": "head",
    "administrator": "administrator",
    "moderator": "moderator",
}


def covers(hat: Hat, incident: Incident) -> bool:
    """Whether one hat allows work on a report: department, area and category together.

    Being asked for an opinion lets a department see a report, but not work on it.
    """
    if hat.departments is not None and incident.department_id not in hat.departments:
        return False
    if hat.zones is not None and not hat.zones.intersection(incident.zone_ids):
        return False
    if hat.categories is None:
        return True
    category = incident.category
    return category is not None and bool(hat.categories & {category.pk, category.parent_id})


def is_wide(hat: Hat) -> bool:
    """Whether a hat is narrowed by nothing: the authority, when it is a head's."""
    return hat.departments is None and hat.zones is None and hat.categories is None


def actor_under(held: Iterable[Hat], incident: Incident) -> Actor | None:
    """Who acts under the first hat that covers a report, the widest first."""
    ordered = sorted(held, key=lambda hat: (not is_wide(hat), hat.membership.pk))
    for hat in ordered:
        if covers(hat, incident):
            return Actor(
                _ROLES[hat.membership.role], hat.membership.user, hat.membership.department
            )
    return None


def acting(user: User, incident: Incident, right: Right, now: dt.datetime) -> Actor:
    """Somebody in the role that allows it.

    Raises:
        PermissionDenied: no role of the person covers this report with this right.
    """
    actor = actor_under(hats(user, incident.municipality, right, now), incident)
    if actor is None:
        raise PermissionDenied
    return actor


def require(actor: Actor, incident: Incident, right: Right, now: dt.datetime) -> None:
    """Refuse an actor without the right for this report; the program itself may do everything.

    Raises:
        PermissionDenied: no role of the person covers it.
    """
    if actor.role == "system":
        return
    if actor.user is None:
        raise PermissionDenied
    acting(actor.user, incident, right, now)


def require_authority(actor: Actor, incident: Incident, now: dt.datetime) -> None:
    """Refuse everybody but those who sign for the whole town.

    Raises:
        PermissionDenied: the person is no head for the whole town.
    """
    held = hats(actor.user, incident.municipality, Right.SIGN, now) if actor.user else []
    if not any(is_wide(hat) for hat in held):
        raise PermissionDenied
