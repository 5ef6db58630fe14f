"""Whether the events of one report are whole: numbers, links, bytes, and what they say together."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple
from uuid import UUID

from incidents.canonical import NOTHING, canonical_bytes, event_hash, timestamp
from incidents.folding import BrokenHistoryError, Folded, apply, begin
from incidents.workflow import Kind


class Link(NamedTuple):
    """One event as it is stored."""

    seq: int
    kind: str
    at: dt.datetime
    body: bytes
    previous: bytes
    hash: bytes


class Fault(NamedTuple):
    """Something that cannot be as the program wrote it; `report` is a reference or a day."""

    report: str
    seq: int
    what: str


@dataclass(slots=True)
class Chain:
    """Follows the events of one report in their order; `faults` are told as (number, what)."""

    uid: UUID
    seq: int = 0
    head: bytes = NOTHING
    at: dt.datetime | None = None
    state: Folded | None = None
    #: What each event says, for commitments to be compared with.
    said: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _is_broken: bool = False

    def follow(self, links: Iterable[Link]) -> Iterator[tuple[int, str]]:
        """Go along all events and tell what is wrong with each."""
        for link in links:
            yield from ((link.seq, what) for what in self._linked(link))
            said, faults = _read(self.uid, link)
            yield from ((link.seq, what) for what in faults)
            if said is not None:
                self.said[link.seq] = said
                yield from ((link.seq, what) for what in self._folded(link, said))
            self.seq, self.head, self.at = link.seq, link.hash, link.at
        if not self.seq:
            yield 0, "it has no event at all"

    def _linked(self, link: Link) -> Iterator[str]:
        if link.seq != self.seq + 1:
            yield f"number {self.seq + 1} is missing or out of order"
        if link.previous != self.head:
            yield "it does not follow the event before it"
        if event_hash(link.previous, link.body) != link.hash:
            yield "its hash is not that of its content"
        if self.at is not None and link.at < self.at:
            yield "it is older than the event before it"

    def _folded(self, link: Link, said: Mapping[str, Any]) -> Iterator[str]:
        if self._is_broken:
            return
        try:
            if self.state is None and link.kind == Kind.REPORTED:
                self.state = begin(said)
            else:
                self.state = apply(self.state, link.kind, link.at, said)
        except (BrokenHistoryError, KeyError, TypeError) as error:
            self._is_broken = True  # whatever follows would only repeat it
            yield f"it could not happen: {error}"


def differing(state: Folded | None, columns: Folded) -> list[str]:
    """Names of the columns that do not say what the events say together."""
    if state is None:
        return []
    return [
        one.name for one in fields(Folded) if getattr(state, one.name) != getattr(columns, one.name)
    ]


def _read(uid: UUID, link: Link) -> tuple[Mapping[str, Any] | None, list[str]]:
    """What the body says, and where body and columns part."""
    try:
        whole = json.loads(link.body)
        said, actor = dict(whole["data"]), dict(whole["actor"])
        spelled = canonical_bytes(
            uid=uid, seq=link.seq, at=link.at, kind=link.kind, actor=actor, data=said
        )
    except (ValueError, KeyError, TypeError):
        return None, ["its content cannot be read"]
    if spelled == link.body:
        return said, []
    columns = {
        "report": str(uid),
        "seq": link.seq,
        "at": timestamp(link.at),
        "kind": link.kind,
    }
    parted = [name for name, value in columns.items() if whole.get(name) != value]
    if parted:
        return said, [f"content and columns differ in: {', '.join(parted)}"]
    return said, ["its content is not spelled as the program spells it"]
