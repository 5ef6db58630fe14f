"""Writes rows of collections as files to keep: GeoPackage, CSV and GeoParquet, lot by lot."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from geo.crs import STORAGE_SRID
from portal.geodata.spool import GEOMETRY, Spool
from portal.geodata.systems import DEGREE_DIGITS
from zones.cells import safe_cell
from zones.models import GeodataFile

Format = GeodataFile.Format
MEDIA_TYPES = {
    Format.GPKG: "application/geopackage+sqlite3",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}
#: In place of a collection's code: all of them, as layers of one file.
EVERYTHING = "everything"
EVERYTHING_TITLE = _("Everything in one file")
_GEOPARQUET = "1.1.0"
_BOM = "\ufeff"
PLACE_COLUMNS = ("longitude", "latitude", "wkt")


def write_geopackage(spools: Iterable[Spool], path: Path, language: str) -> None:
    """One layer for each collection, under its code."""
    for spool in spools:
        with spool.lots() as lots, translation.override(language):
            pyogrio.write_arrow(
                lots,
                path,
                layer=spool.collection.code,
                driver="GPKG",
                geometry_name=GEOMETRY,
                geometry_type=spool.collection.shape or "Unknown",
                crs=f"EPSG:{STORAGE_SRID}",
                layer_options={
                    "IDENTIFIER": str(spool.collection.title),
                    "DESCRIPTION": str(spool.collection.about),
                },
            )


def write_csv(spool: Spool, path: Path) -> None:
    """A table for spreadsheets: a point of the place, and its whole shape as WKT."""
    names = [name for name in spool.schema.names if name != GEOMETRY]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_BOM)
        writer = csv.writer(file)
        writer.writerow([*names, *PLACE_COLUMNS])
        with spool.lots() as lots:
            for lot in lots:
                values = [_plain(lot.column(name)) for name in names]
                for row in zip(*values, *_places(lot.column(GEOMETRY)), strict=True):
                    writer.writerow([safe_cell(one) for one in row])


def _plain(column: pa.Array) -> list[Any]:
    return [one.isoformat() if hasattr(one, "isoformat") else one for one in column.to_pylist()]


def _places(column: pa.Array) -> Iterator[list[Any]]:
    """Longitude, latitude and WKT; nothing where a row has no place."""
    shapes = np.asarray(shapely.from_wkb(column.to_pylist()), dtype=object)
    points = shapely.point_on_surface(shapes)
    for degrees in (shapely.get_x(points), shapely.get_y(points)):
        yield [None if np.isnan(one) else round(float(one), DEGREE_DIGITS) for one in degrees]
    yield list(shapely.to_wkt(shapes, rounding_precision=DEGREE_DIGITS))


def write_geoparquet(spool: Spool, path: Path) -> None:
    """Columns with types, places as WKB; longitude comes first, as GeoParquet says of WGS 84."""
    shape = spool.collection.shape
    place = {"encoding": "WKB", "geometry_types": [shape] if shape else []}
    head = {"version": _GEOPARQUET, "primary_column": GEOMETRY, "columns": {GEOMETRY: place}}
    schema = spool.schema.with_metadata({"geo": json.dumps(head)})
    with spool.lots() as lots, pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for lot in lots:
            writer.write_batch(lot.cast(schema))


#: How a collection alone is written in each form, in a language.
WRITE: dict[Format, Callable[[Spool, Path, str], None]] = {
    Format.GPKG: lambda spool, path, language: write_geopackage([spool], path, language),
    Format.CSV: lambda spool, path, _language: write_csv(spool, path),
    Format.PARQUET: lambda spool, path, _language: write_geoparquet(spool, path),
}
