"""Where the mark of a public report stands on a map: at its place, or near it on a rough grid."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import GeoFunc

from geo.crs import STORAGE_SRID

#: A mark lies at most so far from the place it stands for.
ROUGH_M = 200
#: Of a degree: where only the place is shown, its mark stands on a grid of about 110 by 75 metres.
ROUGH = 0.001


class RoughPoint(GeoFunc):
    """The nearest point of the rough grid; many places share it."""

    function = "ST_SnapToGrid"
    template = f"%(function)s(ST_PointOnSurface(%(expressions)s), {ROUGH})"
    arity = 1
    output_field = models.PointField(srid=STORAGE_SRID)


class Longitude(models.Func):
    """Degrees east of the mark."""

    function = "ST_X"
    template = "%(function)s(ST_PointOnSurface(%(expressions)s))"
    output_field = models.FloatField()


class Latitude(Longitude):
    """Degrees north of the mark."""

    function = "ST_Y"


def as_shown(field: str) -> models.Case:
    """The place of a report of which everything is shown, else the rough one."""
    return models.Case(
        models.When(category__visibility="place", then=RoughPoint(field)),
        default=models.F(field),
        output_field=models.GeometryField(srid=STORAGE_SRID),
    )
