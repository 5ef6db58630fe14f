"""Addresses that letters come back to (VERP): each names its letter and is signed."""

import re
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "outbox.bounce"
# Mail servers may change the case of a local part, and it may have 64 characters at most.
_LOCAL = re.compile(r"bounce\+([0-9a-f]{32})\.([0-9a-f]{16})")


def bounce_address(reference: UUID, *, domain: str, secret: str) -> str:
    """Where a mail server sends back the letter of this name."""
    return f"bounce+{reference.hex}.{_mark(reference.hex, secret)}@{domain}"


def reference_in(address: str, *, domain: str, secrets: list[str]) -> UUID | None:
    """The letter that an address names; None where it is not ours or its signature is wrong."""
    local, _, host = address.strip().strip("<>").lower().rpartition("@")
    found = _LOCAL.fullmatch(local)
    if found is None or host != domain.lower():
        return None
    name, mark = found.groups()
    if not any(constant_time_compare(mark, _mark(name, secret)) for secret in secrets):
        return None
    return UUID(name)


def _mark(name: str, secret: str) -> str:
    return salted_hmac(_SALT, name, secret=secret, algorithm="sha256").hexdigest()[:16]
