"""Who stands on the ladder above a report: handler, head, deputy mayor, mayor, and who deputises.

Whoever stands in for somebody is told as well, and the log says for whom. A report that nobody
holds yet is the dispatchers'.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from accounts.models import User
from departments.models import Department, Membership
from incidents.escalation import DEPUTY, HANDLER, HEAD, MAYOR
from incidents.models import Incident, Scope
from zones.models import Municipality

_Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to warn, on which step, and for whom they stand in."""

    user: User
    level: str
    instead_of: User | None = None


@dataclass(slots=True)
class Ladder:
    """The staff of a town on a day, read once for many reports. Four queries."""

    town: Municipality
    today: dt.date
    _held: list[Membership] = field(default_factory=list)
    _parents: dict[int, int | None] = field(default_factory=dict)
    _scopes: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read who holds which role today."""
        self._held = list(
            Membership.objects.in_municipality(self.town)
            .in_force(self.today)
            .with_role([_Role.HANDLER, _Role.HEAD, _Role.DISPATCHER])
            .filter(user__is_active=True)
            .select_related("user", "deputy_for__user")
            .prefetch_related("areas")
            .order_by("pk")
        )
        offices = Department.objects.in_municipality(self.town)
        self._parents = dict(offices.values_list("pk", "parent"))
        for membership, category in Scope.objects.filter(membership__in=self._held).values_list(
            "membership", "category"
        ):
            self._scopes.setdefault(membership, set()).add(category)

    def readers(self, incident: Incident, levels: Sequence[str]) -> list[Reader]:
        """Everybody on some steps, each person once, on the lowest step they stand on.

        Where nobody stands there, because nobody has the report or whoever had it left, the head
        is told, and without any head who heads the whole town.
        """
        found: dict[int, Reader] = {}
        for steps in (levels, (HEAD,), (MAYOR,)):
            for level in steps:
                for reader in self._on(incident, level):
                    found.setdefault(reader.user.pk, reader)
            if found:
                break
        return list(found.values())

    def on_duty(self, incident: Incident) -> list[Reader]:
        """Head and dispatchers of the department, and those of the whole town where none is."""
        office = self._office_with(incident, incident.department_id, _Role.HEAD, _Role.DISPATCHER)
        roles = (_Role.HEAD, _Role.DISPATCHER)
        found = {row.user_id: row for row in self._of(incident, office, *roles)}
        return [_reader(row, HEAD) for row in found.values()]

    def _on(self, incident: Incident, level: str) -> Iterator[Reader]:
        if level == HANDLER:
            yield from self._handlers(incident)
            return
        office = self._office_with(incident, incident.department_id, _Role.HEAD)
        if level == HEAD and office is not None:
            rows = self._of(incident, office, _Role.HEAD)
        elif level == DEPUTY and office is not None:
            above = self._office_with(incident, self._parents.get(office), _Role.HEAD)
            rows = self._of(incident, above, _Role.HEAD) if above is not None else []
        elif level == MAYOR:
            rows = self._of(incident, None, _Role.HEAD)
        else:
            rows = []
        yield from (_reader(row, level) for row in rows)

    def _handlers(self, incident: Incident) -> Iterator[Reader]:
        handler = incident.handler
        if handler is not None and any(row.user_id == handler.pk for row in self._held):
            yield Reader(handler, HANDLER)
        if handler is not None:
            for row in self._held:
                if row.deputy_for and row.deputy_for.user_id == handler.pk:
                    yield Reader(row.user, HANDLER, handler)
        elif incident.department_id is None:
            rows = self._of(incident, None, _Role.DISPATCHER)
            yield from (_reader(row, HANDLER) for row in rows)

    def _office_with(
        self, incident: Incident, office: int | None, *roles: Membership.Role
    ) -> int | None:
        """The office itself, or the nearest above it in which somebody has the role."""
        met: set[int] = set()
        while office is not None and office not in met:
            if self._of(incident, office, *roles):
                return office
            met.add(office)
            office = self._parents.get(office)
        return None

    def _of(
        self, incident: Incident, office: int | None, *roles: Membership.Role
    ) -> list[Membership]:
        return [
            row
            for row in self._held
            if row.role in roles and row.department_id == office and self._covers(row, incident)
        ]

    def _covers(self, row: Membership, incident: Incident) -> bool:
        areas = {zone.pk for zone in row.areas.all()}
        if areas and not areas.intersection(incident.zone_ids):
            return False
        limits = self._scopes.get(row.pk)
        if limits is None:
            return True
        category = incident.category
        return category is not None and bool(limits & {category.pk, category.parent_id})


def _reader(row: Membership, level: str) -> Reader:
    return Reader(row.user, level, row.deputy_for.user if row.deputy_for else None)
