"""The four report maps: where people vote, scores of zones, the surface, and zones through time."""

from collections.abc import Mapping, Sequence
from typing import Any

import folium
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from folium.raster_layers import ImageOverlay

from satisfaction.reports import layers
from satisfaction.reports.colours import colour_of, is_sure, legend
from satisfaction.reports.document import HEAT, LegendEntry, Table, Words, written
from satisfaction.reports.values import About, Bounds, Ground, Reading, Spot, Step, Zone
from satisfaction.sentences import count_text, interval_text, score_text

DOT = "#1d4f91"
# The ends of the scale in satisfaction.charts.surface, and its middle.
BETTER, USUAL, WORSE = "#0a428a", "#f2f0ec", "#a64400"


def votes_map(about: About, ground: Ground, spots: Sequence[Spot]) -> str:
    """Where people vote: heat and a dot for each place. It says nothing about satisfaction."""
    with translation.override(about.language):
        drawn = layers.map_over(ground)
        layers.add_zone_lines(drawn, ground)
        heat = [[round(s.latitude, 5), round(s.longitude, 5), s.votes] for s in spots]
        if heat:
            layers.heat_layer(heat).add_to(drawn)
        shapes = [(str(number), _point(spot)) for number, spot in enumerate(spots)]
        dot = layers.dot_style(DOT, "#ffffff")
        marker = folium.CircleMarker(radius=5)
        _speak(drawn, layers.add_shapes(drawn, shapes, lambda _key: dot, marker=marker))
        counted = [(spot.name, _votes(spot.votes, about.language)) for spot in spots]
        words = Words(
            title=_("Where people vote"),
            lead=_(
                "The darker, the more votes were counted there. "
                "This map does not show how satisfied people are."
            ),
            legend=[
                LegendEntry("#6baed6", _("some votes")),
                LegendEntry("#08306b", _("most votes")),
                LegendEntry(DOT, _("a place with enough votes to be counted alone"), "place"),
            ],
            table=Table((_("Place"), _("Votes")), counted),
            by_key={str(number): row for number, row in enumerate(counted)},
        )
        return written(drawn, words, about, libraries=[HEAT])


def zones_map(about: About, ground: Ground, readings: Mapping[str, Reading]) -> str:
    """Scores of zones, as if each had the same mix of kinds of places."""
    with translation.override(about.language):
        drawn = layers.map_over(ground)
        _speak(drawn, _add_zones(drawn, ground, readings))
        rows = {zone.key: _lines(zone, readings.get(zone.key), about) for zone in ground.zones}
        words = Words(
            title=_("How satisfied people are, by area"),
            lead=_(
                "The score of each area from 1 to 10, compared like with like: as if every area "
                "had the same mix of kinds of places."
            ),
            legend=legend(about.language),
            table=Table((_("Area"), _("Score and interval"), _("Votes")), list(rows.values())),
            by_key=rows,
        )
        return written(drawn, words, about)


def surface_map(
    about: About, ground: Ground, picture: str, box: Bounds, spots: Sequence[Spot]
) -> str:
    """Where places are rated better or worse than their kind, only where votes carry it.

    Args:
        picture: a data address of the PNG; its rows run along the web Mercator projection.
        box: west, south, east and north of the picture in degrees.
    """
    with translation.override(about.language):
        drawn = layers.map_over(ground)
        west, south, east, north = box
        ImageOverlay(picture, bounds=[[south, west], [north, east]], control=False).add_to(drawn)
        layers.add_zone_lines(drawn, ground)
        shapes = [(str(number), _point(spot)) for number, spot in enumerate(spots)]
        dot = layers.dot_style("#ffffff", layers.TOWN_LINE)
        marker = folium.CircleMarker(radius=4)
        _speak(drawn, layers.add_shapes(drawn, shapes, lambda _key: dot, marker=marker))
        counted = [(spot.name, _votes(spot.votes, about.language)) for spot in spots]
        words = Words(
            title=_("Where places are rated better or worse than their kind"),
            lead=_(
                "Blue: rated better than places of the same kind elsewhere in the town; "
                "orange: worse. Where too few votes are near, nothing is painted; "
                "the paler, the less certain."
            ),
            legend=[
                LegendEntry(BETTER, _("better than their kind")),
                LegendEntry(USUAL, _("like their kind")),
                LegendEntry(WORSE, _("worse than their kind")),
                LegendEntry("#ffffff", _("a place with enough votes to be counted alone"), "place"),
            ],
            table=Table((_("Place"), _("Votes")), counted),
            by_key={str(number): row for number, row in enumerate(counted)},
        )
        return written(drawn, words, about)


def time_map(about: About, ground: Ground, steps: Sequence[Step]) -> str:
    """Scores of zones through time, moved by a slider; the last period first."""
    with translation.override(about.language):
        drawn = layers.map_over(ground)
        last = steps[-1].readings if steps else {}
        if layer := _add_zones(drawn, ground, last):
            layers.TimeSlider(layer).add_to(drawn)
        words = Words(
            title=_("How satisfied people are, through time"),
            lead=_(
                "Move the slider to see the score of each area in another period. "
                "A change of colour alone is no certain change: compare the intervals."
            ),
            legend=legend(about.language),
            table=_through_time(ground, steps, about),
            steps=[_step(step, ground, about) for step in steps],
        )
        return written(drawn, words, about)


def _point(spot: Spot) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [spot.longitude, spot.latitude]}


def _speak(drawn: layers.ReportMap, layer: folium.GeoJson | None) -> None:
    if layer is not None:
        layers.SpokenLayer(layer).add_to(drawn)


def _add_zones(
    drawn: layers.ReportMap, ground: Ground, readings: Mapping[str, Reading]
) -> folium.GeoJson | None:
    shapes = [(zone.key, zone.geometry) for zone in ground.zones]
    return layers.add_shapes(drawn, shapes, lambda key: _painted(readings.get(key)))


def _painted(reading: Reading | None) -> dict[str, Any]:
    return layers.area_style(colour_of(reading), is_sure=is_sure(reading))


def _step(step: Step, ground: Ground, about: About) -> dict[str, Any]:
    votes = sum(one.votes for one in step.readings.values() if one.score is not None)
    return {
        "label": f"{step.label} · {_votes(votes, about.language)}",
        "words": {
            zone.key: _lines(zone, step.readings.get(zone.key), about) for zone in ground.zones
        },
        "styles": {zone.key: _painted(step.readings.get(zone.key)) for zone in ground.zones},
    }


def _through_time(ground: Ground, steps: Sequence[Step], about: About) -> Table:
    rows = [
        (zone.name, *(_said(step.readings.get(zone.key), about) for step in steps))
        for zone in ground.zones
    ]
    return Table((_("Area"), *(step.label for step in steps)), rows)


def _lines(zone: Zone, reading: Reading | None, about: About) -> tuple[str, ...]:
    votes = _votes(reading.votes, about.language) if reading and reading.score is not None else "–"
    return zone.name, _said(reading, about), votes


def _said(reading: Reading | None, about: About) -> str:
    """A score with its interval; without a score no number at all."""
    if reading is None or reading.score is None or reading.low is None or reading.high is None:
        return _("not yet enough votes")
    low, high = interval_text(reading.low, reading.high, about.language)
    return _("%(score)s (between %(low)s and %(high)s)") % {
        "score": score_text(reading.score, about.language),
        "low": low,
        "high": high,
    }


def _votes(votes: int, language: str) -> str:
    return ngettext("%(votes)s vote", "%(votes)s votes", votes) % {
        "votes": count_text(votes, language)
    }
