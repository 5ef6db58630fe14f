"""Opening files of shapes and tables and handing on their rows; takes no row for granted."""

import csv
import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.errors import GeometryRefused
from geo.intake.files import open_vector_file

LARGEST_TABLE = 200_000_000
"""Bytes of a table after unpacking; a million addresses are about half of it."""

TABLES = frozenset({".csv", ".tsv", ".txt", ".gz"})


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file: its line (tables) or place in the file from 1 (shapes), and its values."""

    line: int
    values: Mapping[str, Any]
    geometry: BaseGeometry | None = None
    faults: tuple[GeometryRefused, ...] = ()

    def text(self, field: str) -> str:
        """The value as text without blanks around it; "" when it is missing."""
        value = self.values.get(field)
        if value is None or value != value:  # NaN: how tables of numbers say "nothing"
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()


def read_records(path: Path) -> list[Record]:
    """Read a GeoJSON, GeoPackage or Shapefile into EPSG:4326, or a CSV table (also gzipped).

    Raises:
        ValidationError: with a sentence about the file (GeometryRefused for files of shapes).
    """
    if path.suffix.lower() in TABLES:
        return _read_table(path)
    return read_shapes(path)


def require_fields(records: Sequence[Record], fields: Sequence[str]) -> None:
    """Refuse a file that lacks a column one of its settings names.

    Raises:
        ValidationError: `no_field`, with the columns there are.
    """
    there = set(records[0].values) if records else set()
    for field in fields:
        if records and field not in there:
            raise ValidationError(
                _("The file has no column “%(field)s”. It has: %(there)s."),
                code="no_field",
                params={"field": field, "there": ", ".join(sorted(there)) or "-"},
            )


def read_shapes(path: Path) -> list[Record]:
    """Read a GeoJSON, GeoPackage or Shapefile, whatever its name, into EPSG:4326.

    Raises:
        GeometryRefused: when the file as a whole cannot be taken; faults of rows stay with them.
    """
    opened = open_vector_file(path)
    names = [name for name in opened.frame.columns if name != "geometry"]
    columns = [opened.frame[name].tolist() for name in names]
    faults: dict[int, list[GeometryRefused]] = {}
    for row, refusal in opened.faults:
        faults.setdefault(row, []).append(refusal)
    return [
        Record(
            row + 1,
            {name: column[row] for name, column in zip(names, columns, strict=True)},
            geometry,
            tuple(faults.get(row, ())),
        )
        for row, geometry in enumerate(opened.frame.geometry.tolist())
    ]


def _read_table(path: Path) -> list[Record]:
    text = _text_of(path)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return [Record(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ValidationError(
            _("Line %(line)d of %(path)s is not a row of a table. Save it again as CSV."),
            code="not_a_table",
            params={"line": reader.line_num, "path": path.name},
        ) from error


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ValidationError(
            _("There is no readable file %(path)s. Check the path."),
            code="file_missing",
            params={"path": path},
        ) from error
    if path.suffix.lower() == ".gz":
        raw = _unpacked(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _no_text(path) from error
    if "\x00" in text:
        raise _no_text(path)
    return text


def _no_text(path: Path) -> ValidationError:
    return ValidationError(
        _("%(path)s is not a text in UTF-8. Save it again with the encoding UTF-8."),
        code="encoding",
        params={"path": path.name},
    )


def _unpacked(raw: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            text = packed.read(LARGEST_TABLE + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValidationError(
            _("The packed table is damaged. Pack it again."), code="file_damaged"
        ) from error
    if len(text) > LARGEST_TABLE:
        raise ValidationError(
            _("The packed table unpacks to more than %(limit)d bytes. Split it."),
            code="too_large",
            params={"limit": LARGEST_TABLE},
        )
    return text


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)
