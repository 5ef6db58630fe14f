"""Reads a collection once, in lots, into a file of columns; every form of a download comes of it.

So all forms hold the same rows, and no town is ever whole in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.utils import translation

from zones.published import Collection, Feature, Type

#: Rows that are in memory at a time.
LOT = 2000
GEOMETRY, NUMBER = "geometry", "id"
_KINDS = {
    Type.TEXT: pa.string(),
    Type.WHOLE: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.YES_NO: pa.bool_(),
    Type.DAY: pa.date32(),
    Type.MOMENT: pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Spool:
    """Rows of a collection on the disk: its number, its columns, its place as WKB in EPSG:4326."""

    collection: Collection
    path: Path
    schema: pa.Schema
    rows: int

    @contextmanager
    def lots(self) -> Iterator[pa.RecordBatchReader]:
        """The rows again, lot by lot."""
        with pa.memory_map(str(self.path)) as source, pa.ipc.open_stream(source) as reader:
            yield reader


def spooled(collection: Collection, path: Path, language: str) -> Spool:
    """Write the rows that everybody may see now; words stand in the language.

    Queries: for each lot one, and what the collection reads along with it.
    """
    schema = _schema(collection)
    rows = 0
    with (
        translation.override(language),
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_stream(file, schema) as writer,
    ):
        for features in _lots(collection):
            writer.write_batch(_batch(features, schema))
            rows += len(features)
    return Spool(collection, path, schema, rows)


def _schema(collection: Collection) -> pa.Schema:
    return pa.schema(
        [
            (NUMBER, pa.int64()),
            *((one.name, _KINDS[one.type]) for one in collection.columns),
            (GEOMETRY, pa.binary()),
        ]
    )


def _lots(collection: Collection) -> Iterator[list[Feature]]:
    """Each lot begins after the last row of the one before, so that none is lost or doubled."""
    rows: QuerySet[Any] = collection.in_order()
    found = list(rows[:LOT])
    while found:
        features = collection.features(found)
        yield features
        if len(found) < LOT:
            return
        found = list(rows.filter(**{f"{collection.key}__gt": features[-1].number})[:LOT])


def _batch(features: list[Feature], schema: pa.Schema) -> pa.RecordBatch:
    columns: dict[str, list[Any]] = {
        NUMBER: [one.number for one in features],
        GEOMETRY: [bytes(one.geometry.wkb) if one.geometry else None for one in features],
    }
    for field in schema:
        if field.name not in columns:
            values = [one.values[field.name] for one in features]
            columns[field.name] = _texts(values) if field.type == pa.string() else values
    return pa.RecordBatch.from_pydict(columns, schema=schema)


def _texts(values: list[Any]) -> list[str | None]:
    """Words that are translated only now become plain ones."""
    return [None if one is None else str(one) for one in values]
