"""Figures of places as files that stay: CSV, GeoJSON and GeoParquet with the same columns."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import HttpResponse, StreamingHttpResponse
from pyproj import CRS

from geo.crs import STORAGE_SRID
from satisfaction.models import SiteFigure
from satisfaction.present.publication import Publication
from satisfaction.querysets import SiteFigureQuerySet
from zones.exports import csv_file
from zones.names import in_language

#: Names and order of the columns; they stay as they are (docs/exports.md).
COLUMNS: Mapping[str, pa.DataType] = {
    "place": pa.int64(),
    "name": pa.string(),
    "kind": pa.string(),
    "kind_name": pa.string(),
    "votes": pa.int64(),
    "state": pa.string(),
    "score": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "satisfied": pa.float64(),
    "dissatisfied": pa.float64(),
    "against_its_kind": pa.string(),
    "change": pa.float64(),
    "change_low": pa.float64(),
    "change_high": pa.float64(),
    "changed": pa.string(),
    "figures": pa.string(),
    "invented": pa.bool_(),
}
#: Numbers are given to this many decimals: more would claim more than votes carry.
DECIMALS = 3
GEOPARQUET = "1.1.0"


def figures_of(publication: Publication) -> SiteFigureQuerySet:
    """Places of the choice that have a figure; the others are in no file, only their number is."""
    found = publication.selection.site_figures().exclude(score=None)
    if publication.site:
        found = found.filter(pk=publication.site.pk)
    return found.order_by("site")


def about(publication: Publication, listed: int) -> dict[str, Any]:
    """What every file says of itself."""
    snapshot = publication.selection.snapshot
    return {
        "citation": publication.citation,
        "figures": snapshot.code,
        "fingerprint": snapshot.digest,
        "method": snapshot.method,
        "from": snapshot.first_day.isoformat(),
        "until": snapshot.until.isoformat(),
        "public_from": snapshot.public_from.isoformat(),
        "places_listed": listed,
        "places_without_enough_votes": (
            0 if publication.site else publication.selection.waiting_sites().count()
        ),
        "votes_set_aside": snapshot.set_aside,
        "invented": snapshot.is_synthetic,
    }


def csv_table(publication: Publication) -> StreamingHttpResponse:
    """For spreadsheets; numbers with a point, so that every program reads them alike."""
    rows = ([row[name] for name in COLUMNS] for row in _rows(publication))
    return csv_file(publication.filename("places"), list(COLUMNS), rows)


def geojson_table(publication: Publication) -> HttpResponse:
    """For GIS programs: RFC 7946, with what the file is about beside the features."""
    features = [
        {
            "type": "Feature",
            "id": figure.site_id,
            "geometry": json.loads(figure.site.geometry.json) if figure.site.geometry else None,
            "properties": _row(figure, publication),
        }
        for figure in figures_of(publication)
    ]
    table = {
        "type": "FeatureCollection",
        "about": about(publication, len(features)),
        "features": features,
    }
    content = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return attachment(
        content.encode(), f"{publication.filename('places')}.geojson", "application/geo+json"
    )


def parquet_table(publication: Publication) -> HttpResponse:
    """GeoParquet: columns with types, shapes as WKB in EPSG:4326."""
    figures = list(figures_of(publication))
    rows = [_row(figure, publication) for figure in figures]
    shapes = [
        bytes(figure.site.geometry.wkb) if figure.site.geometry else None for figure in figures
    ]
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in COLUMNS.items()}
    table = pa.table({**columns, "geometry": pa.array(shapes, pa.binary())})
    words = {
        "geo": json.dumps(_geo(figures)),
        "about": json.dumps(about(publication, len(rows)), ensure_ascii=False),
    }
    file = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(words), file, compression="zstd")
    return attachment(
        file.getvalue(),
        f"{publication.filename('places')}.parquet",
        "application/vnd.apache.parquet",
    )


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(publication: Publication) -> Iterator[dict[str, Any]]:
    return (_row(figure, publication) for figure in figures_of(publication))


def _row(figure: SiteFigure, publication: Publication) -> dict[str, Any]:
    return {
        "place": figure.site_id,
        "name": in_language(figure.site.names, publication.order),
        "kind": figure.category.code,
        "kind_name": in_language(figure.category.names, publication.order),
        "votes": figure.votes,
        "state": figure.state,
        "score": _rounded(figure.score),
        "low": _rounded(figure.low),
        "high": _rounded(figure.high),
        "satisfied": _rounded(figure.happy),
        "dissatisfied": _rounded(figure.unhappy),
        "against_its_kind": figure.band,
        "change": _rounded(figure.change),
        "change_low": _rounded(figure.change_low),
        "change_high": _rounded(figure.change_high),
        "changed": figure.change_state,
        "figures": publication.code,
        "invented": publication.is_synthetic,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DECIMALS)


def _geo(figures: list[SiteFigure]) -> dict[str, Any]:
    """The metadata that makes a Parquet file GeoParquet."""
    kinds = {figure.site.geometry.geom_type for figure in figures if figure.site.geometry}
    column = {
        "encoding": "WKB",
        "geometry_types": sorted(kinds),
        "crs": CRS.from_epsg(STORAGE_SRID).to_json_dict(),
    }
    return {"version": GEOPARQUET, "primary_column": "geometry", "columns": {"geometry": column}}
