"""Reads a letter that came in by mail: who, what, pictures, whether a program wrote it; pure rules.

Everything in a letter is what a stranger typed. So it is bounded before it is taken apart, no
header of it goes into another letter as it stands, and what cannot be decoded is read with gaps.
"""

import codecs
import email
import email.policy
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser
from typing import Any

MOST_BYTES = 20_000_000
MOST_HEADER_BYTES = 64_000
MOST_PART_HEADERS, MOST_CONTENT_HEADER_BYTES = 200, 4_000
MOST_LINES = 300_000
MOST_BORDERS, MOST_NESTED = 2_000, 20
MOST_PARTS = 60
MOST_PICTURES = 5
MOST_HOPS = 30
LONGEST_TEXT, LONGEST_SUBJECT, LONGEST_NAME, LONGEST_ID = 20_000, 200, 120, 255
MOST_TEXT_BYTES = 10 * LONGEST_TEXT
LONGEST_FROM, LONGEST_ADDRESS = 1_000, 254
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
_IDS = re.compile(r"<([^<>\s]{3,253})>")
_REFERENCE = re.compile(r"(?<!\d)(20\d\d-\d{6})(?!\d)")
_BY_PROGRAMS = frozenset({"mailer-daemon", "postmaster", "noreply", "no-reply", "nobody"})
_QUOTE = re.compile(r"^\s*(>|-{3,}\s*\w|_{10,}|(on|pe|la|în|in|на)\b.{5,160}:\s*$)", re.IGNORECASE)
_KEPT_CONTROLS = "\n\t"
_NESTED = re.compile(rb"\ncontent-type:\s*multipart/", re.IGNORECASE)
_ADDRESS = r"[^\s<>()\[\]\",;:\\@]+@[^\s<>()\[\]\",;:\\@]+"
_NAMED = re.compile(rf"[^<>@]*<({_ADDRESS})>")
_ENCODED = re.compile(r"=\?[^?\s]+\?[bq]\?[^?\s]*\?=", re.IGNORECASE)
_BARE = re.compile(_ADDRESS)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ASIDE = re.compile(r"\(([^()]*)\)")
# Python knows more charsets; some of them take hours for a letter, none of these does.
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(le|be)?|(us-)?ascii|latin-?\d|iso-?8859-\d{1,2}|(windows|cp)-?\d{3,4}"
    r"|koi8-[ru]|(x-)?mac-[a-z]{4,12}|gb\d{4,5}|gbk|big5|shift-jis|euc-(jp|kr)|iso-2022-jp"
)


class UnreadableLetterError(ValueError):
    """A letter that is not taken apart; its text says why, in words for the other mail server."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says.

    Attributes:
        cites: Message-IDs it answers, the newest last, without angle brackets.
        pictures: their bytes as sent; nobody has looked at them.
        left_out: attachments that are no pictures, or too many.
        why_ignored: why nobody needs to read it; empty for a letter of a person.
    """

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    cites: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    left_out: int = 0
    why_ignored: str = ""


@dataclass(slots=True)
class _Parts:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    left_out: int = 0


def read_letter(raw: bytes) -> Letter:
    """What a letter says.

    Raises:
        UnreadableLetterError: too large, too many parts or lines, nested too deep, no sender, or
            more than one.
    """
    _refuse_bulk(raw)
    try:
        message = email.message_from_bytes(raw, _class=_Part, policy=email.policy.compat32)
        parts = _parts(message)
    except (RecursionError, MessageError) as error:
        message_text = "nested too deep"
        raise UnreadableLetterError(message_text) from error
    name, sender = _sender(message)
    return Letter(
        message_id=_message_id(message, raw),
        sender=sender.lower(),
        sender_name=_one_line(name)[:LONGEST_NAME],
        subject=_one_line(_header(message, "Subject"))[:LONGEST_SUBJECT],
        text=_text(parts)[:LONGEST_TEXT],
        cites=_cited(message),
        pictures=tuple(parts.pictures),
        left_out=parts.left_out,
        why_ignored=_why_ignored(message, sender.lower()),
    )


def references_in(text: str) -> list[str]:
    """Numbers of reports in a text, such as 2026-000123, each once."""
    return list(dict.fromkeys(_REFERENCE.findall(text)))


def new_words(text: str) -> str:
    """A reply without what it quotes."""
    kept = []
    for line in text.splitlines():
        if _QUOTE.match(line):
            if not line.lstrip().startswith(">"):
                break
            continue
        kept.append(line)
    return "\n".join(kept).strip()


def _refuse_bulk(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        message = "too large"
        raise UnreadableLetterError(message)
    head = re.split(rb"\r?\n\r?\n", raw[: MOST_HEADER_BYTES + 4], maxsplit=1)[0]
    if len(head) > MOST_HEADER_BYTES:
        message = "headers too large"
        raise UnreadableLetterError(message)
    if raw.count(b"\n--") > MOST_BORDERS:
        message = "too many parts"
        raise UnreadableLetterError(message)
    if raw.count(b"\n") > MOST_LINES:
        message = "too many lines"
        raise UnreadableLetterError(message)
    if len(_NESTED.findall(raw)) > MOST_NESTED:
        message = "nested too deep"
        raise UnreadableLetterError(message)


class _Part(Message):
    """A part whose headers are bounded while they are read: taking them apart costs the square."""

    def set_raw(self, name: str, value: Any) -> None:
        """Called by the parser for each header as it comes."""
        is_long = name.lower().startswith("content-") and len(value) > MOST_CONTENT_HEADER_BYTES
        if is_long or len(value) > MOST_HEADER_BYTES or len(self) >= MOST_PART_HEADERS:
            message = "headers too large"
            raise UnreadableLetterError(message)
        super().set_raw(name, value)


def _sender(message: Message) -> tuple[str, str]:
    """Name and address of the one who wrote.

    The address is read before anything is decoded, and only where it can be read in one way: what
    the town's mail server checked (SPF, DKIM, DMARC) must be what is read here.
    """
    written = [str(one) for one in message.get_all("From", [])]
    if len(written) != 1:
        message_text = "more than one sender" if written else "no sender"
        raise UnreadableLetterError(message_text)
    whole = written[0] if len(written[0]) <= LONGEST_FROM else ""
    rest = _ASIDE.sub(" ", _ENCODED.sub(" ", _QUOTED.sub(" ", whole))).strip()
    named = _NAMED.fullmatch(rest)
    address = named[1] if named else rest
    if len(address) > LONGEST_ADDRESS or not _BARE.fullmatch(address) or not address.isprintable():
        message_text = "no sender"
        raise UnreadableLetterError(message_text)
    name = whole.rpartition("<")[0] if named else " ".join(_ASIDE.findall(whole))
    return _readable(_QUOTED.sub(r"\1", name)), address


def _parts(message: Message) -> _Parts:
    found = _Parts()
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            message_text = "too many parts"
            raise UnreadableLetterError(message_text)
        if not part.is_multipart():
            _take(part, found)
    return found


def _take(part: Message, found: _Parts) -> None:
    kind = part.get_content_type()
    is_file = "attachment" in str(part.get("Content-Disposition", "")).lower()
    if kind in _PICTURES and len(found.pictures) < MOST_PICTURES:
        if content := _content(part):
            found.pictures.append(content)
    elif kind == "text/plain" and not is_file:
        found.plain.append(_decoded(part))
    elif kind == "text/html" and not is_file:
        found.html.append(_without_tags(_decoded(part)))
    else:
        found.left_out += 1


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(part: Message) -> str:
    return _in_charset(_content(part)[:MOST_TEXT_BYTES], part.get_content_charset("utf-8"))


def _in_charset(content: bytes, charset: str) -> str:
    """Text in the charset that is named; in one that cannot be, with gaps rather than not."""
    named = charset.lower().replace("_", "-")
    for name in (named, "utf-8") if _CHARSETS.fullmatch(named) else ("utf-8",):
        try:
            return codecs.getincrementaldecoder(name)().decode(content)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


class _Words(HTMLParser):
    """Words of a page; what is not shown is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "title"):
            self.hidden += 1
        elif tag in ("br", "p", "div", "li", "tr"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self.hidden = max(0, self.hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _without_tags(text: str) -> str:
    reader = _Words()
    try:
        reader.feed(text)
    except AssertionError:  # the parser gives up at some declarations
        return re.sub(r"<[^<>]*>", " ", text)
    return "".join(reader.words)


def _text(parts: _Parts) -> str:
    whole = "\n".join(parts.plain) if any(one.strip() for one in parts.plain) else ""
    bounded = (whole or "\n".join(parts.html))[:MOST_TEXT_BYTES]
    lines = bounded.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = "\n".join(_visible(line).strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", clean).strip()


def _visible(text: str) -> str:
    """Without controls, halves of letters, and what turns the direction of reading."""
    return "".join(
        one
        for one in text
        if one in _KEPT_CONTROLS or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co")
    )


def _one_line(text: str) -> str:
    words = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return " ".join(_visible(words).split())


def _header(message: Message, name: str) -> str:
    return _readable(str(message.get(name, "")))


def _readable(written: str) -> str:
    """A header in letters; its lines are put together first, as their breaks belong to no word."""
    try:
        pieces = decode_header(re.sub(r"[\r\n]", "", written))
    except (HeaderParseError, ValueError):
        return written
    return "".join(
        text if isinstance(text, str) else _in_charset(text, charset or "utf-8")
        for text, charset in pieces
    )


def _message_id(message: Message, raw: bytes) -> str:
    found = _IDS.search(str(message.get("Message-ID", "")))
    if found:
        return _one_line(found[1])[:LONGEST_ID]
    return f"{hashlib.sha256(raw).hexdigest()}@without-id"


def _cited(message: Message) -> tuple[str, ...]:
    written = f"{message.get('References', '')} {message.get('In-Reply-To', '')}"
    ids = [_one_line(one)[:LONGEST_ID] for one in _IDS.findall(written[-8_000:])]
    return tuple(dict.fromkeys(ids))[-20:]


def _why_ignored(message: Message, sender: str) -> str:
    said = {name.lower(): str(value).strip().lower() for name, value in message.items()}
    if message.get_content_type() == "multipart/report":
        return "report"
    if said.get("auto-submitted", "no").split(";")[0].strip() not in ("no", ""):
        return "automatic"
    if {"x-autoreply", "x-autorespond", "x-loop"} & said.keys():
        return "automatic"
    if {"list-id", "list-unsubscribe"} & said.keys() or said.get("precedence", "") in (
        "bulk",
        "junk",
        "list",
        "auto_reply",
    ):
        return "bulk"
    if sender.partition("@")[0] in _BY_PROGRAMS:
        return "program"
    return "loop" if len(message.get_all("Received", [])) > MOST_HOPS else ""
