"""The search itself can find: each way of writing each trace, wherever it stands."""

import base64
import os
import random

import pytest

from tests.anonymity.identities import DECOYS, session_written, visitors, written
from tests.anonymity.searching import Searcher

VISITOR = visitors()[7]
WAYS = list(written(VISITOR))
ADDRESS = ("sure", "text")


def test_there_are_many_ways_of_writing_an_address() -> None:
    assert len({name for name, _ in WAYS}) >= 14
    assert all(len(pattern) >= 4 for _, pattern in WAYS)


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_each_way_is_found_wherever_it_stands(where: str) -> None:
    searcher = Searcher((("sure", name), pattern) for name, pattern in WAYS)
    noise = random.Random(5).randbytes(5000)
    for name, pattern in WAYS:
        data = {
            "first": pattern + noise,
            "middle": noise + pattern + noise,
            "last": noise + pattern,
        }[where]
        assert searcher.in_bytes(data)["sure", name] >= 1, name


def test_a_trace_across_two_pieces_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.anonymity.searching._CHUNK", 16)
    searcher = Searcher([(ADDRESS, VISITOR.address.encode())])
    for before in range(40):
        data = b"x" * before + VISITOR.address.encode() + b"x" * 40
        assert searcher.in_bytes(data) == {ADDRESS: 1}


def test_nothing_is_found_where_nothing_is() -> None:
    ways = [way for one in visitors() for way in written(one) if len(way[1]) > 4]
    assert not Searcher((("sure", name), pattern) for name, pattern in ways).in_bytes(
        os.urandom(1 << 22)
    )


def test_base64_is_found_inside_a_longer_text() -> None:
    ways = session_written("canarysession0123456789")
    searcher = Searcher((("session", name), pattern) for name, pattern in ways)
    for before in ("", "a", "ab", "abc"):
        hidden = base64.b64encode(f"{before}canarysession0123456789 and more".encode())
        assert searcher.in_bytes(hidden)


def test_visitors_differ_and_decoys_are_never_visitors() -> None:
    real, decoys = visitors(), visitors(DECOYS)
    assert len({one.address for one in real}) == len(real)
    assert not {one.address for one in real} & {one.address for one in decoys}
    assert all(10 not in map(int, one.address.split(".")) for one in real)
