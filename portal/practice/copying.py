"""Copies the register of a town into its practice copy, table by table, inside the database.

A row is copied because its table is named here and the row hangs on the town; each link to another
copied row is led to that row's copy. Tables that are not named stay empty: residents, reports,
votes, letters, pictures and the history of the real town never come along.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection, models, transaction
from psycopg2 import sql

from departments.models import Calendar, CalendarVersion, Department, Membership
from incidents.models import AnswerTemplate, Category, CompetenceRule, RuleSet, Scope
from sign_registry.models import (
    ReasonTag,
    Site,
    SiteCategory,
    SitePeriod,
    SiteZone,
    VehicleAssignment,
)
from zones.models import (
    Address,
    AddressPlacement,
    Dataset,
    Municipality,
    Place,
    PostalRange,
    Street,
    Zone,
    ZoneEdition,
    ZoneKind,
    ZoneShape,
)

TOWN = "municipality"
_MAP = sql.Identifier("pg_temp", "practice_map")


@dataclass(frozen=True, slots=True)
class Copied:
    """A table, and the link by which a row of it belongs to a town."""

    model: type[models.Model]
    by: str = TOWN

    @property
    def table(self) -> str:
        """Its name in the database."""
        return self.model._meta.db_table

    def own_rows(self, town: Municipality) -> models.QuerySet[Any]:
        """The rows of one town."""
        steps, model = [self.by], _field(self.model, self.by).related_model
        while model is not Municipality:
            steps.append(_BY[model])
            model = _field(model, _BY[model]).related_model
        return self.model._base_manager.filter(**{"__".join(steps): town})


#: In the order in which they are written: whatever a row names stands above it.
COPIED = (
    Copied(Dataset),
    Copied(ZoneKind),
    Copied(Zone, "kind"),
    Copied(ZoneEdition),
    Copied(ZoneShape, "zone"),
    Copied(Street),
    Copied(PostalRange, "street"),
    Copied(Address),
    Copied(AddressPlacement, "address"),
    Copied(Place),
    Copied(Calendar),
    Copied(CalendarVersion, "calendar"),
    Copied(Department),
    Copied(Membership),
    Copied(cast("type[models.Model]", Membership.areas.through), "membership"),
    Copied(SiteCategory),
    Copied(ReasonTag, "category"),
    Copied(Site),
    Copied(SitePeriod, "site"),
    Copied(SiteZone, "site"),
    Copied(VehicleAssignment, "vehicle"),
    Copied(Category),
    Copied(Scope, "membership"),
    Copied(RuleSet),
    Copied(CompetenceRule, "rule_set"),
    Copied(AnswerTemplate),
)
_BY: Mapping[Any, str] = {one.model: one.by for one in COPIED}
_TABLES = frozenset(one.table for one in COPIED)


@transaction.atomic
def copy_register(
    *, source: Municipality, target: Municipality, say: Callable[[int, int], None]
) -> dict[str, int]:
    """Write every row of COPIED once more for another town.

    Two statements for each table, linear in its rows.

    Args:
        say: hears after each table how many of how many are written.

    Returns:
        How many rows each table gave.
    """
    written = {}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.practice_map")
        cursor.execute(
            "CREATE TEMPORARY TABLE practice_map (place text, old bigint, new bigint NOT NULL, "
            "PRIMARY KEY (place, old)) ON COMMIT DROP"
        )
        for number, one in enumerate(COPIED, start=1):
            cursor.execute(_numbering(one), {"town": source.pk, "place": one.table})
            cursor.execute(_copying(one), {"town": target.pk, "place": one.table})
            written[one.table] = cursor.rowcount
            say(number, len(COPIED))
    return written


def _numbering(one: Copied) -> sql.Composed:
    """A new number for each row that belongs to the town."""
    column = sql.Identifier("row", _field(one.model, one.by).column)
    if one.by == TOWN:
        belongs: sql.Composable = sql.SQL("{} = %(town)s").format(column)
    else:
        above = cast("Any", _field(one.model, one.by).related_model)._meta.db_table
        belongs = sql.SQL(
            "EXISTS (SELECT FROM {} above WHERE above.place = {} AND above.old = {})"
        ).format(_MAP, sql.Literal(above), column)
    return sql.SQL(
        "INSERT INTO {} SELECT %(place)s, row.id, "
        "nextval(pg_get_serial_sequence(%(place)s, 'id')) FROM {} row WHERE {}"
    ).format(_MAP, sql.Identifier(one.table), belongs)


def _copying(one: Copied) -> sql.Composed:
    """The rows themselves, with their links led to the copies."""
    columns, values = zip(*_columns(one.model), strict=True)
    return sql.SQL(
        "INSERT INTO {table} (id, {columns}) SELECT own.new, {values} FROM {table} row "
        "JOIN {numbers} own ON own.place = %(place)s AND own.old = row.id"
    ).format(
        table=sql.Identifier(one.table),
        columns=sql.SQL(", ").join(columns),
        values=sql.SQL(", ").join(values),
        numbers=_MAP,
    )


def _columns(model: type[models.Model]) -> Iterator[tuple[sql.Composable, sql.Composable]]:
    """Each column but the number, and where its value comes from."""
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        column = str(field.column)
        yield sql.Identifier(column), _value(field, sql.Identifier("row", column))


def _value(field: Any, column: sql.Composable) -> sql.Composable:
    if field.related_model is Municipality:
        return sql.SQL("%(town)s")
    table = field.related_model._meta.db_table if field.related_model else ""
    if table not in _TABLES:
        return column  # a value, or a person of the staff
    return sql.SQL("(SELECT link.new FROM {} link WHERE link.place = {} AND link.old = {})").format(
        _MAP, sql.Literal(table), column
    )


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
