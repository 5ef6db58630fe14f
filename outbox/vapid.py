"""The key by which push services know this installation (VAPID, RFC 8292): made once and kept.

Browsers are bound to it: with another key every reader would have to consent again.
"""

import os
import secrets
import time
from email.utils import parseaddr
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02, VapidException  # type: ignore[import-untyped]
from py_vapid.utils import b64urlencode  # type: ignore[import-untyped]

_LIFE_S = 12 * 3600


class NoKeyError(Exception):
    """No key is there, or what is there is none; `manage.py prepare` makes one."""


def key_file() -> Path:
    """Where the key lies unless the environment holds it."""
    return Path(settings.VAR_DIR) / "vapid-key"


def make_key() -> bool:
    """Make a key where none is; tell whether one was made. Two at once make one."""
    path = key_file()
    if settings.MEGDAN_VAPID_KEY or path.exists():
        return False
    made = Vapid02()
    made.generate_keys()
    number = made.private_key.private_numbers().private_value
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(b64urlencode(number.to_bytes(32, "big")))
    try:
        os.link(unfinished, path)  # unlike a rename, never over another's key
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True


def public_key() -> str:
    """What a browser is told when its owner consents; empty where messages to phones are off."""
    try:
        key = _key()
    except NoKeyError:
        return ""
    return str(
        b64urlencode(key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    )


def introduction(origin: str) -> str:
    """The signed header by which a push service knows who posts to it.

    Raises:
        NoKeyError: there is no key.
    """
    claims = {
        "aud": origin,
        "exp": int(time.time()) + _LIFE_S,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    return str(_key().sign(claims)["Authorization"])


def _key() -> Vapid02:
    text = settings.MEGDAN_VAPID_KEY
    try:
        text = text or key_file().read_text("ascii").strip()
        # A machine without a name in the network is no fault of the key.
        key = Vapid02.from_string(text)
    except (OSError, ValueError, VapidException) as error:
        raise NoKeyError(f"{type(error).__name__}: run manage.py prepare") from error
    key.conf["no-strict"] = True
    return key
