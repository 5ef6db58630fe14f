"""Narrow roles of the database, and taking one on so that a statement sees its tables only."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

NARROW = ("rating", "reach", "messenger")
#: The program takes these on itself; the lane of ratings has a connection of its own.
TAKEN_ON = ("reach", "messenger")


def app_role() -> str:
    """The role that the running program connects as, from DATABASE_URL."""
    return str(connections["default"].settings_dict["USER"])


def narrow_role(part: str) -> str:
    """A name such as megdan_reach where the program itself is megdan_app."""
    return f"{app_role().removesuffix('_app')}_{part}"


@contextmanager
def acting_as(part: str) -> Iterator[None]:
    """Give the statements inside the rights of one narrow role, and no others.

    PostgreSQL then refuses whatever the role may not see, whoever wrote the statement. An error
    rolls the block back, and the role with it.

    Args:
        part: `reach` or `messenger`.

    Raises:
        ValueError: another part.
        ProgrammingError: a statement asked for a table the role may not see.
    """
    if part not in TAKEN_ON:
        raise ValueError(f"The program does not act as {part!r}.")
    role = connection.ops.quote_name(narrow_role(part))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("RESET ROLE")
