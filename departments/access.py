"""Named predicates about staff rights; every page and verb asks these, never a role by name."""

from typing import TYPE_CHECKING

from departments.models import Membership
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def may_administer(user: "User | AnonymousUser", municipality: Municipality) -> bool:
    """Whether a person may edit the town's settings and read what residents wrote to it."""
    return Membership.objects.in_municipality(municipality).of(user).as_administrator().exists()
