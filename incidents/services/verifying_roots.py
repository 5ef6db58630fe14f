"""Whether the published roots are whole, and every report still holds what was published of it."""

import datetime as dt
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from django.db.models import OuterRef, Subquery

from incidents.canonical import NOTHING
from incidents.chains import Fault
from incidents.kept_roots import KeptRoot
from incidents.merkle import EMPTY, Tree, leaf_hash
from incidents.models import Incident, IncidentEvent, LedgerRoot, PublishedHead
from incidents.signing import NoKeyError, Statement, digest, is_signed, public_key
from zones.models import Municipality

_SLICE = 2000


@dataclass(slots=True)
class _Planted:
    """The tree of one day, grown again."""

    day: dt.date
    tree: Tree = field(default_factory=Tree)
    events: int = 0


def root_faults(
    municipality: Municipality, kept: Sequence[KeptRoot]
) -> Generator[Fault, None, int]:
    """Each fault of the roots; gives back how many roots there are."""
    roots = list(LedgerRoot.objects.in_municipality(municipality).order_by("day"))
    yield from _signed_faults(roots)
    yield from _kept_faults(roots, kept)
    yield from _head_faults(municipality)
    yield from _tree_faults(municipality, roots)
    return len(roots)


def _signed_faults(roots: Sequence[LedgerRoot]) -> Iterator[Fault]:
    before: LedgerRoot | None = None
    for root in roots:
        statement = bytes(root.statement)
        if not _says_its_columns(root):
            yield _of(root, "the seal and its columns differ")
        if not is_signed(statement, bytes(root.signature), root.key):
            yield _of(root, "the signature of the seal is not genuine")
        expected = digest(bytes(before.statement)) if before else NOTHING
        if bytes(root.previous) != expected:
            yield _of(root, "the seal does not follow the one before it")
        if before and root.day != before.day + dt.timedelta(days=1):
            yield _of(root, "there is no seal of the day before")
        before = root
    if before is not None and before.key != _own_key(before.key):
        yield _of(before, "the newest seal was not signed by this installation")


def _own_key(otherwise: str) -> str:
    try:
        return public_key()
    except NoKeyError:  # on another machine the signature alone has to do
        return otherwise


def _says_its_columns(root: LedgerRoot) -> bool:
    try:
        town = str(json.loads(bytes(root.statement))["town"])
    except (ValueError, KeyError, TypeError):
        return False
    said = Statement(
        town=town,
        day=root.day,
        root=bytes(root.root),
        reports=root.reports,
        events=root.events,
        previous=bytes(root.previous),
        key=root.key,
        signed_at=root.signed_at,
    )
    return said.spelled() == bytes(root.statement)


def _kept_faults(roots: Sequence[LedgerRoot], kept: Sequence[KeptRoot]) -> Iterator[Fault]:
    ours = {root.day: bytes(root.statement) for root in roots}
    for copy in kept:
        if copy.day not in ours:
            yield Fault(f"{copy.day}", 0, "the copy has a seal that is missing here")
        elif ours[copy.day] != copy.statement:
            yield Fault(f"{copy.day}", 0, "the seal is another than in the copy")


def _head_faults(municipality: Municipality) -> Iterator[Fault]:
    """Whatever was published of a report must still stand in its chain."""
    events = IncidentEvent.objects.in_municipality(municipality).filter(
        incident__uid=OuterRef("uid"), seq=OuterRef("seq")
    )
    reports = Incident.objects.in_municipality(municipality).filter(uid=OuterRef("uid"))
    rows = (
        PublishedHead.objects.in_municipality(municipality)
        .order_by("uid", "day")
        .annotate(
            now=Subquery(events.values("hash")[:1]),
            reference=Subquery(reports.values("reference")[:1]),
        )
        .values_list("uid", "day", "seq", "hash", "now", "reference")
    )
    for uid, day, seq, published, now, reference in rows.iterator(_SLICE):
        if reference is None:
            yield Fault(f"{uid}", seq, f"the report was sealed on {day} and is gone")
        elif now is None:
            yield Fault(reference, seq, f"the event was sealed on {day} and is gone")
        elif bytes(now) != bytes(published):
            yield Fault(reference, seq, f"the history up to here is not what was sealed on {day}")


def _tree_faults(municipality: Municipality, roots: Sequence[LedgerRoot]) -> Iterator[Fault]:
    """Grow every tree again in one pass over what was published, and compare the roots."""
    heads = PublishedHead.objects.in_municipality(municipality)
    days = set(heads.values_list("day", flat=True).distinct())
    yield from (
        Fault(f"{day}", 0, "reports were sealed on this day, but the seal is gone")
        for day in sorted(days - {root.day for root in roots})
    )
    planted = {day: _Planted(day) for day in sorted(days)}
    rows = heads.order_by("uid", "day").values_list("uid", "day", "seq", "hash")
    for uid, group in groupby(rows.iterator(_SLICE), key=itemgetter(0)):
        states = [(day, seq, leaf_hash(uid, seq, bytes(head))) for _, day, seq, head in group]
        _add(list(planted.values()), states)
    found = (EMPTY, 0, 0)
    for root in roots:
        if one := planted.get(root.day):
            found = (one.tree.root(), one.tree.size, one.events)
        if (bytes(root.root), root.reports, root.events) != found:
            yield _of(root, "the seal is not that of the reports of the day")


def _add(planted: Sequence[_Planted], states: Sequence[tuple[dt.date, int, bytes]]) -> None:
    """Put one report into the tree of each day, as it stood then."""
    coming = list(reversed(states))
    now: tuple[dt.date, int, bytes] | None = None
    for one in planted:
        while coming and coming[-1][0] <= one.day:
            now = coming.pop()
        if now is not None:
            one.tree.add(now[2])
            one.events += now[1]


def _of(root: LedgerRoot, what: str) -> Fault:
    return Fault(f"{root.day}", 0, what)
