"""One-time numbers of the rating page and the short marks of connections; pure, nothing is kept.

Both are signed by BLAKE2s with a random key that lives for a day in memory; it takes a third of the
time of HMAC-SHA-256. A number says which sign it was made for and in which minute, never for whom.
A mark tells one connection's votes at one site from another's for an hour; with the key gone nobody
can compute it again.
"""

import base64
import binascii
import hashlib
import hmac
import socket
from typing import NamedTuple

LIFE_MIN = 30
KEY_BYTES = 32
RANDOM_BYTES = 8
_MINUTE_BYTES = 4
_PROOF_BYTES = 12
_LENGTH = (_MINUTE_BYTES + RANDOM_BYTES + _PROOF_BYTES) * 4 // 3
MARK_BYTES = 3
_MAPPED_IPV4 = bytes(10) + b"\xff\xff"


class Nonce(NamedTuple):
    """A number as it came back, still to be checked."""

    minute: int
    random: bytes
    proof: bytes


def _proof(key: bytes, code: str, body: bytes) -> bytes:
    said = b"number|" + code.encode() + b"|" + body
    return hashlib.blake2s(said, key=key, digest_size=_PROOF_BYTES).digest()


def issue(key: bytes, *, code: str, minute: int, random: bytes) -> str:
    """A number for one page of one sign; `minute` counts from 1970, `random` comes only once."""
    body = minute.to_bytes(_MINUTE_BYTES, "big") + random
    return base64.urlsafe_b64encode(body + _proof(key, code, body)).decode()


def read(text: str) -> Nonce | None:
    """The parts of a number; None where the text can be none."""
    if len(text) != _LENGTH:
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    split = _MINUTE_BYTES + RANDOM_BYTES
    return Nonce(int.from_bytes(raw[:_MINUTE_BYTES], "big"), raw[_MINUTE_BYTES:split], raw[split:])


def is_ours(nonce: Nonce, key: bytes, *, code: str) -> bool:
    """Whether this key made the number for this sign."""
    body = nonce.minute.to_bytes(_MINUTE_BYTES, "big") + nonce.random
    return hmac.compare_digest(_proof(key, code, body), nonce.proof)


def is_fresh(nonce: Nonce, minute: int) -> bool:
    """Whether a number made in its minute may still be used in this one."""
    return 0 <= minute - nonce.minute <= LIFE_MIN


def connection_mark(key: bytes, *, site: int, address: str) -> bytes:
    """24 bits that tell connections at one site apart until the key is gone.

    Of an IPv6 address the first 64 bits are taken, because a household has all the others.
    """
    said = b"mark|%d|" % site + _network(address)
    return hashlib.blake2s(said, key=key, digest_size=MARK_BYTES).digest()


def _network(address: str) -> bytes:
    try:
        return socket.inet_pton(socket.AF_INET, address)
    except (OSError, ValueError):
        pass
    try:
        packed = socket.inet_pton(socket.AF_INET6, address)
    except (OSError, ValueError):
        return b""
    if packed.startswith(_MAPPED_IPV4):
        return packed[len(_MAPPED_IPV4) :]
    return packed[:8]
