"""What the invented parts of a practice copy share: the town, its homes, who writes, the mark."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from departments.access import ROLES_WITH, Right
from departments.models import Membership
from zones.models import Address, Municipality


@dataclass(frozen=True)
class Practice:
    """What all parts need."""

    town: Municipality
    now: dt.datetime
    random: Random
    homes: Sequence[Address]

    @property
    def language(self) -> str:
        """The town's first language."""
        return str(self.town.languages[0])

    @property
    def mark(self) -> str:
        """Says that a text is invented."""
        with override(self.language):
            return _("(invented example)")

    def marked(self, text: str) -> str:
        """A text with the mark behind it."""
        return f"{text} {self.mark}"

    def author(self, right: Right) -> User | None:
        """Somebody of the staff who may do something in the whole town, else an administrator."""
        held = Membership.objects.in_municipality(self.town).for_whole_town()
        roles = ROLES_WITH[right] | ROLES_WITH[Right.ADMINISTER]
        found = held.filter(role__in=roles).select_related("user").order_by("role", "pk").first()
        return found.user if found else None
