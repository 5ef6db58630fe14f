"""Letters of strangers taken apart: text, pictures, programs, and what is refused."""

from email.message import EmailMessage

import pytest

from incidents import letter_reading
from incidents.letter_clues import best_category, places_in
from incidents.letter_reading import UnreadableLetterError, new_words, read_letter, references_in


def letter(**headers: str) -> EmailMessage:
    """A plain letter."""
    made = EmailMessage()
    made["From"], made["To"] = "Ana Ionescu <Ana@Home.example>", "reports@town.example"
    made["Subject"], made["Message-ID"] = "Bec ars", "<one@home.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content("Pe strada Lalelelor 3 nu arde becul.\n")
    return made


def test_a_letter_says_who_and_what() -> None:
    read = read_letter(letter().as_bytes())
    assert (read.sender, read.sender_name) == ("ana@home.example", "Ana Ionescu")
    assert (read.subject, read.message_id) == ("Bec ars", "one@home.example")
    assert read.text == "Pe strada Lalelelor 3 nu arde becul."
    assert read.why_ignored == ""


def test_markup_is_read_as_words() -> None:
    made = letter()
    made.set_content(
        "<style>p{}</style><p>Groapă<script>alert(1)</script></p><p>mare</p>", subtype="html"
    )
    assert read_letter(made.as_bytes()).text == "Groapă\nmare"


def test_pictures_are_kept_and_other_files_left_out() -> None:
    made = letter()
    for number in range(7):
        made.add_attachment(
            b"\xff\xd8\xff1", maintype="image", subtype="jpeg", filename=f"{number}"
        )
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    read = read_letter(made.as_bytes())
    assert (len(read.pictures), read.left_out) == (5, 3)


@pytest.mark.parametrize(
    ("charset", "content"),
    [("iso-8859-2", "gunoi pe șosea"), ("windows-1251", "дупка"), ("no-such-set", "дупка")],
)
def test_any_charset_is_read_without_a_fall(charset: str, content: str) -> None:
    raw = (
        f"From: a@b.example\r\nContent-Type: text/plain; charset={charset}\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode()
    real = charset if charset == "windows-1251" else "utf-8"
    read = read_letter(raw + content.encode(real))
    assert read.text
    assert "\x00" not in read.text


def test_controls_and_turned_text_are_dropped() -> None:
    raw = "From: a@b.example\r\n\r\none\x00\x07 \u202etwo\u200b".encode()
    assert read_letter(raw).text == "one two"


def test_a_subject_over_several_lines_keeps_its_spaces() -> None:
    said = "Re: bec ars în fața blocului, al treilea e-mail pe care îl trimit de la început și tot"
    assert read_letter(letter(Subject=f"{said} nimic").as_bytes()).subject == f"{said} nimic"


def test_a_header_never_becomes_two() -> None:
    raw = (
        b"From: =?utf-8?q?Ana=0D=0ABcc:_all@x.example?= <a@b.example>\r\n"
        b"Subject: =?utf-8?q?Hello=0D=0ABcc:_all@x.example?=\r\n\r\nx"
    )
    read = read_letter(raw)
    assert "\n" not in read.sender_name + read.subject
    assert "\r" not in read.sender_name + read.subject


@pytest.mark.parametrize("sender", ["", "nobody", "a@b@c.example", "x" * 300 + "@b.example"])
def test_a_letter_without_a_sender_is_refused(sender: str) -> None:
    with pytest.raises(UnreadableLetterError):
        read_letter(f"From: {sender}\r\n\r\nx".encode())


def nested(depth: int) -> bytes:
    """Letters in letters."""
    raw = b"From: a@b.example\r\n"
    for number in range(depth):
        raw += f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n".encode()
    return raw + b"\r\nx"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\n\r\n" + b"x" * (letter_reading.MOST_BYTES + 1),
        b"From: a@b.example\r\nX-Y: " + b"x" * 70_000 + b"\r\n\r\nx",
        nested(100),
        nested(1900),
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 3_000,
    ],
    ids=["huge", "headers", "nested", "deep", "parts"],
)
def test_a_letter_that_costs_too_much_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableLetterError):
        read_letter(raw)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "no"}, ""),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<a.b>"}, "bulk"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"From": "MAILER-DAEMON@mx.example"}, "program"),
    ],
)
def test_what_programs_write_is_known(headers: dict[str, str], why: str) -> None:
    assert read_letter(letter(**headers).as_bytes()).why_ignored == why


def test_a_letter_that_came_back_is_known() -> None:
    raw = b"From: mx@b.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b--\r\n"
    assert read_letter(raw).why_ignored == "report"


def test_a_letter_that_goes_round_is_known() -> None:
    raw = b"Received: from x\r\n" * 31 + letter().as_bytes()
    assert read_letter(raw).why_ignored == "loop"


def test_a_letter_without_a_number_gets_one_of_its_own() -> None:
    made = letter()
    del made["Message-ID"]
    first, again = read_letter(made.as_bytes()), read_letter(made.as_bytes())
    assert first.message_id == again.message_id
    assert first.message_id.endswith("@without-id")


def test_a_reply_is_read_without_what_it_quotes() -> None:
    assert new_words("Da, arde.\n> Arde?\nMulțumesc.\n\nPe 3 mai 2026, Primăria a scris:\nx") == (
        "Da, arde.\nMulțumesc."
    )


def test_numbers_of_reports_are_found() -> None:
    assert references_in("Re: [2026-000123] x 2026-000123 12026-000123") == ["2026-000123"]


WORDS = {1: ["Groapă în carosabil", "groapa", "gropi"], 2: ["Bec ars", "bec", "lampă"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E o GROAPA mare pe drum", 1),
        ("Lampa nu mai arde", 2),
        ("Bună ziua", None),
        ("beci", None),
        ("", None),
    ],
)
def test_the_category_whose_words_are_said(text: str, expected: int | None) -> None:
    assert best_category(text, WORDS) == expected


def test_of_two_that_fit_the_one_that_is_called_so_comes_first() -> None:
    words = {1: ["Дупка на пътя", "дупка"], 2: ["Счупена шахта", "дупка"]}
    assert best_category("Голяма дупка пред нас", words) == 1
    assert best_category("Голяма дупка", {1: ["Яма", "дупка"], 2: ["Шахта", "дупка"]}) is None


def test_pieces_that_may_be_an_address() -> None:
    found = places_in("Bună ziua,\npe strada Lalelelor nr. 3, unde nu arde becul de 3 zile.")
    assert found[0] == "strada Lalelelor nr. 3"
    assert places_in("На ул. Иван Вазов 12 има дупка")[0] == "ул. Иван Вазов 12"
