"""The lines of a target area in words, as the planner reads them: one short sentence each."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zones.models import Municipality, Street, Zone
from zones.names import in_language
from zones.recipes import (
    AroundPart,
    Line,
    Op,
    Part,
    Recipe,
    ShapePart,
    Side,
    StreetPart,
    ZonesPart,
)

MOST_ZONES = 6


@dataclass(frozen=True, slots=True)
class LineWords:
    """One line as it is shown.

    Attributes:
        sign: + − or ∩, what is done with the area of the line.
        deed: the same in a word, for ears.
        text: what the line is made of.
    """

    number: int
    sign: str
    deed: str
    text: str
    kind: str
    muted: bool


def lines_in_words(recipe: Recipe, municipality: Municipality) -> list[LineWords]:
    """Every line in the language of the reader. Two queries."""
    names = _Names(recipe, municipality)
    kinds = recipe.as_json()
    return [
        LineWords(
            number=number,
            sign={Op.ADD: "+", Op.SUBTRACT: "−", Op.KEEP: "∩"}[line.op],
            deed=_deed(line),
            text=names.of(line.part),
            kind=kinds[number - 1]["kind"],
            muted=line.muted,
        )
        for number, line in enumerate(recipe.lines, start=1)
    ]


def _deed(line: Line) -> str:
    deeds = {
        Op.ADD: pgettext("area", "added"),
        Op.SUBTRACT: pgettext("area", "taken away"),
        Op.KEEP: pgettext("area", "only what is in it is kept"),
    }
    return deeds[line.op]


class _Names:
    """The names of all zones and streets of some lines."""

    def __init__(self, recipe: Recipe, municipality: Municipality) -> None:
        parts = [_inner(line.part) for line in recipe.lines]
        languages = municipality.languages
        zones = Zone.objects.in_municipality(municipality).filter(
            pk__in={zone for part in parts if isinstance(part, ZonesPart) for zone in part.zones}
        )
        streets = Street.objects.in_municipality(municipality).filter(
            pk__in={part.street for part in parts if isinstance(part, StreetPart)}
        )
        self.zones = _named(zones.values_list("pk", "names"), languages)
        self.streets = _named(streets.values_list("pk", "names"), languages)

    def of(self, part: Part) -> str:
        """A part in words."""
        if isinstance(part, ZonesPart):
            return self._of_zones(part)
        if isinstance(part, StreetPart):
            return self._of_street(part)
        if isinstance(part, ShapePart):
            return part.label or _shape(part)
        words = {"metres": number_format(round(part.metres)), "what": self.of(part.of)}
        if part.without_inside:
            return _("%(metres)s m around %(what)s, without it") % words
        return _("%(metres)s m around %(what)s") % words

    def _of_zones(self, part: ZonesPart) -> str:
        named = [self.zones.get(zone, "?") for zone in part.zones]
        shown = ", ".join(named[:MOST_ZONES])
        if len(named) > MOST_ZONES:
            rest = {"zones": shown, "more": len(named) - MOST_ZONES}
            return _("Zones: %(zones)s and %(more)d more") % rest
        return _("Zones: %s") % shown

    def _of_street(self, part: StreetPart) -> str:
        name = self.streets.get(part.street, "?")
        sides = {Side.ODD: _("odd side"), Side.EVEN: _("even side")}
        said = [name, *([sides[part.side]] if part.side in sides else [])]
        if part.first is not None and part.last is not None:
            said.append(_("numbers %(first)d to %(last)d") % _numbers(part))
        elif part.first is not None:
            said.append(_("numbers from %(first)d") % _numbers(part))
        elif part.last is not None:
            said.append(_("numbers up to %(last)d") % _numbers(part))
        return ", ".join(said)


def _inner(part: Part) -> Part:
    return part.of if isinstance(part, AroundPart) else part


def _numbers(part: StreetPart) -> dict[str, int | None]:
    return {"first": part.first, "last": part.last}


def _named(rows: Any, languages: list[str]) -> dict[int, str]:
    return {pk: in_language(names, languages) for pk, names in rows}


def _shape(part: ShapePart) -> str:
    kinds = {"Point": _("a point"), "LineString": _("a drawn line")}
    return kinds.get(part.geometry.geom_type, _("a drawn area"))
