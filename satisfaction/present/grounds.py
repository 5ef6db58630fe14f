"""Maps of a choice of figures as pictures: areas coloured by score, and the surface."""

import io
from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from django.utils.translation import gettext as _
from matplotlib.figure import Figure as Drawing
from PIL import Image
from shapely.geometry.base import BaseGeometry

from geo.crs import project
from satisfaction.charts import Area, Caption, Layer, Shape, surface_map, zone_map
from satisfaction.charts.surface import colours, surface_png
from satisfaction.models import GroupFigure, SiteFigure
from satisfaction.present.publication import Publication
from satisfaction.sentences import score_text
from satisfaction.services.surfaces import FULL_COLOUR, USUAL_WIDTH, spots_of
from satisfaction.statistics.arrays import Floats
from satisfaction.statistics.surface import Surface, surface
from zones.models import ZoneShape
from zones.names import in_language

#: Borders are drawn to this many metres: less than a pixel of a town.
DETAIL_M = 8.0
#: Pixels of the surface's side, and of one that only tells whether there is a surface.
PIXELS, COARSE = 512, 64


def zone_picture(publication: Publication, shape: Shape) -> tuple[Drawing, Caption] | None:
    """The areas of the town; those with too few votes are hatched."""
    areas = _areas(publication)
    if not any(area.score is not None for area in areas):
        return None
    words = (_("Score of 1 to 10"), _("not yet enough votes"))
    note = _("As if every area had the same mix of kinds of place.")
    shown = [f"{area.name} {area.printed}" for area in areas if area.score is not None]
    votes = publication.selection.snapshot.votes
    caption = publication.caption(_("Areas"), votes, note, "; ".join(shown) + ".")
    return zone_map(areas, _outline(publication), words, caption, shape), caption


def surface_picture(publication: Publication, shape: Shape) -> tuple[Drawing, Caption] | None:
    """Where people are more, and where less satisfied than is usual for the kind of place."""
    areas = _areas(publication)
    found = _surface(publication, areas, PIXELS)
    if found is None:
        return None
    picture = Image.open(io.BytesIO(surface_png(found, FULL_COLOUR))).convert("RGBA")
    scale = tuple("#{:02x}{:02x}{:02x}".format(*colour) for colour in colours(15))
    words = (_("less than usual"), _("as usual"), _("more than usual"))
    note = _(
        "Satisfaction against what is usual for the kind of place; the fainter, the less certain; "
        "without colour: too little is known."
    )
    votes = publication.selection.snapshot.votes
    caption = publication.caption(_("Surface of satisfaction"), votes, note)
    named = [Area(area.name, area.shape) for area in areas]
    ground = Layer(np.asarray(picture), found.extent, scale, words)
    return surface_map(ground, named, caption, shape), caption


def has_surface(publication: Publication) -> bool:
    """Whether there is a spot in town about which enough is known; asked of a coarse grid."""
    return _surface(publication, _areas(publication), COARSE) is not None


def _surface(publication: Publication, areas: Sequence[Area], pixels: int) -> Surface | None:
    fitted = publication.selection.snapshot.parameters
    spots = _spots(publication)
    if not areas or not len(spots) or not fitted.get("tau2"):
        return None
    west, south, east, north = shapely.total_bounds([area.shape for area in areas])
    found = surface(
        *spots.T,
        tau2=float(fitted["tau2"]),
        width=float(fitted.get("surface_width") or USUAL_WIDTH),
        extent=(float(west), float(south), float(east), float(north)),
        size=pixels,
    )
    return None if found.mask.all() else found


def _areas(publication: Publication) -> list[Area]:
    """Areas of the kind most figures are about, in metres of the town's own grid, by name."""
    figures = {one.zone_id: one for one in publication.groups if one.kind == GroupFigure.Kind.ZONE}
    kinds = Counter(one.zone.kind_id for one in figures.values() if one.zone)
    if not kinds:
        return []
    kind = min(kinds, key=lambda one: (-kinds[one], one))
    chosen = publication.selection
    shapes = ZoneShape.objects.in_municipality(chosen.municipality).filter(zone__kind=kind)
    drawn = list(shapes.in_force(chosen.snapshot.made_at.date()).select_related("zone"))
    grounds = _in_metres(publication, [bytes(one.geometry.wkb) for one in drawn])
    areas = []
    for one, ground in zip(drawn, grounds, strict=True):
        figure = figures.get(one.zone_id)
        name = in_language(one.zone.names, publication.order)
        if figure is None or figure.score is None:
            areas.append(Area(name, ground))
        else:
            printed = score_text(figure.score, publication.language)
            areas.append(Area(name, ground, figure.score, printed))
    return sorted(areas, key=lambda area: area.name.casefold())


def _outline(publication: Publication) -> BaseGeometry | None:
    outline = publication.selection.municipality.outline
    return _in_metres(publication, [bytes(outline.wkb)])[0] if outline else None


def _in_metres(publication: Publication, shapes: list[bytes]) -> list[BaseGeometry]:
    grounds = project(
        np.array(shapely.from_wkb(shapes), dtype=object),
        publication.selection.municipality.metric_srid,
    )
    return list(shapely.simplify(grounds, DETAIL_M))


def _spots(publication: Publication) -> Floats:
    """East, north, difference to its kind and deviation of each place of the whole town."""
    chosen = publication.selection
    spots = spots_of(SiteFigure.objects.of_snapshot(chosen.snapshot))
    points = project(
        np.array([shapely.Point(one.longitude, one.latitude) for one in spots], dtype=object),
        chosen.municipality.metric_srid,
    )
    rows = [
        (point.x, point.y, one.residual, one.deviation)
        for point, one in zip(points, spots, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)
