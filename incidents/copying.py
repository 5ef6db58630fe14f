"""Writes many rows by COPY: as exact as saving them one by one, and a hundred times as fast."""

import io
import json
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BinaryField, Field, JSONField, Model

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def take_numbers(model: type[Model], count: int) -> list[int]:
    """So many fresh primary keys of a table, in order."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def copy_rows(rows: Sequence[Model]) -> None:
    """Write rows of one model that have their primary keys; nothing checks them but the table."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    text = io.StringIO()
    for row in rows:
        cells = (_cell(field, getattr(row, field.attname)) for field in fields)
        text.write("\t".join(cells) + "\n")
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{rows[0]._meta.db_table}" ({names}) FROM STDIN', text)


def _cell(field: "Field[Any, Any]", value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(field, GeometryField):
        return str(value.hexewkb.decode())
    if isinstance(field, BinaryField):
        return "\\\\x" + bytes(value).hex()
    if isinstance(field, ArrayField):
        return "{" + ",".join(str(one) for one in value) + "}"
    if isinstance(field, JSONField):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(_ESCAPED)
