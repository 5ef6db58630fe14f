"""Reads one address line into its parts; knows the grammar of addresses, not any register."""

from dataclasses import dataclass, field

from geo.matching.tokens import Kind, Token, tokenize
from geo.matching.vocabulary import (
    DOTTED_VILLAGE,
    MARKERS,
    NUMBER_MARKS,
    POSTAL_DIGITS,
    STREET_TYPES,
    SURE_SHORT_TYPES,
    TITLES,
    Part,
)

_UNITS = frozenset({Part.BLOCK, Part.ENTRANCE, Part.FLOOR, Part.APARTMENT})


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the street of a line: its words, the type typed with it, the number."""

    words: tuple[Token, ...]
    type_code: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        """The folded words of the name."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """The parts of an address line, folded (see letters.fold).

    `readings` are the possible streets, likeliest first: only the typed one where a street type
    was written, else one or more per piece of the line; `others` are the pieces besides a typed
    street. `locality` and `quarter` may carry words too many, since where a name ends only the
    register knows; `quarter_number` is a marked number right after a quarter.
    """

    readings: tuple[Reading, ...] = ()
    block: str = ""
    entrance: str = ""
    floor: str = ""
    apartment: str = ""
    quarter: str = ""
    locality: str = ""
    quarter_number: str = ""
    postal_code: str = ""
    others: tuple[tuple[Token, ...], ...] = ()

    @property
    def thoroughfare(self) -> str:
        """The likeliest street name."""
        return self.readings[0].name if self.readings else ""

    @property
    def type_code(self) -> str:
        """The street type of the likeliest reading."""
        return self.readings[0].type_code if self.readings else ""

    @property
    def address_number(self) -> str:
        """The house number of the likeliest reading."""
        return self.readings[0].number if self.readings else ""


def parse_address(text: str, language: str) -> ParsedAddress:
    """Read a line in Romanian ("ro"), Bulgarian ("bg", either alphabet) or plain English ("en").

    Never fails: a line without any known structure is one reading of all its words.
    """
    return _Parser(tokenize(text), language).parse()


@dataclass(slots=True)
class _Segment:
    """Words and numbers between two breaks, and the street type they go with."""

    items: list[Token] = field(default_factory=list)
    type_code: str = ""
    number: str = ""


class _Parser:
    def __init__(self, tokens: list[Token], language: str) -> None:
        self._tokens = tokens
        self._types = STREET_TYPES.get(language, STREET_TYPES["en"])
        self._markers = MARKERS.get(language, {})
        self._postal_digits = POSTAL_DIGITS.get(language, 0)
        self._at = 0
        self._segments: list[_Segment] = [_Segment()]
        self._parts: dict[Part, str] = {}
        self._postal_code = ""
        self._quarter_number = ""
        self._titles = TITLES.get(language, {})

    def parse(self) -> ParsedAddress:
        while self._at < len(self._tokens):
            self._step(self._tokens[self._at])
        return ParsedAddress(
            readings=self._readings(),
            block=self._parts.get(Part.BLOCK, ""),
            entrance=self._parts.get(Part.ENTRANCE, ""),
            floor=self._parts.get(Part.FLOOR, ""),
            apartment=self._parts.get(Part.APARTMENT, ""),
            quarter=self._parts.get(Part.QUARTER, ""),
            locality=self._parts.get(Part.LOCALITY, ""),
            quarter_number=self._quarter_number,
            postal_code=self._postal_code,
            others=tuple(
                tuple(part.items) for part in self._segments if part.items and not part.type_code
            ),
        )

    @property
    def _open(self) -> _Segment:
        return self._segments[-1]

    def _peek(self, ahead: int = 1) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def _step(self, token: Token) -> None:
        if token.kind is Kind.BREAK:
            self._at += 1
            if not self._title_follows():
                self._segments.append(_Segment())
        elif token.kind is Kind.NUMBER:
            self._at += 1
            self._take_number(token)
        elif token.text in NUMBER_MARKS and self._next_is(Kind.NUMBER):
            self._take_marked_number()
        elif self._opens_part(token):
            self._take_part(token)
        elif self._is_type(token):
            self._take_type(token)
        else:
            self._at += 1
            self._open.items.append(token)

    def _next_is(self, kind: Kind) -> bool:
        following = self._peek()
        return following is not None and following.kind is kind

    def _title_follows(self) -> bool:
        """Whether a comma only sets off a rank, as in “Bd. Dăscălescu, general 5”."""
        following = self._peek(0)
        named = any(item.kind is Kind.WORD for item in self._open.items)
        numbered = bool(self._open.items) and self._open.items[-1].kind is Kind.NUMBER
        if following is None or not named or numbered or not self._open.type_code:
            return False
        return following.text in self._titles

    # Numbers

    def _take_number(self, token: Token) -> None:
        digits = token.text
        if self._postal_digits == len(digits) and digits.isdigit() and self._may_be_postal():
            self._postal_code = digits
            return
        before = self._segments[-2] if len(self._segments) > 1 else None
        if not self._open.items and before is not None and before.type_code and not before.number:
            before.number = digits
            return
        self._open.items.append(token)

    def _may_be_postal(self) -> bool:
        return self._postal_digits == 6 or not self._open.items

    def _take_marked_number(self) -> None:
        marked = self._peek()
        self._at += 2
        target = self._open
        if not target.items and len(self._segments) > 1:
            target = self._segments[-2]
        if marked is not None and not target.items and Part.QUARTER in self._parts:
            self._quarter_number = marked.text
        elif marked is not None and not target.number:
            target.number = marked.text
        self._segments.append(_Segment())

    # Parts with a marker word

    def _opens_part(self, token: Token) -> bool:
        part = self._part_of(token)
        if part is None or (part is Part.LOCALITY and not self._may_open_locality(token)):
            return False
        following = self._peek()
        if following is None or following.kind is Kind.BREAK:
            return False
        if part in _UNITS:
            return following.kind is Kind.NUMBER or len(following.text) <= 2
        return True

    def _may_open_locality(self, token: Token) -> bool:
        """„Студентски град“ and “G. S. Rakovski” do not announce a settlement."""
        if token.text == DOTTED_VILLAGE:
            return not (self._open.type_code or self._open.items)
        return token.dotted or len(token.text) <= 2 or not self._open.items

    def _part_of(self, token: Token) -> Part | None:
        if token.dotted and token.text == DOTTED_VILLAGE:
            return Part.LOCALITY if self._markers else None
        return self._markers.get(token.text)

    def _take_part(self, token: Token) -> None:
        part = self._part_of(token)
        self._at += 1
        if part in _UNITS:
            value = self._unit_value()
        else:
            value = self._words_until_stop(keep_numbers=part is Part.QUARTER)
        if part is not None:
            self._parts.setdefault(part, value)
        self._segments.append(_Segment())

    def _unit_value(self) -> str:
        if self._tokens[self._at].text in NUMBER_MARKS and self._next_is(Kind.NUMBER):
            self._at += 1
        value = self._tokens[self._at].text
        following = self._peek()
        self._at += 1
        letter = len(value) == 1 and value.isalpha()
        if letter and following is not None and following.kind is Kind.NUMBER:
            value += following.text
            self._at += 1
        return value

    def _words_until_stop(self, *, keep_numbers: bool) -> str:
        words: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            number = token.kind is Kind.NUMBER
            if token.kind is Kind.BREAK or (number and not (keep_numbers and words)):
                break
            if not number and words and self._ends_words(token):
                break
            words.append(token.text)
            self._at += 1
        return " ".join(words)

    def _ends_words(self, token: Token) -> bool:
        marks_number = token.text in NUMBER_MARKS and self._next_is(Kind.NUMBER)
        part = self._part_of(token)
        opens_part = part is not None and (part is not Part.LOCALITY or token.dotted)
        return marks_number or opens_part or self._is_type(token)

    # Street types

    def _is_type(self, token: Token) -> bool:
        if token.text not in self._types:
            return False
        if not self._open.type_code:
            sure = token.dotted or len(token.text) > 2 or token.text in SURE_SHORT_TYPES
            return sure or not self._open.items
        return token.dotted and bool(self._open.items)

    def _take_type(self, token: Token) -> None:
        code = self._types[token.text]
        self._at += 1
        following = self._peek(0)
        starts_name = following is not None and (
            (following.kind is Kind.WORD and following.text not in NUMBER_MARKS)
            or (following.kind is Kind.NUMBER and not self._open.items)
        )
        if self._open.items and not starts_name and not self._open.type_code:
            self._open.type_code = code
            return
        if self._open.items or self._open.type_code:
            self._segments.append(_Segment())
        self._open.type_code = code

    # Streets

    def _readings(self) -> tuple[Reading, ...]:
        typed = [part for part in self._segments if part.type_code and part.items]
        segments = typed[:1] or [part for part in self._segments if part.items]
        return tuple(reading for segment in segments for reading in _readings_of(segment))


def _readings_of(segment: _Segment) -> list[Reading]:
    items, code = segment.items, segment.type_code
    if segment.number:
        return [Reading(tuple(items), code, segment.number)]
    numbers = [at for at, item in enumerate(items) if item.kind is Kind.NUMBER and at > 0]
    readings = [Reading(tuple(items[:at]), code, items[at].text) for at in reversed(numbers)]
    if not numbers or numbers[-1] == len(items) - 1:
        readings.append(Reading(tuple(items), code))
    if items[0].kind is Kind.NUMBER and len(items) > 1 and not numbers:
        readings.append(Reading(tuple(items[1:]), code, items[0].text))
    return [reading for reading in readings if _has_word(reading)]


def _has_word(reading: Reading) -> bool:
    return any(item.kind is Kind.WORD for item in reading.words)
