"""PostGIS functions that contrib.gis lacks, as ORM expressions; no queries here.

Migrations name these classes: keep their names and arguments.
"""

from django.db.models import FloatField, Func, IntegerField


class XMin(Func):
    """Westernmost x of a geometry, in units of its CRS; NULL when empty, NaN for a NaN point."""

    function = "ST_XMin"
    arity = 1
    output_field = FloatField()


class XMax(Func):
    """Easternmost x of a geometry, in units of its CRS; NULL when empty."""

    function = "ST_XMax"
    arity = 1
    output_field = FloatField()


class YMin(Func):
    """Southernmost y of a geometry, in units of its CRS; NULL when empty."""

    function = "ST_YMin"
    arity = 1
    output_field = FloatField()


class YMax(Func):
    """Northernmost y of a geometry, in units of its CRS; NULL when empty."""

    function = "ST_YMax"
    arity = 1
    output_field = FloatField()


class Dimension(Func):
    """0 for points, 1 for lines, 2 for areas, one or many; NULL for no geometry."""

    function = "ST_Dimension"
    arity = 1
    output_field = IntegerField()
