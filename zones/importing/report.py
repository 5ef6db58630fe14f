"""The quality report in words: stored findings become plain sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.errors import SENTENCES
from zones.importing.quality import Level
from zones.importing.rows import Refusal

TITLES = {
    "no_zones": gettext_lazy("The file has no zones"),
    "not_an_area": gettext_lazy("Rows that are no area"),
    "no_code": gettext_lazy("Zones without a code"),
    "no_name": gettext_lazy("Zones without a name"),
    "too_long": gettext_lazy("Codes or names that are too long"),
    "duplicate_code": gettext_lazy("Codes given to more than one zone"),
    "outside": gettext_lazy("Zones outside the municipality"),
    "overhang": gettext_lazy("Zones that reach over the outline of the municipality"),
    "overlap": gettext_lazy("Overlapping zones"),
    "gap": gettext_lazy("Gaps between zones"),
    "uncovered": gettext_lazy("Land of the municipality in no zone"),
    "ring_unclosed": gettext_lazy("Borders that were not closed"),
    "self_intersection": gettext_lazy("Borders that cross themselves"),
    "closed": gettext_lazy("Borders closed by the import"),
    "repaired": gettext_lazy("Shapes repaired by the import"),
    "unrepairable": gettext_lazy("Shapes that could not be repaired"),
}
MESSAGES = {
    "no_zones": gettext_lazy("The file has no rows. Export it again with its shapes."),
    "not_an_area": gettext_lazy("It is not an area. Draw a polygon."),
    "no_code": gettext_lazy("It has no code. Fill in the column of codes."),
    "no_name": gettext_lazy("It has no name. Fill in the column of names."),
    "too_long": gettext_lazy(
        "Its code is longer than 80 or its name longer than 300 characters. Shorten it."
    ),
    "duplicate_code": gettext_lazy("Another zone has the same code. Give each its own."),
    "outside": gettext_lazy("It lies outside the municipality. Check its coordinates."),
    "overhang": gettext_lazy("%(area)s m² of it lie outside the municipality, near %(place)s."),
    "overlap": gettext_lazy("It overlaps zone %(other)s by %(area)s m² near %(place)s."),
    "gap": gettext_lazy("There is a gap of %(area)s m² between zones near %(place)s."),
    "uncovered": gettext_lazy(
        "%(area)s m² of the municipality lie in no zone, for example near %(place)s."
    ),
    "closed": gettext_lazy("Its border was closed."),
    "repaired": gettext_lazy("Its shape was repaired. Look at it on the map."),
    "unrepairable": gettext_lazy("Its shape is too tangled to be repaired. Draw it again."),
}
_SIGNS = {Level.ERROR: "bad", Level.WARNING: "warn", Level.NOTE: "good"}
_ORDER = list(Level)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one sort: what a reader sees first, and a few examples."""

    level: str
    title: str
    count: int
    examples: list[str]


def sentences(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every stored finding as one sentence with its row and zone, errors first."""
    ordered = sorted(findings, key=lambda finding: _ORDER.index(Level(finding["level"])))
    return [sentence(finding) for finding in ordered]


def sentence(finding: Mapping[str, Any]) -> str:
    """One stored finding in the active language."""
    code = finding["code"]
    message = MESSAGES.get(code) or SENTENCES.get(code) or gettext_lazy("Something is wrong.")
    shown = {
        "area": f"{finding.get('area_m2', 0):,.1f}".replace(",", " "),
        "place": _place(finding),
        "other": finding.get("other", ""),
        "path": _("row %d") % finding.get("line", 0),
        # What the reader of shapes also mentions in a few of its sentences.
        **dict.fromkeys(("found", "limit", "wanted", "name", "crs"), "?"),
    }
    text = str(message) % shown
    if not finding.get("line"):
        return text
    zone = finding.get("zone", "")
    about = _("Row %(line)d, zone %(zone)s:") if zone else _("Row %(line)d:")
    return f"{about % {'line': finding['line'], 'zone': zone}} {text}"


def grouped(findings: Sequence[Mapping[str, Any]], examples: int = 5) -> list[Group]:
    """Findings of one kind together, errors first, with a few examples each."""
    sorts: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        place = (_ORDER.index(Level(finding["level"])), finding["code"])
        sorts.setdefault(place, []).append(finding)
    return [
        Group(
            _SIGNS[_ORDER[order]],
            str(TITLES.get(code) or _("Faults of the shape")),
            len(same),
            [sentence(finding) for finding in same[:examples]],
        )
        for (order, code), same in sorted(sorts.items())
    ]


def refusals(refused: Sequence[Refusal]) -> list[str]:
    """Rows that were not taken, one sentence each."""
    return [
        _("Line %(line)d was left out: %(reason)s") % {"line": row.line, "reason": row.reason}
        if row.line
        else _("Left out: %s") % row.reason
        for row in refused
    ]


def _place(finding: Mapping[str, Any]) -> str:
    longitude, latitude = finding.get("longitude"), finding.get("latitude")
    if longitude is None or latitude is None:
        return "?"
    return f"{longitude:.6f}, {latitude:.6f}"
