"""Reads a file of sites that came by the web: a table, or GeoJSON through the one parser."""

from departments.csv_rows import Column, RowFault, read_table
from geo.errors import GeometryRefused
from geo.intake import AREAS, LINES, POINTS, parse_features
from sign_registry.importing.site_rows import PARTS, Cells

SHAPES = AREAS | LINES | POINTS


def read_upload(raw: bytes) -> tuple[list[Cells], list[RowFault]]:
    """Rows of a CSV table or of a GeoJSON FeatureCollection, told apart by their first sign.

    Of GeoJSON one bad shape refuses the whole file; its message says where.
    """
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _features(raw)
    table = read_table(raw, [Column(part, is_required=part == "code") for part in PARTS])
    return [Cells(row.line, row.cells) for row in table.rows], list(table.faults)


def _features(raw: bytes) -> tuple[list[Cells], list[RowFault]]:
    try:
        features = parse_features(raw, accept=SHAPES)
    except GeometryRefused as refused:
        return [], [RowFault(0, " ".join(refused.messages))]
    return [
        Cells(
            number,
            {part: _text(feature.properties.get(part)) for part in PARTS},
            feature.geometry,
        )
        for number, feature in enumerate(features, 1)
    ], []


def _text(value: object) -> str:
    """A property as the cell of a table would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
