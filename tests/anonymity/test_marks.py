"""The marks of connections: apart within an hour, beyond comparison once the key is gone."""

import secrets

from sign_registry.nonces import KEY_BYTES, MARK_BYTES, connection_mark
from tests.anonymity.identities import visitors

ADDRESSES = [one.address for one in visitors()]


def marks(key: bytes, site: int) -> list[bytes]:
    """One for each visitor."""
    return [connection_mark(key, site=site, address=address) for address in ADDRESSES]


def test_a_mark_is_the_same_only_with_the_same_key_place_and_address() -> None:
    key, other = (secrets.token_bytes(KEY_BYTES) for _ in range(2))
    today = marks(key, 1)
    assert marks(key, 1) == today
    assert sum(a == b for a, b in zip(today, marks(other, 1), strict=True)) <= 1
    assert sum(a == b for a, b in zip(today, marks(key, 2), strict=True)) <= 1


def test_a_mark_holds_less_than_an_address() -> None:
    """With the key, every mark would fit 256 addresses of IPv4; without it, all of them."""
    assert MARK_BYTES * 8 < 32
    assert len(set(marks(secrets.token_bytes(KEY_BYTES), 1))) >= len(ADDRESSES) - 1


def test_the_marks_of_two_days_say_nothing_about_each_other() -> None:
    """Whoever has both days' marks pairs them no better than by lot."""
    first, second = (marks(secrets.token_bytes(KEY_BYTES), 1) for _ in range(2))
    ranks_first = sorted(range(len(first)), key=first.__getitem__)
    ranks_second = sorted(range(len(second)), key=second.__getitem__)
    same = sum(a == b for a, b in zip(ranks_first, ranks_second, strict=True))
    assert same <= 10  # one is expected; more than ten comes once in a hundred million runs
