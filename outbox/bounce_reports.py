"""Reads what a mail server says of a letter it could not deliver (RFC 3464); pure rules."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

#: Reports quote the letter; no more than this is read.
MOST_BYTES = 1_000_000
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
#: Full, over quota, too large, expired: the mailbox is there all the same.
_PASSING = frozenset({"5.2.2", "5.2.3", "5.3.4", "5.4.7"})


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one letter.

    Attributes:
        is_final: it will not arrive.
        is_permanent: no letter to this mailbox will.
        status: such as 5.1.1; empty where none was said.
        words: the answer of the other server, without addresses.
    """

    is_final: bool
    is_permanent: bool
    status: str
    words: str


def read_report(content: bytes) -> Report | None:
    """The report in a letter; None where it is none, such as somebody's note of absence."""
    message = email.message_from_bytes(content[:MOST_BYTES], policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    for fields in _recipients(message):
        action = _line(fields, "Action").lower()
        if action in {"failed", "delayed"}:
            return _report(action, fields)
    return None


def recipients_named(content: bytes) -> list[str]:
    """To whom a letter says it came, for a pipe that does not tell by itself."""
    message = email.message_from_bytes(content[:MOST_BYTES], policy=email.policy.default)
    names = ("Delivered-To", "X-Original-To", "To")
    return [
        found.strip("<> ")
        for name in names
        for value in message.get_all(name, [])
        for found in re.findall(r"[^\s<>,;]+@[^\s<>,;]+", str(value))
    ]


def _recipients(message: EmailMessage) -> Iterator[Message]:
    """Blocks of fields, one for each reader; the first block is of the letter and names none."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _report(action: str, fields: Message) -> Report:
    found = _STATUS.search(_line(fields, "Status"))
    status = found[0] if found else ""
    is_final = action == "failed"
    is_permanent = is_final and status.startswith("5") and status not in _PASSING
    diagnostic = _line(fields, "Diagnostic-Code").partition(";")[2]
    return Report(is_final, is_permanent, status, _plain(diagnostic))


def _line(fields: Message, name: str) -> str:
    return str(fields.get(name, "")).strip()


def _plain(text: str) -> str:
    """One printable line in which no address stands."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(r"\S+@\S+", "…", line).strip()[:300]
