"""A count as its pages show it: rows of projects with what decided, marks and shapes for a map."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from consultations.city_rule import Why
from consultations.models import BudgetProject, CountRun, Override
from consultations.money_words import missing_words, money_words, why_words
from zones.models import Municipality, Zone
from zones.names import in_language

COLUMNS = (
    "code", "name", "cost", "currency", "votes", "score", "counted", "wins", "why", "missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One project in a result.

    Attributes:
        counted: whether it won the count.
        wins: whether it is built, after the town's decisions.
        paid: what the voters of each zone paid, as (zone, amount); equal shares only.
    """

    number: int
    project: BudgetProject
    cost: Decimal
    currency: str
    votes: int
    score: str
    counted: bool
    wins: bool
    why: str
    missing: int | None
    paid: tuple[tuple[str, str], ...]
    override: Override | None

    @property
    def name(self) -> str:
        """Its title in the language of the reader."""
        return in_language(self.project.names, self.project.process.municipality.languages)

    @property
    def cost_words(self) -> str:
        """What it costs."""
        return money_words(self.cost, self.currency) if self.currency else ""

    @property
    def why_words(self) -> str:
        """What the count did with it."""
        if not self.currency and self.why == Why.MONEY:
            return _("fewer votes")
        return why_words(self.why)

    @property
    def missing_words(self) -> str:
        """How many votes were missing."""
        return missing_words(self.missing)

    @property
    def reason(self) -> str:
        """Why the town decided otherwise."""
        if self.override is None:
            return ""
        return in_language(self.override.reasons, self.project.process.municipality.languages)


def result_rows(count_run: CountRun) -> list[ResultRow]:
    """Winners in the order in which they won, then the others by votes; three queries."""
    process = count_run.phase.process
    said = {one["code"]: one for one in count_run.result["projects"]}
    projects = BudgetProject.objects.filter(process=process, code__in=said)
    rows = {one.code: one for one in projects.select_related("process__municipality")}
    decided = {one.project_id: one for one in count_run.overrides.all()}
    names = zone_names(process.municipality)
    winners = list(count_run.result["winners"])
    losers = [one["code"] for one in count_run.result["projects"] if one["code"] not in winners]
    losers.sort(key=lambda code: -int(said[code]["votes"]))
    return [
        _row(number, rows[code], said[code], (count_run, decided, names))
        for number, code in enumerate([*winners, *losers], 1)
        if code in rows
    ]


def _row(
    number: int,
    project: BudgetProject,
    said: Mapping[str, Any],
    parts: tuple[CountRun, Mapping[int, Override], Mapping[str, str]],
) -> ResultRow:
    count_run, decided, names = parts
    currency = count_run.rule.get("currency", "")
    override = decided.get(project.pk)
    has_won = project.code in count_run.result["winners"]
    return ResultRow(
        number=number,
        project=project,
        cost=Decimal(said["cost"]),
        currency=currency,
        votes=said["votes"],
        score=said["score"],
        counted=has_won,
        wins=override.wins if override else has_won,
        why=said["why"],
        missing=said["missing"],
        paid=tuple(
            (names.get(zone, zone), money_words(amount, currency))
            for zone, amount in said["paid"].items()
        ),
        override=override,
    )


def zone_names(municipality: Municipality) -> dict[str, str]:
    """Names of the town's neighbourhoods by the code in files; "" is all others."""
    own = Zone.objects.in_municipality(municipality).areas()
    order = municipality.languages
    return {code: in_language(names, order) for code, names in own.values_list("code", "names")}


def plain(row: ResultRow) -> dict[str, object]:
    """A row of a file."""
    values: tuple[object, ...] = (
        row.project.code, row.name, f"{row.cost:.2f}", row.currency, row.votes, row.score,
        "yes" if row.counted else "no", "yes" if row.wins else "no", row.why, row.missing,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def marks(placed: Iterable[tuple[int, GEOSGeometry | None]]) -> list[dict[str, object]]:
    """Numbered marks of a list for its map."""
    found = []
    for number, geometry in placed:
        if geometry is not None:
            point = geometry.point_on_surface
            found.append({"number": number, "place": [point.x, point.y]})
    return found


def shapes(geometries: Iterable[GEOSGeometry | None]) -> dict[str, object]:
    """Lines and areas of a list for its map; points have marks."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(one.json),
                "properties": {"role": "area" if "Polygon" in one.geom_type else "thing"},
            }
            for one in geometries
            if one is not None and one.geom_type != "Point"
        ],
    }
