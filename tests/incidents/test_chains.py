"""A change of any byte of any column of any event is found, and so is every other order."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.canonical import NOTHING, canonical_bytes, event_hash
from incidents.chains import Chain, Link
from incidents.workflow import Kind

UID = UUID(int=5)
NOON = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
TOLD: Sequence[tuple[Kind, dict[str, Any]]] = (
    (Kind.REPORTED, {"category": 3, "geometry": "POINT (26.3 46.9)", "is_confirmed": True}),
    (Kind.ROUTED, {"department": 8, "rule": None}),
    (Kind.NOTED, {"secret_text": "ab" * 32}),
    (Kind.ASSIGNED, {"handler": 12}),
    (Kind.ANSWERED, {"outcome": "done"}),
)


def chained(told: Iterable[tuple[str, dict[str, Any]]] = TOLD) -> list[Link]:
    links: list[Link] = []
    for seq, (kind, data) in enumerate(told, 1):
        at = NOON + dt.timedelta(hours=seq)
        previous = links[-1].hash if links else NOTHING
        actor = {"role": "dispatcher", "user": 4, "department": None}
        body = canonical_bytes(uid=UID, seq=seq, at=at, kind=kind, actor=actor, data=data)
        links.append(Link(seq, str(kind), at, body, previous, event_hash(previous, body)))
    return links


def faults(links: Iterable[Link], uid: UUID = UID) -> list[tuple[int, str]]:
    return list(Chain(uid).follow(links))


def is_found(links: list[Link]) -> bool:
    """Either a link is wrong, or the end is not where the report says it is."""
    chain = Chain(UID)
    wrong = list(chain.follow(links))
    return bool(wrong) or chain.head != chained()[-1].hash


def test_a_whole_chain_has_no_fault() -> None:
    assert faults(chained()) == []


@pytest.mark.parametrize("number", range(len(TOLD)))
@pytest.mark.parametrize("column", ["body", "previous", "hash"])
def test_every_changed_byte_is_found(number: int, column: str) -> None:
    whole = chained()
    for place in range(len(getattr(whole[number], column))):
        for bit in (1, 0x80):
            raw = bytearray(getattr(whole[number], column))
            raw[place] ^= bit
            links = list(whole)
            change: Any = {column: bytes(raw)}
            links[number] = links[number]._replace(**change)
            assert faults(links), (place, bit)


@pytest.mark.parametrize("number", range(len(TOLD)))
@pytest.mark.parametrize(
    "change",
    [{"seq": 9}, {"kind": "told"}, {"at": NOON}, {"at": NOON + dt.timedelta(microseconds=1)}],
)
def test_every_other_column_is_compared_with_what_was_hashed(
    number: int, change: dict[str, Any]
) -> None:
    links = chained()
    links[number] = links[number]._replace(**change)
    assert faults(links)


@given(st.permutations(range(len(TOLD))), st.integers(1, len(TOLD)))
def test_dropped_and_reordered_events_are_found(order: list[int], kept: int) -> None:
    whole = chained()
    links = [whole[number] for number in order[:kept]]
    assert is_found(links) == (links != whole)


@given(st.integers(0, len(TOLD)), st.integers(0, len(TOLD) - 1))
def test_an_event_put_in_twice_is_found(place: int, number: int) -> None:
    links = chained()
    links.insert(place, links[number])
    assert faults(links)


def test_a_chain_of_another_report_is_found() -> None:
    assert faults(chained(), UUID(int=6))


def test_an_event_that_could_not_happen_is_found() -> None:
    told = [*TOLD, (Kind.ASSIGNED, {"handler": 1}), (Kind.DRAFTED, {})]
    assert [seq for seq, _ in faults(chained(told))] == [6]


def test_another_spelling_of_the_same_content_is_found() -> None:
    links = chained()[:1]
    body = links[0].body.replace(b":", b": ", 1)
    links[0] = links[0]._replace(body=body, hash=event_hash(NOTHING, body))
    assert faults(links) == [(1, "its content is not spelled as the program spells it")]
