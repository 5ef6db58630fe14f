"""Proves that a host is this installation before its name is printed on signs; pure."""

import hmac
import re

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{8,128}")


def installation_id(secret: str) -> str:
    """A name of this installation that tells nothing of its secret."""
    return hmac.digest(secret.encode(), b"megdan installation", "sha256").hex()[:16]


def is_challenge(text: str) -> bool:
    """Whether a text may be answered."""
    return _CHALLENGE.fullmatch(text) is not None


def answer(secret: str, challenge: str) -> str:
    """What only an installation with this secret can say to a challenge."""
    message = b"megdan installation " + challenge.encode()
    return hmac.digest(secret.encode(), message, "sha256").hex()
