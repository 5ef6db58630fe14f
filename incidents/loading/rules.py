"""Loads rules of competence from a table into a draft: a row for each, in the order of the file."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.csv_rows import Column, Row, read_table
from departments.loading.tables import Loaded, one_of, row_refused, whole_or_nothing
from departments.models import Department
from geo.crs import STORAGE_SRID
from geo.intake import ANY_SHAPE, parse_geojson
from incidents.models import Category, CompetenceRule, RuleSet
from incidents.services.rules import (
    RuleFacts,
    begin_draft,
    publish_rules,
    rule_values,
    rules_now,
    save_rule,
)
from sign_registry.models import Site, SiteCategory
from zones.models import Municipality, Street, Zone

LONGEST_SHAPE = 100_000
RULE_COLUMNS = (
    Column("code", is_required=True, is_filled=True, longest=60),
    Column("category", is_required=True),
    Column("zone"),
    Column("street"),
    Column("within_metres"),
    Column("geometry", longest=LONGEST_SHAPE),
    Column("site"),
    Column("site_category"),
    Column("weekdays"),
    Column("from"),
    Column("until"),
    Column("department", is_required=True, is_filled=True),
    Column("note", longest=300),
)


def load_rules(
    *,
    municipality: Municipality,
    raw: bytes,
    act: Act,
    is_trial: bool = False,
    note: str = "",
) -> Loaded:
    """Make the draft say what the file says, all of it; with a note it takes effect at once.

    Raises:
        FaultyFile: with each line that is wrong; the draft is as before then.
    """
    table = read_table(raw, RULE_COLUMNS, unique=("code",))
    faults = list(table.faults)
    loaded = Loaded()
    with whole_or_nothing(faults, is_trial=is_trial):
        draft = begin_draft(municipality=municipality, act=act)
        draft.rules.all().delete()
        known = _Known(municipality)
        for row in table.sound_rows:
            with row_refused(faults, row.line):
                save_rule(draft=draft, facts=known.facts(row))
        if not faults:
            _compare(rules_now(municipality), draft, loaded)
            if note:
                publish_rules(draft=draft, note=note, act=act)
    return loaded


def rule_cells(rule: CompetenceRule) -> list[Any]:
    """A rule as a row of the columns that are loaded."""
    return [
        rule.code,
        rule.category.code if rule.category else "",
        f"{rule.zone.kind.code}:{rule.zone.code}" if rule.zone else "",
        rule.street.code if rule.street else "",
        rule.within_metres or "",
        rule.geometry.json if rule.geometry else "",
        rule.site.code if rule.site else "",
        rule.site_category.code if rule.site_category else "",
        ",".join(str(day) for day in rule.weekdays),
        f"{rule.from_time:%H:%M}" if rule.from_time else "",
        f"{rule.until_time:%H:%M}" if rule.until_time else "",
        rule.department.code,
        rule.note,
    ]


def _compare(before: RuleSet | None, draft: RuleSet, loaded: Loaded) -> None:
    was = {rule.code: rule_values(rule) for rule in before.rules.all()} if before else {}
    for rule in draft.rules.order_by("position"):
        if rule.code not in was:
            loaded.added.append(rule.code)
        elif was[rule.code] != rule_values(rule):
            loaded.changed.append(rule.code)
        else:
            loaded.unchanged += 1


class _Known:
    """What rows of a file may name in one town. Streets and sites are found one by one."""

    def __init__(self, municipality: Municipality) -> None:
        self.town = municipality
        offices = Department.objects.in_municipality(municipality).in_use()
        kinds = Category.objects.in_municipality(municipality)
        places = SiteCategory.objects.in_municipality(municipality)
        zones = Zone.objects.in_municipality(municipality).select_related("kind")
        self.offices: Mapping[str, Department] = {row.code: row for row in offices}
        self.categories: Mapping[str, Category] = {row.code: row for row in kinds}
        self.site_categories: Mapping[str, SiteCategory] = {row.code: row for row in places}
        self.zones: Mapping[str, Zone] = {f"{row.kind.code}:{row.code}": row for row in zones}

    def facts(self, row: Row) -> RuleFacts:
        """What a row says."""
        department = one_of(self.offices, row, "department")
        if department is None:
            raise _refusal("department", _("Choose an office of this town."), "elsewhere")
        return RuleFacts(
            code=row["code"],
            department=department,
            category=one_of(self.categories, row, "category"),
            zone=one_of(self.zones, row, "zone"),
            street=one_of(self._coded(Street, row["street"]), row, "street"),
            geometry=_shape(row["geometry"]),
            within_metres=_metres(row["within_metres"]),
            site=one_of(self._coded(Site, row["site"]), row, "site"),
            site_category=one_of(self.site_categories, row, "site_category"),
            weekdays=_weekdays(row["weekdays"]),
            from_time=_hour(row, "from"),
            until_time=_hour(row, "until"),
            note=row["note"],
        )

    def _coded(self, model: Any, code: str) -> Mapping[str, Any]:
        if not code:
            return {}
        rows = model.objects.in_municipality(self.town).filter(code=code)
        return {row.code: row for row in rows}


def _shape(text: str) -> GEOSGeometry | None:
    if not text:
        return None
    try:
        json.loads(text)
    except ValueError as error:
        raise _refusal("geometry", _("This is not JSON."), "not_json") from error
    shape = parse_geojson(text, accept=ANY_SHAPE)
    return GEOSGeometry(shape.wkb_hex, srid=STORAGE_SRID)


def _metres(text: str) -> int:
    if text and not text.isdecimal():
        raise _refusal("within_metres", _("Write whole metres."), "not_a_number")
    return int(text or 0)


def _weekdays(text: str) -> list[int]:
    """Numbers from 1 for Monday, divided by commas or blanks, with ranges such as 1-5."""
    found: list[int] = []
    for part in text.replace(";", " ").replace(",", " ").split():
        first, _dash, last = part.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            raise _refusal("weekdays", _("Weekdays go from 1 (Monday) to 7."), "no_weekday")
        found += range(int(first), min(int(last or first), 8) + 1)
    return found


def _hour(row: Row, column: str) -> dt.time | None:
    if not row[column]:
        return None
    try:
        return dt.datetime.strptime(row[column], "%H:%M").time()  # noqa: DTZ007 - on the wall
    except ValueError as error:
        raise _refusal(column, _("Write an hour such as 20:00."), "not_an_hour") from error


def _refusal(column: str, sentence: str, code: str) -> ValidationError:
    return ValidationError({column: ValidationError(sentence, code=code)})
