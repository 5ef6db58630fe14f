"""Letters that are made to hurt: each is read or refused in a moment, with a word why."""

import io
import smtplib
import time
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from PIL import Image

from incidents.letter_reading import UnreadableLetterError, read_letter
from incidents.management.commands import receive_reports
from incidents.management.commands.receive_reports import ReportController
from incidents.models import Incident, MailDraft
from submissions.models import Submission
from tests.factories.zones import MunicipalityFactory
from tests.outbox.mail_server import free_port

BOX = "reports@town.example"
FROM = b"From: ana@home.example\r\n"
TEXT = FROM + b"Content-Type: text/plain; charset="
PAGE = FROM + b"Content-Type: text/html\r\n\r\n"
LONGEST_READING = 10.0
"""Seconds on a busy machine; each took minutes or for ever before it was bounded."""


def nested(depth: int) -> bytes:
    """Parts within parts."""
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    return FROM + b"".join(levels) + b"\r\n"


#: What came, and in which words it is refused.
REFUSED: dict[str, tuple[bytes, str]] = {
    "huge": (FROM + b"\r\n" + b"x" * 20_000_001, "too large"),
    "lines": (FROM + b"\r\n" + b"\n" * 19_000_000, "too many lines"),
    "deep": (nested(21), "nested too deep"),
    "letters in letters": (FROM + b"Content-Type: message/rfc822\r\n\r\n" * 5_000, "too"),
    "a header": (FROM + b"X: " + b"x" * 70_000 + b"\r\n\r\n", "headers too large"),
    "parameters": (TEXT + b"utf-8" + b";a*0*=x" * 1_000 + b"\r\n\r\n", "headers too large"),
    "parameters of a part": (
        nested(1) + b"\r\n--b0\r\nContent-Type: text/plain" + (b"\r\n " + b";" * 900) * 1_000,
        "headers too large",
    ),
    "headers of a part": (
        nested(1) + b"\r\n--b0\r\n" + b"a: b\r\n" * 200_000,
        "headers too large",
    ),
    "comments": (b"From: " + b"(" * 60_000 + b"a@b.example\r\n\r\n", "no sender"),
    "groups": (b"From: " + b"a:" * 30_000 + b"\r\n\r\n", "no sender"),
    "brackets": (b"From: " + b"<" * 60_000 + b"\r\n\r\n", "no sender"),
    "nobody": (b"Subject: x\r\n\r\n", "no sender"),
}
#: What is read, however long it would like to take.
READ: dict[str, bytes] = {
    "one line": FROM + b"\r\n" + b"x" * 19_000_000,
    "deep and long": nested(20) + b"a\n" * 290_000,
    "a charset that costs the square": TEXT + b"punycode\r\n\r\n" + b"a-" + b"b" * 400_000,
    "a charset of names": TEXT + b"idna\r\n\r\n" + b"a" * 400_000,
    "a charset that packs": TEXT + b"zip\r\n\r\nabc",
    "a charset that turns round": TEXT + b"rot13\r\n\r\nabc",
    "a charset of escapes": TEXT + b"unicode_escape\r\n\r\n" + b"\\u0041" * 3_000_000,
    "shifts": TEXT + b"utf-7\r\n\r\n" + b"+AAA" * 4_000_000,
    "a subject in it": FROM + b"Subject: =?punycode?q?" + b"a" * 60_000 + b"?=\r\n\r\n",
    "a subject of pieces": FROM + b"Subject: " + b"=?a?q?" * 10_000 + b"\r\n\r\n",
    "a declaration": PAGE + b"<![" * 60_000,
    "tags that never end": PAGE + b"<" * 19_000_000,
    "values that never end": PAGE + b'<a a=" ' * 50_000,
    "comments that never end": PAGE + b"<!--" * 50_000,
    "half a script": PAGE + b"<script>" + b"</" * 90_000,
    "turned letters": FROM + b"\r\n" + "\u202e".encode() * 3_000_000,
    "equals signs": FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 10_000_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_costs_too_much_is_refused_in_a_moment(name: str) -> None:
    raw, why = REFUSED[name]
    begun = time.monotonic()
    with pytest.raises(UnreadableLetterError, match=why):
        read_letter(raw)
    assert time.monotonic() - begun < LONGEST_READING


@pytest.mark.parametrize("name", READ)
def test_what_is_read_is_read_in_a_moment(name: str) -> None:
    begun = time.monotonic()
    read = read_letter(READ[name])
    assert time.monotonic() - begun < LONGEST_READING
    assert read.sender == "ana@home.example"
    assert len(read.text) <= 20_000


@pytest.mark.parametrize("charset", ["utf_8", "ISO-8859-2", "windows-1251", "us-ascii", "UTF-16"])
def test_charsets_of_letters_are_read(charset: str) -> None:
    said = "дупка" if charset in ("windows-1251", "utf_8", "UTF-16") else "groapa"
    assert read_letter(TEXT + f"{charset}\r\n\r\n".encode() + said.encode(charset)).text == said


@pytest.mark.parametrize(
    "written",
    [
        # The server before us checked the other address than a reader might take.
        "=?utf-8?q?ana@home.example,?= <eva@evil.example>",
        "=?utf-8?q?ana@home.example?= <eva@evil.example>",
        '"ana@home.example" <eva@evil.example>',
        '"Ana <ana@home.example>" <eva@evil.example>',
        "(ana@home.example) eva@evil.example",
    ],
)
def test_the_sender_is_the_address_that_was_checked(written: str) -> None:
    raw = f"From: {written}\r\n\r\nx".encode()
    assert read_letter(raw).sender == "eva@evil.example"


@pytest.mark.parametrize(
    "written",
    [
        "ana@home.example <eva@evil.example>",
        "ana@home.example, eva@evil.example",
        "Ana <ana@home.example>, Eva <eva@evil.example>",
        "<ana@home.example> <eva@evil.example>",
        "all: ana@home.example;",
        "ana@home.example@evil.example",
        "=?utf-8?q?ana=40home.example?=",
        "ana@home.example\r\nFrom: eva@evil.example",
        "",
    ],
)
def test_a_sender_that_can_be_read_in_two_ways_is_refused(written: str) -> None:
    with pytest.raises(UnreadableLetterError, match="sender"):
        read_letter(f"From: {written}\r\n\r\nx".encode())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ana Pop <ana@home.example>", "Ana Pop"),
        ('"Pop, Ana" <ana@home.example>', "Pop, Ana"),
        ("=?utf-8?b?0JDQvdCw?= <ana@home.example>", "Ана"),
        ("ana@home.example (Ana)", "Ana"),
        ("<ana@home.example>", ""),
    ],
)
def test_the_ways_in_which_people_are_named(written: str, name: str) -> None:
    read = read_letter(f"From: {written}\r\n\r\nx".encode())
    assert (read.sender, read.sender_name) == ("ana@home.example", name)


# --- Through the door ----------------------------------------------------------------------------


@pytest.fixture
def caller(transactional_db: None) -> Iterator[smtplib.LMTP]:
    """The town's mail server, which hands over whatever came."""
    MunicipalityFactory.create(slug="town", modules=["reports"])
    server = ReportController({BOX: "town"}, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        with smtplib.LMTP("127.0.0.1", server.port) as client:
            yield client
    finally:
        server.stop()


def packed(content: bytes) -> bytes:
    """A small file that unpacks to a huge one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("a.jpg", content)
    return out.getvalue()


def bomb() -> bytes:
    """A picture of a few kilobytes that would fill gigabytes."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG", optimize=True)
    return out.getvalue()


def written(*files: tuple[bytes, str, str], **headers: str) -> bytes:
    """A letter with files."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "ana@home.example", BOX, "Bec ars"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Nu arde becul.\n")
    for content, main, sub in files:
        made.add_attachment(content, maintype=main, subtype=sub, filename="a")
    return made.as_bytes(policy=SMTP)


@pytest.mark.django_db(transaction=True)
def test_bombs_are_left_out_and_the_letter_waits(caller: smtplib.LMTP) -> None:
    box = packed(b"\0" * 100_000_000)
    raw = written((bomb(), "image", "png"), (box, "application", "zip"), (box, "image", "jpeg"))
    assert len(raw) < 1_000_000
    caller.sendmail("ana@home.example", [BOX], raw)
    draft = MailDraft.objects.get()
    assert draft.pictures == []
    assert "3" in draft.text
    assert not Submission.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_after_every_hostile_letter_the_next_one_is_taken(caller: smtplib.LMTP) -> None:
    hostile = [REFUSED[name][0] for name in ("lines", "deep", "comments", "headers of a part")]
    for number, raw in enumerate(hostile):
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            caller.sendmail("ana@home.example", [BOX], raw)
        assert 500 <= refused.value.smtp_code < 600
        caller.sendmail("ana@home.example", [BOX], written(Message_ID=f"<{number}@home.example>"))
        assert MailDraft.objects.count() == number + 1


@pytest.mark.django_db(transaction=True)
def test_what_goes_round_is_taken_once_and_dropped(caller: smtplib.LMTP) -> None:
    ours = written().replace(b"ana@home.example", BOX.encode())
    round_and_round = b"Received: from a by b\r\n" * 31 + written()
    for raw in (
        ours,
        round_and_round,
        written(Auto_Submitted="auto-generated"),
        written(X_Loop=BOX),
    ):
        caller.sendmail("ana@home.example", [BOX], raw)
    assert not MailDraft.objects.exists()
    assert not Incident.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_nobody_thought_of_stays_with_the_other_server(
    caller: smtplib.LMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: Any) -> None:
        message = "secret of the house"
        raise RuntimeError(message)

    monkeypatch.setattr(receive_reports, "receive_letter", broken)
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        caller.sendmail("ana@home.example", [BOX], written())
    assert refused.value.smtp_code == 451
    assert b"secret" not in refused.value.smtp_error
