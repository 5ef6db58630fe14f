"""Write a page as GeoJSON or CSV; what is in it was decided before."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from zones.cells import safe_cell


class GeoJSONRenderer(JSONRenderer):
    """The same document under the media type of RFC 7946."""

    media_type = "application/geo+json"
    format = "geojson"


class CSVRenderer(BaseRenderer):
    """One line for each row; points as longitude and latitude, longer shapes left out."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> str:
        """UTF-8 with a byte order mark, which Excel needs for our letters."""
        rows = [_flat(row) for row in _rows(data)]
        columns = list(dict.fromkeys(name for row in rows for name in row))
        buffer = io.StringIO("\ufeff")
        buffer.seek(0, io.SEEK_END)
        writer = csv.writer(buffer)
        writer.writerow(columns)
        writer.writerows([safe_cell(row.get(name)) for name in columns] for row in rows)
        return buffer.getvalue()


def _rows(data: Any) -> list[Mapping[str, Any]]:
    for name in ("features", "results"):
        if name in data:
            return list(data[name])
    return [data]


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    if row.get("type") != "Feature":
        return dict(row)
    geometry = row.get("geometry") or {}
    flat = {"id": row.get("id"), **row["properties"]}
    if geometry.get("type") == "Point":
        flat["longitude"], flat["latitude"] = geometry["coordinates"][:2]
    return flat
