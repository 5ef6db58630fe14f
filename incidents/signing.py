"""The key that signs what is published of the reports (Ed25519), and the exact bytes it signs.

Made once and kept beside the database: whoever can write the tables cannot sign.
"""

import datetime as dt
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from incidents.canonical import timestamp


class NoKeyError(Exception):
    """No key is there, or what is there is none; `manage.py prepare` makes one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of all reports of a town at the end of a day."""

    town: str
    day: dt.date
    root: bytes
    reports: int
    events: int
    previous: bytes
    key: str
    signed_at: dt.datetime

    def spelled(self) -> bytes:
        """The exact bytes: JSON with sorted keys and no blanks."""
        said = {
            "day": self.day.isoformat(),
            "events": self.events,
            "key": self.key,
            "previous": self.previous.hex(),
            "reports": self.reports,
            "root": self.root.hex(),
            "signed_at": timestamp(self.signed_at),
            "town": self.town,
            "what": "megdan reports",
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def digest(statement: bytes) -> bytes:
    """What the next statement repeats of this one."""
    return hashlib.sha256(statement).digest()


def key_file() -> Path:
    """Where the key lies."""
    return Path(settings.VAR_DIR) / "reports-key"


def make_key() -> bool:
    """Make a key where none is; tell whether one was made. Two at once make one."""
    path = key_file()
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
    try:
        os.link(unfinished, path)  # unlike a rename, never over another's key
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True


def public_key() -> str:
    """The key that checks what this installation signs, as 64 hexadecimal digits.

    Raises:
        NoKeyError: there is no key.
    """
    return _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(statement: bytes) -> bytes:
    """The 64 bytes that only the holder of the key can make.

    Raises:
        NoKeyError: there is no key.
    """
    return _key().sign(statement)


def is_signed(statement: bytes, signature: bytes, key: str) -> bool:
    """Whether the holder of a key signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def _key() -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(
            bytes.fromhex(key_file().read_text("ascii").strip())
        )
    except (OSError, ValueError) as error:
        raise NoKeyError(f"{type(error).__name__}: run manage.py prepare") from error
