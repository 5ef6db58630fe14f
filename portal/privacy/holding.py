"""What is held about one account: the rows of every table that the inventory links to it."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Model, QuerySet
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from portal.privacy.activities import ACTIVITIES, Activity
from portal.privacy.inventory import Table, inventory
from submissions.models import Submission
from zones.labels import address_label
from zones.models import Address

#: More rows than a page shows; the file holds all of them.
SHOWN_ROWS = 50


@dataclass(frozen=True, slots=True)
class HeldTable:
    """Rows of one table about one account, as words."""

    label: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    count: int

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of head and word."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class HeldFor:
    """What is kept for one activity."""

    activity: Activity
    tables: Sequence[HeldTable]


def rows_about(table: Table, user: User) -> QuerySet[Model]:
    """Rows of a table that belong to an account; none of a table that is about nobody."""
    every = table.model._default_manager.order_by("pk")
    if table.subject == "self":
        return every.filter(pk=user.pk)
    if table.subject:
        return every.filter(**{table.subject: user}).distinct()
    if table.mail and user.email:
        return every.filter(**{f"{table.mail}__iexact": user.email})
    return every.none()


def held(user: User) -> list[HeldFor]:
    """Everything held about an account, by activity, in words. Two queries for each table."""
    found: dict[str, list[HeldTable]] = {}
    for table in inventory().values():
        if not table.is_about_accounts:
            continue
        rows = rows_about(table, user)
        if count := rows.count():
            found.setdefault(_main_activity(table), []).append(_in_words(table, rows, count))
    return [HeldFor(ACTIVITIES[code], found[code]) for code in ACTIVITIES if code in found]


def exported(user: User) -> str:
    """The same, whole, as JSON that another program can read (GDPR, articles 15 and 20)."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for table in inventory().values():
        if table.is_about_accounts:
            rows = [_as_data(table, row) for row in rows_about(table, user)]
            if rows:
                tables[table.label] = rows
    return json.dumps(
        {"exported_at": timezone.now().isoformat(), "account": user.pk, "tables": tables},
        ensure_ascii=False,
        indent=1,
        default=str,
    )


def _main_activity(table: Table) -> str:
    return next(code for code in table.fields if code in ACTIVITIES)


def _in_words(table: Table, rows: QuerySet[Model], count: int) -> HeldTable:
    model = table.model
    heads = [capfirst(str(model._meta.get_field(name).verbose_name)) for name in table.shown]  # type: ignore[union-attr]
    plural = str(model._meta.verbose_name_plural or model._meta.verbose_name)
    return HeldTable(
        capfirst(plural),
        heads,
        [[_word(row, name) for name in table.shown] for row in rows[:SHOWN_ROWS]],
        count,
    )


def _as_data(table: Table, row: Model) -> dict[str, Any]:
    return {name: _datum(row, name) for name in table.shown}


def _datum(row: Model, name: str) -> Any:
    value = _value(row, name)
    if isinstance(value, GEOSGeometry):
        return json.loads(value.geojson)
    if isinstance(value, Model):
        return {"number": value.pk, "name": _name(value)}
    if isinstance(value, list) and value and isinstance(value[0], Model):
        return [_name(one) for one in value]
    return value


def _word(row: Model, name: str) -> str:
    choice = getattr(row, f"get_{name}_display", None)
    return _written(choice() if choice else _value(row, name))


def _value(row: Model, name: str) -> Any:
    value = getattr(row, name)
    return list(value.all()) if hasattr(value, "all") else value


def _written(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    return _said(value)


def _said(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case dt.datetime():
            return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case dt.date():
            return formats.date_format(value)
        case GEOSGeometry():
            return _place(value)
        case Model():
            return _name(value)
        case list() | tuple():
            return ", ".join(_written(one) for one in value)
        case Mapping():
            return ", ".join(f"{key}: {_written(one)}" for key, one in value.items())
    return str(value)


def _place(value: GEOSGeometry) -> str:
    middle = value.centroid
    return f"{middle.y:.5f}, {middle.x:.5f}"


def _name(value: Model) -> str:
    if isinstance(value, Address):
        return address_label(value)
    if isinstance(value, Submission):
        return value.text
    for attribute in ("name", "title", "full_name"):
        if text := getattr(value, attribute, ""):
            return str(text)
    return str(value)


def tables_in_words() -> Iterator[tuple[Activity, str, list[str]]]:
    """For the record of activities: activity, table, names of its fields. No query."""
    for table in inventory().values():
        for code, names in table.fields.items():
            if code in ACTIVITIES:
                model = table.model
                fields = [str(model._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]
                yield ACTIVITIES[code], str(model._meta.verbose_name_plural), fields
