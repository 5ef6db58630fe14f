"""The code on a printed sign-in card: drawing one, reading what people type; no ORM.

Twenty-four random symbols are 120 bits, so nobody guesses one and the digest of a stolen table
tells nothing, without a secret that would have to outlive every card.
"""

import hashlib
import secrets
import unicodedata

# No I, L, O and U: they are misread as 1, 1, 0 and V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS = 24
CODE_LENGTH = RANDOM_SYMBOLS + 1
GROUP = 5

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# What was meant by letters that we left out, and by a Cyrillic keyboard's letters of equal shape.
_MEANT = str.maketrans("OILАВЕЗКМНОРСТУХІ", "011ABE3KMH0PCTYX1")
_LONGEST_INPUT = 120


class MistypedCardError(ValueError):
    """This text cannot be the code of any card."""


def new_card_code() -> str:
    """A code nobody can guess, with a check symbol at its end."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return symbols + _check_symbol(symbols)


def read_card_code(text: str) -> str:
    """The code that was meant: any case, with spaces or dashes, o for 0, i and l for 1.

    Raises:
        MistypedCardError: no card can have this code.
    """
    if len(text) > _LONGEST_INPUT:
        raise MistypedCardError("longer than any code")
    kept = "".join(symbol for symbol in text if not _separates(symbol))
    code = kept.upper().translate(_MEANT)
    if len(code) != CODE_LENGTH or any(symbol not in _VALUE for symbol in code):
        raise MistypedCardError("not the shape of a code")
    if _check_symbol(code[:-1]) != code[-1]:
        raise MistypedCardError("the check symbol does not fit")
    return code


def grouped_card_code(code: str) -> str:
    """The code as it is printed: ABCDE FGHJK and so on."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def card_digest(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(f"sign-in card {code}".encode()).hexdigest()


def _check_symbol(symbols: str) -> str:
    """A weighted sum: it finds every wrong symbol and nearly every swap of two neighbours."""
    total = sum(_VALUE[symbol] * (2 * place + 1) for place, symbol in enumerate(symbols))
    return ALPHABET[total % len(ALPHABET)]


def _separates(symbol: str) -> bool:
    return symbol.isspace() or unicodedata.category(symbol) in {"Pd", "Cf"}
