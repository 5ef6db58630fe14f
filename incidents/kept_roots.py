"""The file of published roots, as it is offered for download and as somebody brings it back."""

import datetime as dt
import json
from typing import Any, NamedTuple

from incidents.signing import is_signed

FORMAT = "megdan seals 1"


class KeptRoot(NamedTuple):
    """A published root as somebody kept it."""

    day: dt.date
    statement: bytes
    signature: bytes


class BadCopyError(ValueError):
    """The file is no list of roots, or not one that was signed."""


def root_row(statement: bytes, signature: bytes) -> dict[str, str]:
    """One root: the exact text that was signed, and its signature."""
    return {"statement": statement.decode("ascii"), "signature": signature.hex()}


def read_roots(text: str, town: str) -> list[KeptRoot]:
    """The roots of a file.

    Raises:
        BadCopyError: it is no such file, of another town, or not genuine.
    """
    try:
        document = json.loads(text)
        rows = document["roots"]
        if document["format"] != FORMAT:
            raise BadCopyError(f"This is no file of seals in the format “{FORMAT}”.")
        return [_read(row, town) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BadCopyError):
            raise
        raise BadCopyError("This is no file of seals.") from error


def _read(row: dict[str, Any], town: str) -> KeptRoot:
    statement, signature = row["statement"].encode("ascii"), bytes.fromhex(row["signature"])
    said = json.loads(statement)
    if said["town"] != town:
        raise BadCopyError(f"These are seals of “{said['town']}”, not of “{town}”.")
    if not is_signed(statement, signature, said["key"]):
        raise BadCopyError(f"The seal of {said['day']} in this file was changed after signing.")
    return KeptRoot(dt.date.fromisoformat(said["day"]), statement, signature)
