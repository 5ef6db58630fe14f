"""The code printed on a sign: drawing one, reading what people type, writing its web address.

A code is eight random symbols of Crockford's base 32 (40 bits, so guessing one of 600 living signs
takes about two thousand million tries) and one check symbol for those who type it by hand.
"""

import re
import secrets
import unicodedata
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

# No I, L, O and U: they are misread as 1, 1, 0 and V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS = 8
CODE_LENGTH = RANDOM_SYMBOLS + 1
GROUP = 3
# What a QR code of version 3, level Q holds in its compact alphabet.
LONGEST_URL = 47
PATH = "/S/"
LONGEST_HOST = LONGEST_URL - len("HTTPS://" + PATH) - CODE_LENGTH

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_MODULUS = len(ALPHABET)
# Read as what was meant: the letters Crockford left out, then letters of a Cyrillic keyboard that
# look exactly like ours on the sign.
_MEANT = str.maketrans("OILАВЕЗКМНОРСТУХІ", "011ABE3KMH0PCTYX1")
# Far more than a code with a space after every symbol; longer input is not worth looking at.
_LONGEST_INPUT = 64
_HOST = re.compile(r"[A-Z0-9]([A-Z0-9.-]*[A-Z0-9])?")


class Fault(StrEnum):
    """What is wrong with a code that somebody typed."""

    LENGTH = "length"
    SYMBOL = "symbol"
    CHECK = "check"


class MistypedError(ValueError):
    """This text cannot be the code of any sign."""

    def __init__(self, fault: Fault, detail: str) -> None:
        """`detail` is the foreign symbol, or the number of symbols, or the text as understood."""
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


class UnfitOriginError(ValueError):
    """This web address cannot be printed on a sign."""


class SignLink(NamedTuple):
    """What the web address on a sign says."""

    origin: str
    code: str


def check_symbol(symbols: str) -> str:
    """The check symbol of some symbols, by the hybrid system of ISO/IEC 7064 with M = 32.

    The standard defines the pure recursion for any even M as MOD M+1,M and names MOD 11,10,
    MOD 27,26 and MOD 37,36; ours is MOD 33,32. It finds every single wrong symbol and
    495 of 496 swaps of two neighbours (counted over all of them).
    """
    return ALPHABET[(1 - _carried(symbols)) % _MODULUS]


def _carried(symbols: str) -> int:
    product = _MODULUS
    for symbol in symbols:
        total = (product + _VALUE[symbol]) % _MODULUS or _MODULUS
        product = 2 * total % (_MODULUS + 1)
    return product


def new_code() -> str:
    """A code nobody can guess; the caller makes sure that it never existed before."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return symbols + check_symbol(symbols)


def normalise(text: str) -> str:
    """The code that was meant: any case, with spaces or dashes, o for 0, i and l for 1.

    Raises:
        MistypedError: no sign can have this code, and which symbol, length or check is wrong.
    """
    if len(text) > _LONGEST_INPUT:
        raise MistypedError(Fault.LENGTH, str(len(text)))
    symbols = [symbol for symbol in text if not _separates(symbol)]
    code = "".join(symbols).upper().translate(_MEANT)
    foreign = next((symbol for symbol in code if symbol not in _VALUE), "")
    if foreign:
        raise MistypedError(Fault.SYMBOL, foreign)
    if len(code) != CODE_LENGTH:
        raise MistypedError(Fault.LENGTH, str(len(code)))
    if check_symbol(code[:-1]) != code[-1]:
        raise MistypedError(Fault.CHECK, code)
    return code


def _separates(symbol: str) -> bool:
    return symbol.isspace() or unicodedata.category(symbol) in {"Pd", "Cf"}


def grouped(code: str) -> str:
    """The code as people read it from a sign: ABC DEF GHJ."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def sign_url(origin: str, code: str) -> str:
    """The web address of a code, all upper-case: so it fits the compact alphabet of QR codes.

    Raises:
        UnfitOriginError: the origin is more than a scheme, a host and a port, or is too long.
    """
    url = _upper_origin(origin) + PATH + code
    if len(url) > LONGEST_URL:
        raise UnfitOriginError(
            f"{origin} is too long for a small QR code by {len(url) - LONGEST_URL}"
        )
    return url


def origin_of(address: str) -> str:
    """The origin that a town may print, as it is stored: small letters, nothing after the host.

    Raises:
        UnfitOriginError: it is not https, or does not fit on a sign.
    """
    head = sign_url(address, "0" * CODE_LENGTH).partition(PATH)[0].lower()
    if not head.startswith("https://"):
        raise UnfitOriginError(f"{address} does not begin with https://")
    return head


def printed_host(origin: str) -> str:
    """The host as it stands on the sign in large letters.

    Raises:
        UnfitOriginError: as for `sign_url`.
    """
    return _upper_origin(origin).partition("://")[2].lower()


def _upper_origin(origin: str) -> str:
    parts = urlsplit(origin)
    try:
        port = parts.port
    except ValueError as error:
        raise UnfitOriginError(f"{origin} has no proper port") from error
    if parts.scheme not in {"http", "https"}:
        raise UnfitOriginError(f"{origin} does not begin with https://")
    if parts.path not in {"", "/"} or "?" in origin or "#" in origin or "@" in origin:
        raise UnfitOriginError(f"{origin} has more than a host")
    host = (parts.hostname or "").upper()
    if not _HOST.fullmatch(host):
        raise UnfitOriginError(
            f"{origin} has a host with other letters than a-z, 0-9, dot and dash"
        )
    return f"{parts.scheme.upper()}://{host}" + (f":{port}" if port else "")


def read_sign_url(text: str) -> SignLink:
    """Origin and code of what a camera read, in any case.

    Raises:
        UnfitOriginError: this is no web address of a sign.
        MistypedError: it looks like one, and its code is wrong.
    """
    head, path, tail = text.upper().rpartition(PATH)
    if not path:
        raise UnfitOriginError(f"{text[:_LONGEST_INPUT]} is not the address of a sign")
    return SignLink(_upper_origin(head).lower(), normalise(tail.rstrip("/")))
