"""Reads a file of sites from disk, in any format the town's GIS writes; for commands only.

It loads GDAL, which pages never do.
"""

from collections.abc import Mapping
from pathlib import Path

from departments.csv_rows import RowFault
from sign_registry.importing.site_rows import PARTS, Cells
from zones.importing.reading import Record, read_records, require_fields


def read_file(path: Path, columns: Mapping[str, str]) -> tuple[list[Cells], list[RowFault]]:
    """Rows of CSV, GeoJSON, GeoPackage or Shapefile in EPSG:4326; broken shapes are faults.

    Args:
        columns: {part: column} where a column bears another name than its part.

    Raises:
        ValidationError: about the file as a whole.
    """
    records = read_records(path)
    require_fields(records, [columns.get("code", "code"), *columns.values()])
    faults = [
        RowFault(record.line, " ".join(fault.messages))
        for record in records
        for fault in record.faults
    ]
    return [_cells(record, columns) for record in records if not record.faults], faults


def _cells(record: Record, columns: Mapping[str, str]) -> Cells:
    texts = {part: record.text(columns.get(part, part)) for part in PARTS}
    return Cells(record.line, texts, record.geometry)
