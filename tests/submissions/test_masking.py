"""Personal details are covered however they are written; ordinary numbers stay."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.bg import egn
from stdnum.ro import cnp

from submissions.masking import MARK, mask

CNP, EGN = "1800101221144", "7501020018"


@pytest.mark.parametrize(
    "text",
    [
        "ion.popescu@gmail.com",
        "ion @ gmail . com",
        "ion@gmail",
        "ion at gmail dot com",
        "ion (at) gmail (dot) com",
        "ion arond primarie punct ro",
        "иван кльомба поща точка бг",
        "ion＠gmail．com",
        "i\u200bon@gm\u00adail.com",
        "0722123456",
        "0722 123 456",
        "0722/123.456",
        "0722-12-34-56",
        "(0233) 21 32 45",
        "+40 722 123 456",
        "+40 (0) 722 123 456",
        "0040722123456",
        "+359 88 123 4567",
        "088 123 4567",
        "042 601 234",
        "722 123 456",
        CNP,
        "1 800101 22 1144",
        "1.8.0.0.1.0.1.2.2.1.1.4.4",
        "１８００１０１２２１１４４",
        "1\u0332" + CNP[1:],
        EGN,
        "75 01 02 00 18",
        "7\u200b5\u200b0\u200b1\u200b0\u200b2\u200b0\u200b0\u200b1\u200b8",
        "٧٥٠١٠٢٠٠١٨",
        "7️⃣5️⃣0️⃣1️⃣0️⃣2️⃣0️⃣0️⃣1️⃣8️⃣",
        "RO49AAAA1B31007593840000",
        "RO49 AAAA 1B31 0075 9384 0000",
        "bg80 bnbg 9661 1020 3456 78",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "B 123 ABC",
        "NT-12-ABC",
        "СТ 1234 АВ",
    ],
)
def test_personal_details_are_covered(text: str) -> None:
    assert mask(text).text == MARK
    masked = mask(f"Scrieți la {text}, mulțumesc!")
    assert (masked.text, masked.count) == (f"Scrieți la {MARK}, mulțumesc!", 1)


@pytest.mark.parametrize(
    "text",
    [
        "În 2024 și 2025, ca în 1989.",
        "Intervalul 2019-2024 și 2025 - 2030.",
        "Pe strada 1 Decembrie 1918 nr. 12, bl. 7, sc. B, ap. 34.",
        "Autobuzele 1, 2, 3, 4, 25 и тролей 101.",
        "Costă 1 250 000 lei, nu 1.234.567,89 lei.",
        "De la 08.00 - 16.30, sâmbăta 10:00–14:00.",
        "La 05.03.2024, 10:30, apoi 01.02.2024 03.04.2025 și 2024-03-05 12:30.",
        "Am dat 7 din 10, de 100 de ori; 30 %.",
        "№ 5, 12 m², 3 × 4, -15 °C, +3 grade.",
        "Sună la 112 sau 0800.",
        "Meet me at school. No way.",
        "Cod poștal 610101, lângă 600123.",
        "PRETUL B 100 LEI",
        "Линия 7: ул. „Цар Симеон Велики“ 107, ет. 3.",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert (mask(text).text, mask(text).count) == (text, 0)


def test_what_cannot_be_seen_is_left_out() -> None:
    assert mask("a\u202eb\u2066c\u200d\ufeffd\x00e\tf\r\ng\x1b[0m").text == "abcde f\ng[0m"
    assert mask("e" + "\u0301" * 500).text == "é\u0301\u0301"


def test_each_covered_place_is_counted() -> None:
    assert mask(f"{CNP} sau a@b.ro, {EGN}.").count == 3


digit_gaps = st.sampled_from(["", " ", ".", "-", " - ", "/", "\u00a0", "_", "\u200b", " \u2013 "])
words = st.sampled_from(["sunați", "на", "лично", "vă rog", "!", "„", "ab", "(", "«"])


@st.composite
def romanian_numbers(draw: st.DrawFn) -> str:
    """A valid CNP."""
    first = draw(st.sampled_from("123456"))
    year, month, day = (draw(st.integers(*span)) for span in ((0, 99), (1, 12), (1, 28)))
    county, serial = draw(st.integers(1, 46)), draw(st.integers(1, 999))
    number = f"{first}{year:02}{month:02}{day:02}{county:02}{serial:03}"
    number += cnp.calc_check_digit(number)
    return number


@st.composite
def bulgarian_numbers(draw: st.DrawFn) -> str:
    """A valid EGN."""
    year, day, serial = (draw(st.integers(*span)) for span in ((0, 99), (1, 28), (0, 999)))
    month = draw(st.integers(1, 12)) + draw(st.sampled_from([0, 40]))
    number = f"{year:02}{month:02}{day:02}{serial:03}"
    return number + egn.calc_check_digit(number)


@given(st.one_of(romanian_numbers(), bulgarian_numbers()), digit_gaps, words, words)
def test_no_valid_personal_number_survives(number: str, gap: str, before: str, after: str) -> None:
    written = gap.join(number)
    masked = mask(f"{before} {written} {after}")
    assert number not in re.sub(r"\D", "", masked.text)
    assert masked.count >= 1


local_parts = st.from_regex(r"[a-z0-9]([a-z0-9._+-]{0,20}[a-z0-9])?", fullmatch=True)
domains = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,8}){1,3}", fullmatch=True)


@given(local_parts, domains, words, words)
def test_no_address_survives(local: str, domain: str, before: str, after: str) -> None:
    masked = mask(f"{before} {local}@{domain} {after}").text
    assert "@" not in masked
    assert domain not in masked


@given(st.integers(0, 99_999_999), st.sampled_from(["lei", "лв.", "m", "scări"]))
def test_ordinary_amounts_survive(amount: int, unit: str) -> None:
    text = f"Vreo {amount} {unit} pe an"
    assert mask(text).text == text


hostile = st.text(
    alphabet=st.sampled_from(
        "0123456789 .-+()/@_ROBG49\u200b\u202e\u0301２٣①ⅷatdo[…]\n:,,ВСТ\u00a0½ﬁ"
    ),
    max_size=80,
)


@given(st.one_of(hostile, st.text(max_size=200)))
def test_covering_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    twice = mask(once.text)
    assert (twice.text, twice.count) == (once.text, 0)


@pytest.mark.parametrize(
    "piece",
    [
        piece
        for pieces in (
            "@|1 |a@|RO49|0| at |(at)|+|a.| .ro|1-|( | |\u0301",
            "12.12.2020 |08.00-|\ufdfa|@ |x @ y . ro |1\u200b|B 12 |７,",
        )
        for piece in pieces.split("|")
    ],
)
def test_a_hundred_thousand_hostile_characters_are_read_in_a_moment(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.process_time()
    mask(text)
    assert time.process_time() - started < 3
