"""Seals all reports of a town each night: one signed root, published, mailed, and never changed.

The tree of a day has one leaf for each report that ever was: how far it was when the day's root was
signed. A report that vanished keeps its last leaf, so that its absence is found and never blessed.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from incidents.canonical import NOTHING
from incidents.merkle import Tree, leaf_hash
from incidents.models import Incident, LedgerRoot, PublishedHead
from incidents.services.seal_letters import mail_seal
from incidents.signing import Statement, digest, public_key, sign
from zones.days import civil_day
from zones.models import Municipality

_SLICE = 2000


class Head(NamedTuple):
    """How far a report is; `is_new` where the last root did not say so yet."""

    uid: UUID
    seq: int
    hash: bytes
    is_new: bool = False


def publish_roots(*, now: dt.datetime) -> int:
    """Seal the days that are over in every town; tell how many roots that made.

    A second call makes none again, and a day on which nothing ran is made up by the next call.

    Raises:
        NoKeyError: this installation has no key.
    """
    towns = Municipality.objects.order_by("pk")
    return sum(len(publish_town(municipality=town, now=now)) for town in towns)


@transaction.atomic
def publish_town(*, municipality: Municipality, now: dt.datetime) -> list[LedgerRoot]:
    """Seal the days of one town up to yesterday; where anything changed, a letter tells the newest.

    Reads all reports once, with the memory of one slice and the changed ones of a slice.

    Raises:
        NoKeyError: this installation has no key.
    """
    # One at a time; NO KEY lets new reports refer to the town meanwhile.
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    last = LedgerRoot.objects.in_municipality(municipality).newest_first().first()
    days = _days_to_seal(municipality, last, now)
    if not days:
        return []
    root, reports, events = _plant(municipality, days[0])
    is_news = last is None or bytes(last.root) != root
    made: list[LedgerRoot] = []
    for day in days:
        said = Statement(
            town=municipality.slug,
            day=day,
            root=root,
            reports=reports,
            events=events,
            previous=digest(bytes(last.statement)) if last else NOTHING,
            key=public_key(),
            signed_at=now,
        )
        last = _store(municipality, said)
        made.append(last)
    if is_news:
        mail_seal(municipality=municipality, root=made[-1], now=now)
    return made


def _days_to_seal(
    municipality: Municipality, last: LedgerRoot | None, now: dt.datetime
) -> list[dt.date]:
    yesterday = civil_day(now, municipality.timezone) - dt.timedelta(days=1)
    if last is None:
        return [yesterday] if Incident.objects.in_municipality(municipality).exists() else []
    return [last.day + dt.timedelta(days=n + 1) for n in range((yesterday - last.day).days)]


def _plant(municipality: Municipality, day: dt.date) -> tuple[bytes, int, int]:
    """Keep what is new, and give root, reports and events of the whole tree."""
    tree, events, fresh = Tree(), 0, []
    for head in _heads_now(municipality):
        tree.add(leaf_hash(head.uid, head.seq, head.hash))
        events += head.seq
        if head.is_new:
            fresh.append(
                PublishedHead(
                    municipality=municipality,
                    day=day,
                    uid=head.uid,
                    seq=head.seq,
                    hash=head.hash,
                )
            )
        if len(fresh) == _SLICE:
            PublishedHead.objects.bulk_create(fresh)
            fresh = []
    PublishedHead.objects.bulk_create(fresh)
    return tree.root(), tree.size, events


def _heads_now(municipality: Municipality) -> Iterator[Head]:
    """Each report that is or was published, by uid: where it stands now, else where it stood."""
    published = _heads(PublishedHead.objects.in_municipality(municipality).newest())
    rows = Incident.objects.in_municipality(municipality).filter(head_seq__gt=0).order_by("uid")
    before = next(published, None)
    for uid, seq, value in rows.values_list("uid", "head_seq", "head_hash").iterator(_SLICE):
        while before is not None and before.uid < uid:
            yield before
            before = next(published, None)
        head = Head(uid, seq, bytes(value))
        if before is not None and before.uid == uid:
            yield head._replace(is_new=head != before)
            before = next(published, None)
        else:
            yield head._replace(is_new=True)
    while before is not None:
        yield before
        before = next(published, None)


def _heads(rows: Any) -> Iterator[Head]:
    for uid, seq, value in rows.values_list("uid", "seq", "hash").iterator(_SLICE):
        yield Head(uid, seq, bytes(value))


def _store(municipality: Municipality, said: Statement) -> LedgerRoot:
    statement = said.spelled()
    return LedgerRoot.objects.create(
        municipality=municipality,
        day=said.day,
        root=said.root,
        reports=said.reports,
        events=said.events,
        previous=said.previous,
        statement=statement,
        signature=sign(statement),
        key=said.key,
        signed_at=said.signed_at,
    )
