"""The one spelling of a place in the ledger."""

import shapely
from django.contrib.gis.geos import GEOSGeometry

from geo.crs import STORAGE_SRID

DECIMALS = 7
"""Of a degree: about a centimetre."""


def geometry_text(geometry: GEOSGeometry | None) -> str:
    """WKT in EPSG:4326 with seven decimals, "" for none."""
    if geometry is None:
        return ""
    shape = shapely.from_wkb(bytes(geometry.wkb))
    return str(shapely.to_wkt(shape, rounding_precision=DECIMALS, trim=True))


def geometry_from(text: str) -> GEOSGeometry | None:
    """The geometry that `geometry_text` spelled."""
    return GEOSGeometry(text, srid=STORAGE_SRID) if text else None
