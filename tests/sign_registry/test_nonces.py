"""One-time numbers and marks of connections: signed, short-lived, bound to no visitor."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sign_registry import nonces

KEY, OTHER_KEY = bytes(32), b"k" * 32
CODE, OTHER_CODE = "000000010", "000000029"
MINUTE = 29_000_000


def issued(code: str = CODE, key: bytes = KEY) -> nonces.Nonce:
    number = nonces.read(nonces.issue(key, code=code, minute=MINUTE, random=b"12345678"))
    assert number is not None
    return number


def test_a_number_comes_back_as_it_went() -> None:
    assert (issued().minute, issued().random) == (MINUTE, b"12345678")
    assert nonces.is_ours(issued(), KEY, code=CODE)


@pytest.mark.parametrize(("key", "code"), [(OTHER_KEY, CODE), (KEY, OTHER_CODE)])
def test_a_number_of_another_day_or_sign_is_not_ours(key: bytes, code: str) -> None:
    assert not nonces.is_ours(issued(), key, code=code)


@given(st.integers(0, 31), st.sampled_from("ABCabc019-_"))
def test_no_changed_number_is_ours(place: int, letter: str) -> None:
    text = nonces.issue(KEY, code=CODE, minute=MINUTE, random=b"12345678")
    changed = text[:place] + letter + text[place + 1 :]
    number = nonces.read(changed)
    assert changed == text or number is None or not nonces.is_ours(number, KEY, code=CODE)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    nonces.read(text)


@pytest.mark.parametrize(("passed", "is_fresh"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_number_lives_half_an_hour(passed: int, is_fresh: bool) -> None:
    assert nonces.is_fresh(issued(), MINUTE + passed) is is_fresh


def mark(address: str, site: int = 1, key: bytes = KEY) -> bytes:
    return nonces.connection_mark(key, site=site, address=address)


def test_a_mark_has_24_bits_and_follows_nobody_to_another_site_or_day() -> None:
    assert len(mark("192.0.2.1")) == 3
    assert mark("192.0.2.1") == mark("::ffff:192.0.2.1")
    assert len({mark("192.0.2.1"), mark("192.0.2.1", 2), mark("192.0.2.1", 1, OTHER_KEY)}) == 3


def test_a_household_is_one_connection() -> None:
    assert mark("2001:db8:1:2::1") == mark("2001:db8:1:2:ffff::9") != mark("2001:db8:1:3::1")


def test_what_is_no_address_is_one_connection() -> None:
    assert mark("") == mark("unix:") == mark("127.0.0.1\x00")


def test_proofs_and_marks_are_those_of_keyed_blake2s() -> None:
    """Pinned: two versions of the program that answer side by side must agree."""
    key = bytes(range(32))
    said = b"mark|7|" + bytes((192, 0, 2, 1))
    expected = hashlib.blake2s(said, key=key, digest_size=3).digest()
    assert mark("192.0.2.1", 7, key) == expected
    assert issued(key=key).proof != issued(key=OTHER_KEY).proof
