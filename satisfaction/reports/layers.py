"""folium's layers as we use them: without links, and with nothing in them but numbers and keys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import folium
from branca.element import MacroElement
from folium.plugins import HeatMap
from folium.template import Template

from satisfaction.reports.values import Bounds, Geometry, Ground

LAND, ZONE_LINE, TOWN_LINE = "#f1ece1", "#857f72", "#52606f"
HATCH = "url(#report-hatch)"
# Below heat and pictures, which Leaflet puts under all shapes.
GROUND = "ground"
_HEAT_STEPS = {0.3: "#c6dbef", 0.6: "#6baed6", 0.85: "#2171b5", 1.0: "#08306b"}
_DIGITS = 5  # of a degree: about a metre


class ReportMap(folium.Map):
    """A map without tiles and without links: lists of its own, as folium edits those of a class."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []
    _template = Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map(
            "{{ this.get_name() }}",
            {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}}
        );
        {% endmacro %}
        """
    )


class LocalHeatMap(HeatMap):
    """Heat, drawn by the script that stands in the file."""

    default_js: list[tuple[str, str]] = []


class _ForLayer(MacroElement):
    """One call of our own script for a layer."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        megdanReport.{{ this.call }}({{ this.layer.get_name() }});
        {% endmacro %}
        """
    )
    call = ""

    def __init__(self, layer: folium.GeoJson) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca says no types
        self._name = type(self).__name__
        self.layer = layer


class SpokenLayer(_ForLayer):
    """Says at each shape of a layer what the file's block of data holds for its key."""

    call = "words"


class TimeSlider(_ForLayer):
    """Colours a layer by the period that the slider of the page stands at."""

    call = "slider"


def map_over(ground: Ground) -> ReportMap:
    """A map of the town that shows all of it, with land and zones drawn instead of tiles."""
    drawn = ReportMap(
        location=_middle(ground.bounds),
        tiles=None,
        attribution_control=False,
        scroll_wheel_zoom=False,
        zoom_snap=0.25,
        zoom_start=12,
    )
    folium.map.CustomPane(GROUND, z_index=350).add_to(drawn)
    if ground.outline:
        add_shapes(drawn, [("town", ground.outline)], lambda _key: _outline_style(), pane=GROUND)
    west, south, east, north = ground.bounds
    drawn.fit_bounds([[south, west], [north, east]])
    return drawn


def add_zone_lines(drawn: ReportMap, ground: Ground) -> None:
    """Borders of zones as thin lines over what is below."""
    shapes = [(zone.key, zone.geometry) for zone in ground.zones]
    add_shapes(drawn, shapes, lambda _key: {**_line(ZONE_LINE, 1), "fill": False})


def add_shapes(
    drawn: ReportMap,
    shapes: Iterable[tuple[str, Geometry]],
    style: Callable[[str], Mapping[str, Any]],
    *,
    marker: folium.CircleMarker | None = None,
    pane: str = "overlayPane",
) -> folium.GeoJson | None:
    """One layer of many shapes; each has a key, by which the file knows the words about it."""
    features = [
        {"type": "Feature", "id": key, "properties": {}, "geometry": _short(geometry)}
        for key, geometry in shapes
    ]
    if not features:
        return None
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: dict(style(feature["id"])),
        marker=marker,
        control=False,
        pane=pane,
    )
    layer.add_to(drawn)
    return layer


def heat_layer(points: Sequence[Sequence[float]]) -> LocalHeatMap:
    """Heat of points (latitude, longitude, weight)."""
    layer: LocalHeatMap = LocalHeatMap(  # type: ignore[no-untyped-call] # folium says no types
        points, gradient=_HEAT_STEPS, radius=28, blur=22, min_opacity=0.15, control=False
    )
    return layer


def area_style(fill: str, *, is_sure: bool = True) -> dict[str, Any]:
    """How a zone is painted; a dashed border says that its figure is uncertain."""
    return {
        **_line(ZONE_LINE, 1.5),
        "fill": True,
        "fillColor": fill,
        "fillOpacity": 0.9,
        "dashArray": "" if is_sure else "5 4",
    }


def dot_style(fill: str, border: str) -> dict[str, Any]:
    """How a place is marked."""
    return {**_line(border, 1), "fill": True, "fillColor": fill, "fillOpacity": 1}


def _outline_style() -> dict[str, Any]:
    return {**_line(TOWN_LINE, 1.5), "fill": True, "fillColor": LAND, "fillOpacity": 1}


def _line(colour: str, width: float) -> dict[str, Any]:
    return {"color": colour, "weight": width, "opacity": 1}


def _middle(bounds: Bounds) -> tuple[float, float]:
    west, south, east, north = bounds
    return (south + north) / 2, (west + east) / 2


def _short(geometry: Geometry) -> dict[str, Any]:
    """The geometry as GeoJSON with no more digits than the drawing shows."""
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, list | tuple):
        return [_rounded(part) for part in coordinates]
    return round(float(coordinates), _DIGITS)
