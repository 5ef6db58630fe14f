"""Who is competent for a fault: the first rule that fits, why it does, and whether that is sure.

Of a town's R rules and a place the database tries those near it by index, O(log R) for each table,
and measures the few it finds; what lies around a place is cut by shapely from those few only.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import Exists, OuterRef, Q

from geo.metres import box_around
from incidents.competence_ground import around, choices_in
from incidents.competence_sql import AskedPlace, Meeting, meetings
from incidents.models import Category, CompetenceRule, RuleSet
from incidents.windows import Window, window_of
from sign_registry.models import Site, SitePeriod
from zones.days import civil_day
from zones.models import Municipality, ZoneShape


class Matched(StrEnum):
    """What kind of place made a rule fit."""

    ZONE = "zone"
    STREET = "street"
    DRAWN = "drawn"
    SITE = "site"
    EVERYWHERE = "everywhere"
    NOTHING = "nothing"
    BEYOND = "beyond"  # outside the outline of the town


class Why(StrEnum):
    """What is wrong with a rule that cannot be followed."""

    ZONE = "zone_without_shape"
    STREET = "street_without_ground"
    CATEGORY = "category_closed"
    DEPARTMENT = "department_closed"


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that would have been asked and cannot be followed."""

    rule_id: int
    code: str
    why: Why


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule, and whom it names."""

    rule_id: int
    code: str
    department_id: int
    department_code: str
    is_outside: bool
    matched: Matched


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say; no department is a gap.

    `distance_m` is how far the place lies from the border of the zone, or from the street's axis or
    the drawn shape. `doubt`: the first rule of each department that the place may belong to, empty
    where there is only one.
    """

    rule: Choice | None = None
    rule_set: int = 0
    distance_m: float | None = None
    runner_up: Choice | None = None
    doubt: tuple[Choice, ...] = ()
    errors: tuple[BrokenRule, ...] = ()
    matched: Matched = Matched.NOTHING

    @property
    def department_id(self) -> int | None:
        """Who is competent, None for a gap."""
        return self.rule.department_id if self.rule else None


@dataclass(frozen=True, slots=True)
class Question:
    """A fault as the rules see it; geometry in EPSG:4326."""

    category: Category | None
    geometry: GEOSGeometry | None
    accuracy_m: float | None
    site: Site | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one version in their order, and what is wrong with some of them on a day."""

    town: Municipality
    on: dt.date
    rules: Sequence[CompetenceRule]
    broken: dict[int, Why] = field(default_factory=dict)

    @property
    def reach_m(self) -> int:
        """The widest strip that a rule lays around a line."""
        return max((rule.within_metres for rule in self.rules), default=0)


def rule_for(
    *,
    municipality: Municipality,
    category: Category | None,
    geometry: GEOSGeometry | None,
    accuracy_m: float | None,
    site: Site | None,
    at: dt.datetime,
) -> Ruling:
    """Ask the rules in force about one fault; two queries, one more where a site is named.

    A line or an area belongs where a point on it lies, and is in doubt where the rest of it lies
    elsewhere.
    """
    book = rules_in_force(municipality, civil_day(at, municipality.timezone))
    return judge(book, [Question(category, geometry, accuracy_m, site, at)])[0]


def rules_in_force(municipality: Municipality, on: dt.date) -> Rulebook:
    """The rules that decide now, with the ground they have on a day. One query."""
    return read_rules(
        municipality, Q(rule_set__municipality=municipality, rule_set__state="in_force"), on
    )


def rules_of(rule_set: RuleSet, on: dt.date) -> Rulebook:
    """The rules of one version. One query."""
    return read_rules(rule_set.municipality, Q(rule_set=rule_set), on)


def read_rules(municipality: Municipality, which: Q, on: dt.date) -> Rulebook:
    """Some rules in their order."""
    shapes = ZoneShape.objects.in_force(on)
    rules = list(
        CompetenceRule.objects.filter(which)
        .select_related("rule_set", "category", "department", "zone", "street", "site")
        .select_related("site_category")
        .annotate(
            is_drawn=Q(geometry__isnull=False),
            has_axis=Q(street__axis__isnull=False),
            has_zone=Exists(shapes.filter(zone=OuterRef("zone"))),
            has_strip=Exists(shapes.filter(zone=OuterRef("street__zone"))),
        )
        .defer("geometry", "street__axis", "site__geometry")
        .order_by("position", "pk")
    )
    broken = {rule.pk: why for rule in rules if (why := _fault(rule))}
    return Rulebook(municipality, on, rules, broken)


def judge(book: Rulebook, questions: Sequence[Question]) -> list[Ruling]:
    """Ask the same rules about many faults at once; one query, one more where sites are named."""
    kinds = _site_categories(book, questions)
    asked: list[tuple[Question, list[CompetenceRule], AskedPlace | None]] = []
    wanted: set[int] = set()
    for question in questions:
        rules = [rule for rule in book.rules if _is_about(rule, question, kinds, book.town)]
        place = _place(book, question)
        asked.append((question, rules, place))
        wanted |= {rule.pk for rule in rules if place and parts_of(rule)}
    met = meetings([place for *_rest, place in asked if place], wanted, book.on)
    answers = iter(met)
    return [
        _ruling(book, question, rules, next(answers) if place else None)
        for question, rules, place in asked
    ]


def window(rule: CompetenceRule) -> Window:
    """When a rule holds."""
    return window_of(rule.weekdays, rule.from_time, rule.until_time)


def parts_of(rule: CompetenceRule) -> int:
    """How many shapes bound a rule's ground; none where it holds everywhere."""
    is_drawn = bool(rule.is_drawn)  # type: ignore[attr-defined]
    return (rule.zone_id is not None) + (rule.street_id is not None) + is_drawn


def is_about_category(rule: CompetenceRule, category: Category | None) -> bool:
    """Whether a rule is about all faults, about these, or about the group they belong to."""
    if rule.category_id is None:
        return True
    return category is not None and rule.category_id in (category.pk, category.parent_id)


def _fault(rule: CompetenceRule) -> Why | None:
    if rule.zone_id and not rule.has_zone:  # type: ignore[attr-defined]
        return Why.ZONE
    ground = rule.has_axis if rule.within_metres else rule.has_strip  # type: ignore[attr-defined]
    if rule.street_id and not ground:
        return Why.STREET
    if rule.category and not rule.category.is_active:
        return Why.CATEGORY
    return None if rule.department.is_active else Why.DEPARTMENT


def _is_about(
    rule: CompetenceRule, question: Question, kinds: dict[int, int], town: Municipality
) -> bool:
    if not is_about_category(rule, question.category):
        return False
    site = question.site.pk if question.site else None
    if rule.site_id and rule.site_id != site:
        return False
    if rule.site_category_id and (site is None or kinds.get(site) != rule.site_category_id):
        return False
    when = window(rule)
    if when.is_always:
        return True
    wall = question.at.astimezone(ZoneInfo(town.timezone))
    return when.holds(wall.isoweekday(), wall.time())


def _site_categories(book: Rulebook, questions: Iterable[Question]) -> dict[int, int]:
    sites = {question.site.pk for question in questions if question.site}
    if not sites or not any(rule.site_category_id for rule in book.rules):
        return {}
    periods = SitePeriod.objects.in_force(book.on).filter(site__in=sites)
    return dict(periods.values_list("site", "category"))


def _place(book: Rulebook, question: Question) -> AskedPlace | None:
    if question.geometry is None or _is_beyond(book.town, question.geometry):
        return None
    point = _point(question.geometry)
    accuracy = question.accuracy_m or 0.0
    box = box_around(question.geometry, accuracy + book.reach_m + 1.0).extent
    return AskedPlace(point.x, point.y, box, accuracy > 0 or question.geometry.geom_type != "Point")


def _point(geometry: GEOSGeometry) -> Point:
    return geometry if isinstance(geometry, Point) else geometry.point_on_surface


def _is_beyond(town: Municipality, geometry: GEOSGeometry) -> bool:
    return town.outline is not None and not town.outline.covers(_point(geometry))


def _ruling(
    book: Rulebook,
    question: Question,
    rules: list[CompetenceRule],
    met: list[Meeting] | None,
) -> Ruling:
    if question.geometry is not None and met is None:
        return Ruling(matched=Matched.BEYOND, rule_set=_number(book))
    near: dict[int, list[Meeting]] = {}
    for one in met or []:
        near.setdefault(one.rule, []).append(one)
    sound = [rule for rule in rules if rule.pk not in book.broken]
    fitting = [rule for rule in sound if not parts_of(rule) or _fits(rule, near.get(rule.pk, []))]
    if question.geometry is None:
        fitting = _without_place(sound, fitting)
    winner = fitting[0] if fitting else None
    others = [rule for rule in fitting if winner and rule.department_id != winner.department_id]
    return Ruling(
        rule=_choice(winner) if winner else None,
        rule_set=_number(book),
        distance_m=_distance(winner, near) if winner else None,
        runner_up=_choice(others[0]) if others else None,
        doubt=_doubt(book, question, sound, near),
        errors=_errors(book, rules, winner),
        matched=_matched(winner) if winner else Matched.NOTHING,
    )


def _fits(rule: CompetenceRule, met: list[Meeting]) -> bool:
    return len(met) == parts_of(rule) and all(one.fits for one in met)


def _without_place(
    sound: list[CompetenceRule], fitting: list[CompetenceRule]
) -> list[CompetenceRule]:
    """Nothing where a rule about some ground comes first and names somebody else: no guess."""
    if not fitting:
        return []
    before = sound[: sound.index(fitting[0])]
    return fitting if all(_same(rule, fitting[0]) for rule in before) else []


def _same(one: CompetenceRule, other: CompetenceRule) -> bool:
    return one.department_id == other.department_id


def _errors(
    book: Rulebook, rules: list[CompetenceRule], winner: CompetenceRule | None
) -> tuple[BrokenRule, ...]:
    """Rules that would have been asked before the one that won."""
    asked = rules[: rules.index(winner)] if winner else rules
    return tuple(
        BrokenRule(rule.pk, rule.code, book.broken[rule.pk])
        for rule in asked
        if rule.pk in book.broken
    )


def _distance(rule: CompetenceRule, near: dict[int, list[Meeting]]) -> float | None:
    met = near.get(rule.pk, [])
    lines = [one.away_m for one in met if one.metres and one.away_m is not None]
    borders = [one.away_m for one in met if one.away_m is not None]
    return min(lines or borders, default=None)


def _matched(rule: CompetenceRule) -> Matched:
    if rule.is_drawn:  # type: ignore[attr-defined]
        return Matched.DRAWN
    if rule.street_id:
        return Matched.STREET
    if rule.zone_id:
        return Matched.ZONE
    return Matched.SITE if rule.site_id or rule.site_category_id else Matched.EVERYWHERE


def _choice(rule: CompetenceRule) -> Choice:
    department = rule.department
    is_outside = department.kind == department.Kind.OUTSIDE
    return Choice(rule.pk, rule.code, department.pk, department.code, is_outside, _matched(rule))


def _doubt(
    book: Rulebook,
    question: Question,
    sound: list[CompetenceRule],
    near: dict[int, list[Meeting]],
) -> tuple[Choice, ...]:
    """The first rule of each department that holds somewhere in what the place may be."""
    accuracy = question.accuracy_m or 0.0
    if question.geometry is None or (accuracy <= 0 and question.geometry.geom_type == "Point"):
        return ()
    grounds: list[tuple[CompetenceRule, list[tuple[bytes, int]] | None]] = []
    for rule in sound:
        met = near.get(rule.pk, [])
        if not parts_of(rule):
            grounds.append((rule, None))
        elif len(met) == parts_of(rule):
            grounds.append((rule, [(one.reached or b"", one.metres) for one in met]))
    if len({rule.department_id for rule, _ground in grounds}) < 2:
        return ()
    place = around(bytes(question.geometry.wkb), accuracy, book.town.metric_srid)
    first: dict[int, Choice] = {}
    for number in choices_in(place, [ground for _rule, ground in grounds], book.town.metric_srid):
        rule = grounds[number][0]
        first.setdefault(rule.department_id, _choice(rule))
    return tuple(first.values()) if len(first) > 1 else ()


def _number(book: Rulebook) -> int:
    return book.rules[0].rule_set.number if book.rules else 0
