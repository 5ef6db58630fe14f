"""Codes of signs: what is drawn, what is understood, what is refused, what is printed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sign_registry.codes import (
    ALPHABET,
    CODE_LENGTH,
    LONGEST_HOST,
    LONGEST_URL,
    Fault,
    MistypedError,
    SignLink,
    UnfitOriginError,
    check_symbol,
    grouped,
    new_code,
    normalise,
    origin_of,
    printed_host,
    read_sign_url,
    sign_url,
)

CODE = "ABCDEFGH" + check_symbol("ABCDEFGH")
eight_symbols = st.text(ALPHABET, min_size=8, max_size=8)


def fault_of(text: str) -> Fault:
    with pytest.raises(MistypedError) as caught:
        normalise(text)
    return caught.value.fault


def test_alphabet_has_no_letters_that_are_misread() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_code_is_drawn_at_random_and_understood() -> None:
    drawn = {new_code() for _ in range(500)}
    assert len(drawn) == 500
    assert all(normalise(code) == code and len(code) == CODE_LENGTH for code in drawn)
    assert {code[0] for code in drawn} == set(ALPHABET)


def test_check_symbol_is_that_of_the_standard_for_a_smaller_modulus() -> None:
    # Worked by hand through the recursion: (32+1)%32=1 -> 2; (2+2)=4 -> 8; (8+3)=11 -> 22.
    assert check_symbol("123") == ALPHABET[(1 - 22) % 32]


@given(eight_symbols, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_every_wrong_symbol_is_found(symbols: str, place: int, other: str) -> None:
    code = symbols + check_symbol(symbols)
    wrong = code[:place] + other + code[place + 1 :]
    assert wrong == code or fault_of(wrong) == Fault.CHECK


def test_nearly_every_swap_of_neighbours_is_found() -> None:
    # What stands before a pair enters the recursion only as one of 32 carried values.
    pairs = ("0" * 6 + one + two for one, two in itertools.product(ALPHABET, repeat=2))
    heads = {check_symbol(head): head for head in pairs}.values()
    missed = [
        (head, first, second)
        for head, (first, second) in itertools.product(heads, itertools.permutations(ALPHABET, 2))
        if check_symbol(head + first + second) == check_symbol(head + second + first)
    ]
    assert len(heads) == 32
    assert len(missed) * 496 == 32 * 32 * 31


@given(eight_symbols)
def test_code_comes_back_from_what_is_printed(symbols: str) -> None:
    code = symbols + check_symbol(symbols)
    assert normalise(grouped(code)) == code
    assert normalise(code.lower()) == code
    assert read_sign_url(sign_url("https://megdan.example", code)).code == code


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        assert set(normalise(text)) <= set(ALPHABET)
    except MistypedError as error:
        assert error.detail  # noqa: PT017 - the text may be a code by chance


@pytest.mark.parametrize(
    ("typed", "meant"), [("o0O", "000"), ("iIlL1", "11111"), (" a-b–c\u00a0d\te ", "ABCDE")]
)
def test_people_type_as_they_read(typed: str, meant: str) -> None:
    symbols = meant.ljust(8, "0")
    rest = symbols[len(meant) :] + check_symbol(symbols)
    assert normalise(typed + rest) == meant + rest


def test_each_letter_of_a_cyrillic_keyboard_that_looks_like_ours_is_understood() -> None:
    for cyrillic, latin in zip("АВЕЗКМНОРСТУХ", "ABE3KMH0PCTYX", strict=True):
        symbols = latin + "2345678"
        assert normalise(cyrillic.lower() + symbols[1:] + check_symbol(symbols))[0] == latin


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.LENGTH),
        (CODE[:-1], Fault.LENGTH),
        (CODE + "0", Fault.LENGTH),
        ("0" * 5000, Fault.LENGTH),
        ("U" + CODE[1:], Fault.SYMBOL),
        ("Ж" + CODE[1:], Fault.SYMBOL),
        ("<script>", Fault.SYMBOL),
        ("B" + CODE[1:], Fault.CHECK),
    ],
)
def test_mistyped_code_says_what_is_wrong(typed: str, fault: Fault) -> None:
    assert fault_of(typed) == fault


def test_groups_are_of_three() -> None:
    assert grouped("ABCDEFGHJ") == "ABC DEF GHJ"


@pytest.mark.parametrize(
    ("origin", "head"),
    [
        ("https://megdan.example", "HTTPS://MEGDAN.EXAMPLE"),
        ("https://Megdan.Example/", "HTTPS://MEGDAN.EXAMPLE"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000"),
    ],
)
def test_web_address_is_upper_case(origin: str, head: str) -> None:
    assert sign_url(origin, CODE) == f"{head}/S/{CODE}"


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "megdan.example",
        "ftp://megdan.example",
        "https://",
        "https://megdan.example/signs",
        "https://megdan.example?a=1",
        "https://megdan.example?",
        "https://megdan.example#top",
        "https://town@megdan.example",
        "https://megdan.example:port",
        "https://мегдан.example",
        "https://a_b.example",
        "https://" + "a" * 28,
    ],
)
def test_origin_that_cannot_be_printed_is_refused(origin: str) -> None:
    with pytest.raises(UnfitOriginError):
        sign_url(origin, CODE)


def test_longest_address_still_fits() -> None:
    assert len(sign_url("https://" + "a" * 27, CODE)) == LONGEST_URL


def test_origin_is_stored_in_one_way() -> None:
    assert origin_of("https://Megdan.Example/") == "https://megdan.example"
    assert len("a" * LONGEST_HOST) == 27
    for unfit in ("http://megdan.example", "https://" + "a" * (LONGEST_HOST + 1)):
        with pytest.raises(UnfitOriginError):
            origin_of(unfit)


def test_host_is_printed_in_small_letters() -> None:
    assert printed_host("https://Megdan.Example/") == "megdan.example"


def test_camera_reads_origin_and_code() -> None:
    assert read_sign_url(f"https://Megdan.example/s/{CODE.lower()}/") == SignLink(
        "https://megdan.example", CODE
    )


@pytest.mark.parametrize("text", ["", "WIFI:S:x;;", f"https://a.example/x/S/{CODE}", "/S/"])
def test_other_codes_are_no_signs(text: str) -> None:
    with pytest.raises(UnfitOriginError):
        read_sign_url(text)
