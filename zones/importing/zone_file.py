"""A file of zones read, checked and, on request, repaired: rows to load and a report on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon

from geo.errors import GeometryRefused
from zones.importing.fields import ZoneFields, as_multipolygon, names_of, too_long
from zones.importing.quality import Finding, Ground, Level, judge_zones, polygons_only
from zones.importing.reading import Record, read_shapes, require_fields
from zones.importing.repair import RepairError, repair
from zones.importing.rows import ZoneRow


@dataclass(slots=True)
class ZoneFile:
    """Rows that could be loaded, and everything there is to say about the file."""

    rows: list[ZoneRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    features: int = 0

    @property
    def is_loadable(self) -> bool:
        """Whether nothing in the file refuses it."""
        return bool(self.rows) and not any(
            finding.level is Level.ERROR for finding in self.findings
        )

    def as_json(self) -> dict[str, object]:
        """The report as it is stored with the edition."""
        return {
            "features": self.features,
            "zones": len(self.rows),
            "findings": [finding.as_json() for finding in self.findings],
        }


def read_zones(
    path: Path, fields: ZoneFields, ground: Ground, *, is_partition: bool, mend: bool = False
) -> ZoneFile:
    """Read and judge a file of zones, as `judge_records` does.

    Raises:
        ValidationError: when the file as a whole cannot be read or lacks a named column.
    """
    return judge_records(read_shapes(path), fields, ground, is_partition=is_partition, mend=mend)


def judge_records(
    records: Sequence[Record],
    fields: ZoneFields,
    ground: Ground,
    *,
    is_partition: bool,
    mend: bool = False,
) -> ZoneFile:
    """Judge the rows of a file of zones; no row is left out without a finding.

    Args:
        mend: repair invalid shapes instead of refusing them; each repair is a finding.

    Raises:
        ValidationError: when the file lacks a named column.
    """
    require_fields(records, [fields.code, *fields.names.values()])
    file = ZoneFile(features=len(records))
    if not records:
        file.findings.append(Finding("no_zones", Level.ERROR))
    sound = [record for record in records if not record.faults]
    _take(file, sound, fields)
    _take_faulty(file, [record for record in records if record.faults], fields, mend=mend)
    file.rows.sort(key=lambda row: row.line)
    file.findings += judge_zones(file.rows, ground, is_partition=is_partition)
    return file


def _take(file: ZoneFile, records: Sequence[Record], fields: ZoneFields) -> None:
    for record in records:
        _add(file, record, fields, as_multipolygon(record.geometry))


def _add(file: ZoneFile, record: Record, fields: ZoneFields, area: MultiPolygon | None) -> None:
    code, names = record.text(fields.code), names_of(record, fields.names)
    missing = "not_an_area" if area is None else "no_code" if not code else ""
    missing = missing or ("" if names else "no_name")
    missing = missing or ("too_long" if too_long(code, names) else "")
    if missing or area is None:
        file.findings.append(Finding(missing, Level.ERROR, record.line, code))
        return
    file.rows.append(ZoneRow(record.line, code, names, area))


def _take_faulty(
    file: ZoneFile, records: Sequence[Record], fields: ZoneFields, *, mend: bool
) -> None:
    level = Level.WARNING if mend else Level.ERROR
    for record in records:
        lost = record.geometry is None
        for fault in record.faults:
            file.findings.append(_fault(fault, record, fields, Level.ERROR if lost else level))
    if mend:
        _mend(file, [record for record in records if record.geometry is not None], fields)


def _fault(fault: GeometryRefused, record: Record, fields: ZoneFields, level: Level) -> Finding:
    longitude, latitude = fault.place or (None, None)
    code = str(fault.code)
    return Finding(code, level, record.line, record.text(fields.code), "", longitude, latitude)


def _mend(file: ZoneFile, records: Sequence[Record], fields: ZoneFields) -> None:
    """Repair what is invalid; a ring the reader closed may be valid by now."""
    broken = [record for record in records if not shapely.is_valid(record.geometry)]
    closed = [record for record in records if shapely.is_valid(record.geometry)]
    _take(file, closed, fields)
    file.findings += [_note("closed", record, fields) for record in closed]
    try:
        mended = repair([record.geometry for record in broken if record.geometry is not None])
    except RepairError:
        file.findings += [
            Finding("unrepairable", Level.ERROR, record.line, record.text(fields.code))
            for record in broken
        ]
        return
    for record, shape in zip(broken, mended, strict=True):
        _add(file, record, fields, polygons_only(shape))
        file.findings.append(_note("repaired", record, fields))


def _note(code: str, record: Record, fields: ZoneFields) -> Finding:
    return Finding(code, Level.NOTE, record.line, record.text(fields.code))
