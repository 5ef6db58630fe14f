"""Says before a report is sent what is known of its place: interruptions, and who else owns it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from departments.models import Department
from incidents.competence import rule_for
from incidents.models import Category
from incidents.services.beyond import point_on
from incidents.services.outages import KnownOutage, known_outages
from incidents.services.reported_place import Found
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody who reports should read first; `owner` is who owns what is not the town's."""

    outages: Sequence[KnownOutage] = ()
    owner: Department | None = None

    @property
    def is_any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.outages or self.owner)

    @property
    def marks(self) -> frozenset[str]:
        """Short names of what is told, so that nothing is told twice."""
        told = {f"works-{one.works}" for one in self.outages}
        return frozenset(told | ({f"owner-{self.owner.pk}"} if self.owner else set()))

    def without(self, told: frozenset[str]) -> "Known":
        """What was not told yet."""
        owner = self.owner if self.owner and f"owner-{self.owner.pk}" not in told else None
        return Known([one for one in self.outages if f"works-{one.works}" not in told], owner)


def known_here(
    *, municipality: Municipality, category: Category | None, place: Found, now: dt.datetime
) -> Known:
    """What is known of a kind of fault at a place. At most five queries."""
    if place.geometry is None or category is None:
        return Known()
    outages = known_outages(
        municipality=municipality, point=point_on(place.geometry), category=category, now=now
    )
    return Known(outages, _owner(municipality, category, place, now))


def _owner(
    municipality: Municipality, category: Category, place: Found, now: dt.datetime
) -> Department | None:
    """Whom the rules name outside the town hall, where they leave no doubt."""
    ruling = rule_for(
        municipality=municipality,
        category=category,
        geometry=place.geometry,
        accuracy_m=place.accuracy_m,
        site=place.site,
        at=now,
    )
    if ruling.rule is None or not ruling.rule.is_outside or ruling.doubt:
        return None
    offices = Department.objects.in_municipality(municipality)
    return offices.filter(pk=ruling.rule.department_id).first()
