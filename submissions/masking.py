"""Covers what names a person in free text: e-mail, telephone, personal numbers, accounts, plates.

Detection works on a folded view (all digits as 0 to 9, wide and styled letters plain, marks left
out), the text itself keeps the reader's own characters. A covered place reads "[…]" in every
language. All passes are linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from stdnum import luhn
from stdnum.bg import egn
from stdnum.ro import cnp

MARK = "[…]"
#: So many digits in one piece are a personal, customer, card or telephone number, never a price.
LONG_NUMBER = 9
_MOST_MARKS_IN_A_ROW = 2
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")

Span = tuple[int, int]


@dataclass(frozen=True)
class Masked:
    """A text fit for keeping, and how many places in it were covered."""

    text: str
    count: int


class _Folded(NamedTuple):
    """The view that rules read, and for each of its characters the place in the text."""

    text: str
    places: list[int]


def mask(text: str) -> Masked:
    """Leave invisible characters out and cover personal details; doing it twice changes nothing."""
    visible = _visible(text)
    folded = _fold(visible)
    spans = _merged([*_addresses(folded.text), *_numbers(folded.text), *_accounts(folded.text)])
    pieces, end = [], 0
    for first, last in spans:
        start = folded.places[first]
        pieces += [visible[end:start], MARK]
        end = folded.places[last - 1] + 1
        while end < len(visible) and _is_mark(visible[end]):
            end += 1
    return Masked("".join([*pieces, visible[end:]]), len(spans))


# --- What is seen --------------------------------------------------------------------------------


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def _visible(text: str) -> str:
    """The text without control, direction and zero-width characters and without towers of marks."""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", text)):
        if character in "\n\t":
            character = "\n" if character == "\n" else " "
        elif unicodedata.category(character)[0] == "C":
            continue
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MOST_MARKS_IN_A_ROW:
            kept.append(character)
    # Characters that were kept apart only by an invisible one may now form one letter.
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _fold(visible: str) -> _Folded:
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(visible):
        for plain in unicodedata.normalize("NFKC", character):
            if _is_mark(plain):
                continue
            digit = unicodedata.decimal(plain, None)
            letters.append(plain if digit is None else str(digit))
            places.append(place)
    return _Folded("".join(letters), places)


def _merged(spans: list[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


# --- E-mail --------------------------------------------------------------------------------------

_OPEN, _CLOSE = r"[(\[{<]\s?", r"\s?[)\]}>]"
_AT_WORDS = "at|arond|a rond|coada de maimu[tț][aă]|кльомба|маймунка|маймунско а"
_DOT_WORDS = "dot|punct|точка"
_AT = re.compile(
    rf"\s{{0,3}}@\s{{0,3}}"
    rf"|\s{{0,3}}{_OPEN}(?:{_AT_WORDS}|@){_CLOSE}\s{{0,3}}"
    rf"|\s{{1,3}}(?:{_AT_WORDS})\s{{1,3}}",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"[\w.+%'-]+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*")
# A full stop with spaces round it ends sentences too; only well-known endings count then.
_ENDINGS = "ro|bg|com|net|org|eu|info|de|md|uk|fr|it|es|at|hu|gr|рф|бг|ею"
_MORE_DOMAIN = re.compile(
    rf"\s{{0,3}}(?:\.|{_OPEN}(?:{_DOT_WORDS}|\.){_CLOSE})\s{{0,3}}(?:{_ENDINGS})(?!\w)"
    rf"|\s{{1,3}}(?:{_DOT_WORDS})\s{{1,3}}[\w-]+"
    rf"|\s{{0,3}}{_OPEN}(?:{_DOT_WORDS}){_CLOSE}\s{{0,3}}[\w-]+",
    re.IGNORECASE,
)


def _addresses(text: str) -> Iterator[Span]:
    """E-mail addresses, also as "name at town dot ro" and with spaces round their signs."""
    for at in _AT.finditer(text):
        first = _back(text, at.start())
        domain = _DOMAIN.match(text, at.end())
        if first == at.start() or domain is None:
            continue
        last, is_whole = domain.end(), "." in domain.group()
        while more := _MORE_DOMAIN.match(text, last):
            last, is_whole = more.end(), True
        # "name@town" is understood by everybody; "meet me at school" is no address.
        if is_whole or at.group() == "@":
            yield first, last


def _back(text: str, end: int) -> int:
    """Where the local part that ends here begins."""
    first = end
    while first and _LOCAL.match(text[first - 1]):
        first -= 1
    return first


# --- Numbers -------------------------------------------------------------------------------------

_GAP = r"[\s./()_*|·•\-‐‑‒–—−]{1,3}"
_RUN = re.compile(rf"(?:(?:\+|(?<!\d)00|\()(?:{_GAP})?)?\d+(?:{_GAP}\d+)*")
_GROUP = re.compile(r"\d+")
_DATE = re.compile(
    r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])([./-]) ?(?:0?[1-9]|1[0-2])\1 ?(?:19|20)\d\d"
    r"(?![./-]?\d)"
    r"|(?<![\d./-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![./-]?\d)"
)
_HOURS = re.compile(
    r"(?<![\d./-])(?:[01]?\d|2[0-3])[.:][0-5]\d\s?[-–—]\s?(?:[01]?\d|2[0-4])[.:][0-5]\d(?![./-]?\d)"
)
_LONGEST_NUMBER = 19
#: More digits than this in a row, however divided, are no sentence; they are covered unread.
_LONGEST_RUN = 60
_INTERNATIONAL = range(8, 16)
_NATIONAL = range(9, 12)
_WITHOUT_ZERO = re.compile(r"[789]\d{2} \d{3} \d{3}|8[789] \d{3} \d{4}")


def _numbers(text: str) -> Iterator[Span]:
    """Telephone numbers, personal numbers and cards, in one piece or in groups."""
    # Dates and opening hours are ordinary; they also part what stands before and after them.
    ground = _HOURS.sub(_blank, _DATE.sub(_blank, text))
    for run in _RUN.finditer(ground):
        groups = [found.span() for found in _GROUP.finditer(ground, run.start(), run.end())]
        if sum(last - first for first, last in groups) > _LONGEST_RUN:
            yield run.span()
            continue
        yield from ((first, last) for first, last in groups if last - first >= LONG_NUMBER)
        is_international = "+" in ground[run.start() : groups[0][0]]
        for first, last in _grouped(ground, groups, is_international=is_international):
            yield (run.start() if first == groups[0][0] else first), last


def _blank(found: re.Match[str]) -> str:
    return ":" * len(found.group())


def _grouped(text: str, groups: list[Span], *, is_international: bool) -> Iterator[Span]:
    """The personal numbers that whole neighbouring groups of digits form."""
    place = 0
    while place < len(groups):
        found = _longest(text, groups, place, is_international=is_international and not place)
        if found:
            yield groups[place][0], groups[found - 1][1]
        place = found or place + 1


def _longest(text: str, groups: list[Span], start: int, *, is_international: bool) -> int:
    """Where the longest personal number that begins with a group ends; 0 is nowhere."""
    digits, end = "", 0
    for place in range(start, len(groups)):
        first, last = groups[place]
        digits += text[first:last]
        if len(digits) > _LONGEST_NUMBER:
            break
        if _is_personal(digits, is_international=is_international) or _WITHOUT_ZERO.fullmatch(
            text, groups[start][0], last
        ):
            end = place + 1
    return end


def _is_personal(digits: str, *, is_international: bool) -> bool:
    size = len(digits)
    if is_international or digits.startswith("00"):
        return size in _INTERNATIONAL
    return (
        (digits[0] == "0" and size in _NATIONAL)
        or (size == 13 and cnp.is_valid(digits))
        or (size == 10 and egn.is_valid(digits))
        or (size >= 13 and luhn.is_valid(digits))
    )


# --- Accounts and number plates ------------------------------------------------------------------

# Digits and letters of an account by country (register of ISO 13616).
_ACCOUNT_SIZES = {
    country: size
    for size, countries in {
        16: "BE",
        18: "NL",
        19: "MK SI",
        20: "AT LT",
        21: "CH HR",
        22: "BG DE GB IE RS",
        24: "CZ ES MD RO SK",
        25: "PT",
        26: "TR",
        27: "FR GR IT",
        28: "CY HU PL",
        29: "UA",
    }.items()
    for country in countries.split()
}
_ACCOUNT = re.compile(rf"(?<![^\W_])(?:{'|'.join(_ACCOUNT_SIZES)})\d\d", re.IGNORECASE)
# Bulgarian plates use letters that look alike in both alphabets.
_AS_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
_COUNTIES = (
    "AB|AR|AG|BC|BH|BN|BT|BV|BR|BZ|CS|CL|CJ|CT|CV|DB|DJ|GL|GR|GJ|HR|HD|IL|IS|IF|MM|MH|MS|NT|OT"
    "|PH|SM|SJ|SB|SV|TR|TM|TL|VS|VL|VN|B"
)
_REGIONS = "BH|BP|BT|EB|EH|KH|OB|PA|PB|PK|PP|CA|CB|CM|CH|CO|CC|CT|TX|A|B|E|K|M|H|P|C|T|Y|X"
_PLATE = re.compile(
    rf"(?<![^\W_])(?:(?:{_COUNTIES})[ .-]?\d{{2,3}}[ .-]?(?!LEI|RON|ANI|BANI)[A-HJ-NPR-Z][A-Z]{{2}}"
    rf"|(?:{_REGIONS})(?:[ .-](?!(?:19|20)\d\d ))?\d{{4}}[ .-]?[ABEKMHOPCTYX]{{2}})(?![^\W_])"
)


def _accounts(text: str) -> Iterator[Span]:
    """Bank accounts with their country's length and check digits, and number plates of cars."""
    for start in _ACCOUNT.finditer(text):
        size = _ACCOUNT_SIZES[start.group()[:2].upper()]
        last, symbols = start.start(), ""
        while last < len(text) and len(symbols) < size:
            if text[last].isascii() and text[last].isalnum():
                symbols += text[last]
            elif text[last] not in " .-\u00a0":
                break
            last += 1
        if len(symbols) == size and int(_as_number(symbols)) % 97 == 1:
            yield start.start(), last
    for plate in _PLATE.finditer(text.translate(_AS_LATIN)):
        yield plate.span()


def _as_number(symbols: str) -> str:
    """An account as the number its check digits are made for (ISO 13616)."""
    return "".join(str(int(symbol, 36)) for symbol in symbols[4:] + symbols[:4])
