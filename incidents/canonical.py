"""The exact bytes of an event, its hash, and commitments to words that must be erasable.

body  = JSON with sorted keys, no blanks, UTF-8, no floats but as text
hash  = SHA-256(previous || body); the first event of a report follows 32 zero bytes
commitment = HMAC-SHA-256(salt, value): without the salt it says nothing about the value
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

NOTHING = bytes(32)
SALT_BYTES = 16


def canonical_bytes(
    *,
    uid: UUID,
    seq: int,
    at: dt.datetime,
    kind: str,
    actor: Mapping[str, Any],
    data: Mapping[str, Any],
) -> bytes:
    """The one spelling of an event.

    Raises:
        TypeError: a value that is no text, whole number, truth value, null, list or mapping; a
            float has no single spelling and is refused.
    """
    whole = {
        "actor": dict(actor),
        "at": timestamp(at),
        "data": dict(data),
        "kind": kind,
        "report": str(uid),
        "seq": seq,
        "v": 1,
    }
    _refuse_floats(whole)
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def timestamp(at: dt.datetime) -> str:
    """UTC to the microsecond, such as 2026-11-23T08:00:00.000000Z."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_hash(previous: bytes, body: bytes) -> bytes:
    """32 bytes that stand for this event and all before it."""
    return hashlib.sha256(previous + body).digest()


def new_salt() -> bytes:
    """Random bytes for one commitment."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, value: str) -> str:
    """What the ledger keeps of a value, as 64 hexadecimal digits."""
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        message = f"A float has no single spelling; write {value!r} as text."
        raise TypeError(message)
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
