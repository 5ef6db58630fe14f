"""Loads staff: a row for each role of a person, known by e-mail, role and department."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.services import invite_user
from departments.acts import Act
from departments.csv_rows import Column, Row, Table, read_table
from departments.last_days import day_after, day_before
from departments.loading.tables import Loaded, day_of, one_of, row_refused, whole_or_nothing
from departments.models import Department, Membership
from departments.services import Invited, RoleFacts, change_role, facts_of, give_role, invite
from zones.models import Municipality, Zone
from zones.querysets import ZoneQuerySet

STAFF_COLUMNS = (
    Column("email", is_required=True, is_filled=True, longest=254),
    Column("full_name", longest=120),
    Column("language", longest=8),
    Column("role", is_required=True, is_filled=True),
    Column("department"),
    Column("areas"),
    Column("first_day"),
    Column("last_day"),
)
AREA_DIVIDER = "|"


def load_staff(
    *,
    municipality: Municipality,
    raw: bytes,
    act: Act,
    is_trial: bool = False,
    site: str = "",
) -> Loaded:
    """Give and change roles; a column that is left out changes nothing, who is missing stays.

    Args:
        site: origin of the pages; where it is given, each new person gets an invitation.

    Raises:
        FaultyFile: with each line that is wrong; nothing is stored then.
    """
    table = read_table(raw, STAFF_COLUMNS, unique=("email", "role", "department"))
    faults = list(table.faults)
    loaded = Loaded()
    with whole_or_nothing(faults, is_trial=is_trial):
        load = _Load(municipality, table, act, site)
        for row in table.sound_rows:
            with row_refused(faults, row.line):
                load.take(row, loaded)
    return loaded


class _Load:
    """One file on its way into one town."""

    def __init__(self, municipality: Municipality, table: Table, act: Act, site: str) -> None:
        self.municipality, self.table, self.act, self.site = municipality, table, act, site
        offices = Department.objects.in_municipality(municipality).in_use()
        self.offices = {row.code: row for row in offices}
        self.zones = _by_code(Zone.objects.in_municipality(municipality).areas())

    def take(self, row: Row, loaded: Loaded) -> None:
        """Give or change one role."""
        role = row["role"].lower()
        if role not in Membership.Role.values:
            words = {"role": row["role"][:40], "known": ", ".join(Membership.Role.values)}
            sentence = _("There is no role “%(role)s”. Known are: %(known)s.") % words
            raise ValidationError({"role": ValidationError(sentence, code="unknown_role")})
        there = self._held(row, role)
        facts = self._facts(row, role, there)
        called = f"{row['full_name'] or row['email']} ({Membership.Role(role).label})"
        if there is None:
            self._give(row, facts)
            loaded.added.append(called)
        elif _same(facts, facts_of(there)):
            loaded.unchanged += 1
        else:
            change_role(membership=there, facts=facts, act=self.act)
            loaded.changed.append(called)

    def _held(self, row: Row, role: str) -> Membership | None:
        held = Membership.objects.in_municipality(self.municipality).filter(
            user__email__iexact=row["email"],
            role=role,
            department=one_of(self.offices, row, "department"),
            deputy_for__isnull=True,
        )
        return held.not_ended(self.act.today_in(self.municipality)).order_by("pk").first()

    def _facts(self, row: Row, role: str, there: Membership | None) -> RoleFacts:
        was = facts_of(there) if there else RoleFacts(role)
        columns = self.table.columns
        first, until = day_of(row, "first_day"), day_after(day_of(row, "last_day"))
        return RoleFacts(
            role,
            one_of(self.offices, row, "department"),
            self._areas(row) if "areas" in columns else was.areas,
            first if "first_day" in columns else was.valid_from,
            until if "last_day" in columns else was.valid_until,
        )

    def _areas(self, row: Row) -> list[Zone]:
        codes = [code.strip() for code in row["areas"].split(AREA_DIVIDER) if code.strip()]
        for code in codes:
            if code not in self.zones:
                sentence = _("There is no area “%(code)s” in this town. Check the code.")
                refused = ValidationError(sentence % {"code": code[:80]}, code="unknown_area")
                raise ValidationError({"areas": refused})
        return [self.zones[code] for code in dict.fromkeys(codes)]

    def _give(self, row: Row, facts: RoleFacts) -> None:
        person = Invited(row["email"], row["full_name"], row["language"])
        if self.site:
            invite(
                municipality=self.municipality,
                person=person,
                facts=facts,
                act=self.act,
                site=self.site,
            )
            return
        language = person.language or self.municipality.languages[0]
        try:
            user = invite_user(email=person.email, full_name=person.full_name, language=language)
        except ValidationError as refused:
            raise ValidationError({"email": refused}) from refused
        give_role(municipality=self.municipality, user=user, facts=facts, act=self.act)


def _by_code(areas: ZoneQuerySet) -> dict[str, Zone]:
    """Areas as kind:code, and by the code alone where only one kind has it."""
    zones = list(areas.select_related("kind"))
    count = Counter(zone.code for zone in zones)
    alone = {zone.code: zone for zone in zones if count[zone.code] == 1}
    return alone | {f"{zone.kind.code}:{zone.code}": zone for zone in zones}


def staff_cells(membership: Membership) -> list[Any]:
    """A role as a row of the columns that are loaded."""
    return [
        membership.user.email,
        membership.user.full_name,
        membership.user.language,
        membership.role,
        membership.department.code if membership.department else "",
        AREA_DIVIDER.join(sorted(f"{z.kind.code}:{z.code}" for z in membership.areas.all())),
        membership.valid_from,
        day_before(membership.valid_until),
    ]


def _same(one: RoleFacts, other: RoleFacts) -> bool:
    def key(facts: RoleFacts) -> tuple[Any, ...]:
        areas = sorted(zone.pk for zone in facts.areas)
        return facts.department, areas, facts.valid_from, facts.valid_until

    return key(one) == key(other)
