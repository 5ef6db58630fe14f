"""Lists as files that others can read: CSV for spreadsheets and GeoJSON for GIS programs."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.contrib.gis.geos import GEOSGeometry
from django.http import StreamingHttpResponse

from zones.cells import safe_cell


def csv_file(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Rows as UTF-8 CSV with a byte order mark, which Excel needs for our letters."""

    def lines() -> Iterator[str]:
        yield "\ufeff"
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(columns)
        for values in rows:
            writer.writerow([safe_cell(value) for value in values])
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()

    return _attachment(lines(), f"{name}.csv", "text/csv; charset=utf-8")


def geojson_file(
    name: str, features: Iterable[tuple[GEOSGeometry | None, Mapping[str, object]]]
) -> StreamingHttpResponse:
    """Rows as an RFC 7946 FeatureCollection in EPSG:4326, one feature to a line."""

    def lines() -> Iterator[str]:
        yield '{"type": "FeatureCollection", "features": [\n'
        separator = ""
        for geometry, properties in features:
            feature = {
                "type": "Feature",
                "geometry": json.loads(geometry.json) if geometry else None,
                "properties": properties,
            }
            yield separator + json.dumps(feature, ensure_ascii=False)
            separator = ",\n"
        yield "\n]}\n"

    return _attachment(lines(), f"{name}.geojson", "application/geo+json")


def _attachment(lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
