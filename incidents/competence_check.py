"""Checks rules for the whole town: ground nobody answers for, ground of two, and past reports.

Sorting the rules of C categories is O(C R); the database then joins the ground of each different
set of rules once, however many categories and hours share it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db import connection

from incidents.competence import (
    Question,
    Rulebook,
    Ruling,
    is_about_category,
    judge,
    parts_of,
    rules_in_force,
    rules_of,
    window,
)
from incidents.competence_sql import GROUNDS, WITHOUT_JIT
from incidents.models import Category, CompetenceRule, Incident, RuleSet
from incidents.windows import moments_of

LEAST_M2 = 1
"""What is smaller comes from two drawings of one border."""

LAST = 1_000
"""Reports that are tried under a draft."""

_GAPS = f"""
    {WITHOUT_JIT}
    WITH {GROUNDS},
    asked AS (
        SELECT * FROM unnest(%(groups)s::int[], %(members)s::bigint[]) AS pair (number, rule)
    ),
    covered AS (
        SELECT number, ST_Union(grounds.ground) AS ground
        FROM asked LEFT JOIN grounds USING (rule) GROUP BY number
    ),
    pieces AS (
        SELECT number, (ST_Dump(CASE WHEN ground IS NULL THEN town.outline
                                     ELSE ST_Difference(town.outline, ground) END)).geom AS piece
        FROM covered, zones_municipality AS town WHERE town.id = %(town)s
    )
    SELECT number, ST_Area(piece::geography) AS area, ST_X(ST_PointOnSurface(piece)),
           ST_Y(ST_PointOnSurface(piece))
    FROM pieces WHERE ST_Area(piece::geography) >= %(least)s ORDER BY number, area DESC
"""  # noqa: S608 - joins constants of this module
_OVERLAPS = f"""
    {WITHOUT_JIT}
    WITH {GROUNDS},
    asked AS (SELECT * FROM unnest(%(firsts)s::bigint[], %(laters)s::bigint[]) AS p (first, later)),
    shared AS (
        SELECT asked.first, asked.later, ST_Intersection(one.ground, other.ground) AS ground
        FROM asked JOIN grounds AS one ON one.rule = asked.first
        JOIN grounds AS other ON other.rule = asked.later
        WHERE ST_Intersects(one.ground, other.ground)
    )
    SELECT first, later, ST_Area(ground::geography) AS area, ST_X(ST_PointOnSurface(ground)),
           ST_Y(ST_PointOnSurface(ground))
    FROM shared WHERE ST_Area(ground::geography) >= %(least)s ORDER BY area DESC, first, later
"""  # noqa: S608 - joins constants of this module


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of ground: its size and a point in it, in degrees."""

    area_m2: float
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground on which no rule answers for some categories, at all hours or only at some."""

    categories: Sequence[Category]
    pieces: Sequence[Piece]
    is_always: bool

    @property
    def area_m2(self) -> float:
        """All pieces together."""
        return sum(piece.area_m2 for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Ground of a rule that an earlier one takes; that may be meant so."""

    first: CompetenceRule
    later: CompetenceRule
    piece: Piece


@dataclass(frozen=True, slots=True)
class Difference:
    """How many past reports of a category would go elsewhere; 0 is nobody, or a question first."""

    category: Category
    before: int
    after: int
    count: int


def gaps_in(book: Rulebook) -> list[Gap]:
    """Where no rule answers, by categories that share it. Two queries.

    Rules about some site do not fill a gap, as they say nothing about the ground around it.
    """
    town = book.town
    if town.outline is None:
        return []
    found: dict[tuple[frozenset[int], bool], list[Category]] = {}
    for category in Category.objects.in_municipality(town).offered().select_related("parent"):
        for members, is_always in _unanswered(book, category):
            found.setdefault((members, is_always), []).append(category)
    keys = list(found)
    pieces = _gap_pieces(book, [members for members, _is_always in keys])
    return [
        Gap(found[key], pieces[number], key[1]) for number, key in enumerate(keys) if pieces[number]
    ]


def overlaps_in(book: Rulebook) -> list[Overlap]:
    """Where a rule and a later one of another department both fit, largest first. One query."""
    rules = [rule for rule in _sound(book) if parts_of(rule)]
    pairs = [
        (one, other)
        for one, other in combinations(rules, 2)
        if one.department_id != other.department_id and _share_category(one, other)
    ]
    if not pairs:
        return []
    by_id = {rule.pk: rule for rule in rules}
    given = _given(book, by_id) | {
        "firsts": [one.pk for one, _other in pairs],
        "laters": [other.pk for _one, other in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS, given)
        return [
            Overlap(by_id[first], by_id[later], Piece(area, x, y))
            for first, later, area, x, y in cursor.fetchall()
        ]


def replay(draft: RuleSet, on: dt.date, last: int = LAST) -> tuple[int, list[Difference]]:
    """How many of the last reports were tried, and which would go elsewhere under a draft.

    Each is tried at the hour at which it came in, on the ground of today. Seven queries.
    """
    town = draft.municipality
    incidents = list(
        Incident.objects.in_municipality(town)
        .filter(category__isnull=False, geometry__isnull=False)
        .select_related("category__parent", "site")
        .order_by("-reported_at", "-pk")[:last]
    )
    questions = [
        Question(one.category, one.geometry, one.accuracy_m, one.site, one.reported_at)
        for one in incidents
    ]
    before = judge(rules_in_force(town, on), questions)
    after = judge(rules_of(draft, on), questions)
    changed: Counter[tuple[int, int, int]] = Counter()
    kinds: dict[int, Category] = {}
    for incident, was, becomes in zip(incidents, before, after, strict=True):
        if incident.category and _outcome(was) != _outcome(becomes):
            kinds[incident.category.pk] = incident.category
            changed[incident.category.pk, _outcome(was), _outcome(becomes)] += 1
    return len(incidents), [
        Difference(kinds[kind], was, becomes, count)
        for (kind, was, becomes), count in changed.most_common()
    ]


def _outcome(ruling: Ruling) -> int:
    """The department, 0 where a person must decide or be asked."""
    return 0 if ruling.doubt else ruling.department_id or 0


def _unanswered(book: Rulebook, category: Category) -> list[tuple[frozenset[int], bool]]:
    """Sets of rules that leave ground to nobody, and whether one of them holds at all hours."""
    rules = [
        rule
        for rule in _sound(book)
        if is_about_category(rule, category) and not (rule.site_id or rule.site_category_id)
    ]
    sets = set()
    for weekday, hour in moments_of(window(rule) for rule in rules):
        holding = [rule for rule in rules if window(rule).holds(weekday, hour)]
        is_filled = any(not parts_of(rule) for rule in holding)
        sets.add(None if is_filled else frozenset(rule.pk for rule in holding))
    return [(members, len(sets) == 1) for members in sets if members is not None]


def _gap_pieces(book: Rulebook, groups: Sequence[frozenset[int]]) -> list[list[Piece]]:
    found: list[list[Piece]] = [[] for _group in groups]
    if not groups:
        return found
    pairs = [(number, rule) for number, group in enumerate(groups) for rule in group or {0}]
    given = _given(book, {rule for _number, rule in pairs}) | {
        "groups": [number for number, _rule in pairs],
        "members": [rule for _number, rule in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, given)
        for number, area, x, y in cursor.fetchall():
            found[number].append(Piece(area, x, y))
    return found


def _given(book: Rulebook, rules: Any) -> dict[str, Any]:
    return {
        "on": book.on,
        "rules": sorted(rules),
        "srid": book.town.metric_srid,
        "town": book.town.pk,
        "least": LEAST_M2,
    }


def _sound(book: Rulebook) -> list[CompetenceRule]:
    return [rule for rule in book.rules if rule.pk not in book.broken]


def _share_category(one: CompetenceRule, other: CompetenceRule) -> bool:
    """Whether some fault is of both: the same kind, or one of them a group or everything."""
    if one.category is None or other.category is None:
        return True
    return one.category_id in (other.category_id, other.category.parent_id) or (
        other.category_id == one.category.parent_id
    )
