"""Goes through all reports of a town and tells whatever is not as the program wrote it.

Work grows with the number of events, and for the published roots with days times reports; memory
does not grow: reports come in slices of 500, five queries each. Calendars and kinds of faults take
four, seals four, the empty slice at the end one, and the moment itself two or three.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction

from incidents.canonical import commitment
from incidents.chains import Chain, Fault, Link, differing
from incidents.kept_roots import KeptRoot
from incidents.models import EventSecret, Incident, IncidentEvent, Reporter
from incidents.services.clocks import Ground, faults_among
from incidents.services.recording import folded_of
from incidents.services.verifying_roots import root_faults
from incidents.terms import Happening
from zones.models import Municipality

SLICE = 500


@dataclass(slots=True)
class Tally:
    """How much was looked at."""

    reports: int = 0
    events: int = 0
    secrets: int = 0
    roots: int = 0


def verify_town(
    municipality: Municipality,
    tally: Tally,
    *,
    kept: Sequence[KeptRoot] = (),
) -> Iterator[Fault]:
    """Each fault as it is found; all of it as of one moment.

    Args:
        kept: roots of a copy that somebody kept elsewhere.
    """
    with one_moment():
        ground = Ground(municipality)
        for incidents in _slices(municipality):
            yield from _slice_faults(incidents, tally, ground)
        tally.roots = yield from root_faults(municipality, kept)


@contextmanager
def one_moment() -> Iterator[None]:
    """See the database as of now, whatever is written meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _slices(municipality: Municipality) -> Iterator[list[Incident]]:
    rows = Incident.objects.in_municipality(municipality).order_by("pk")
    rows = rows.prefetch_related("clocks")
    last = 0
    while found := list(rows.filter(pk__gt=last)[:SLICE]):
        yield found
        last = found[-1].pk


def _slice_faults(incidents: list[Incident], tally: Tally, ground: Ground) -> Iterator[Fault]:
    keys = [incident.pk for incident in incidents]
    rows = IncidentEvent.objects.filter(incident__in=keys).order_by("incident_id", "seq", "pk")
    columns = ("incident_id", "seq", "kind", "at", "body", "previous", "hash")
    groups = groupby(rows.values_list(*columns).iterator(SLICE), key=itemgetter(0))
    events = {pk: [_link(row[1:]) for row in group] for pk, group in groups}
    reporters = Reporter.objects.filter(incident__in=keys).in_bulk(field_name="incident_id")
    secrets: dict[int, list[EventSecret]] = {}
    for secret in EventSecret.objects.filter(incident__in=keys):
        secrets.setdefault(secret.incident_id, []).append(secret)
    for incident in incidents:
        chain, links = Chain(incident.uid), events.get(incident.pk, [])
        own = [
            *chain.follow(links),
            *((chain.seq, what) for what in _column_faults(incident, chain)),
            *_secret_faults(chain, secrets.get(incident.pk, [])),
            *_reporter_faults(chain, reporters.get(incident.pk)),
            *((chain.seq, what) for what in _term_faults(incident, links, chain, ground)),
        ]
        tally.reports += 1
        tally.events += len(chain.said)
        tally.secrets += len(secrets.get(incident.pk, []))
        yield from (Fault(incident.reference, seq, what) for seq, what in own)


def _link(row: Sequence[object]) -> Link:
    seq, kind, at, *raw = row
    return Link(seq, kind, at, *(bytes(one) for one in raw))  # type: ignore[arg-type, call-overload]


def _column_faults(incident: Incident, chain: Chain) -> Iterator[str]:
    if incident.head_seq != chain.seq or bytes(incident.head_hash) != chain.head:
        yield f"the report ends with event {incident.head_seq}, the list of events does not"
    names = differing(chain.state, folded_of(incident))
    if chain.at is not None and incident.changed_at != chain.at:
        names.append("changed_at")
    if chain.said.get(1, {}).get("source", incident.source) != incident.source:
        names.append("source")
    if names:
        yield f"the report differs from what its events say in: {', '.join(names)}"


def _term_faults(
    incident: Incident, links: Sequence[Link], chain: Chain, ground: Ground
) -> Iterator[str]:
    """Terms that are kept otherwise than the events say; broken events have no terms."""
    if chain.state is not None and len(chain.said) == len(links):
        happened = [Happening(one.seq, one.kind, one.at, chain.said[one.seq]) for one in links]
        yield from faults_among(incident, happened, ground)


def _secret_faults(chain: Chain, secrets: Iterable[EventSecret]) -> Iterator[tuple[int, str]]:
    for secret in secrets:
        if not bytes(secret.salt):
            continue  # erased: without the salt there is nothing to compare
        kept = commitment(bytes(secret.salt), secret.value)
        if chain.said.get(secret.seq, {}).get(f"secret_{secret.name}") != kept:
            yield secret.seq, f"the words “{secret.name}” are not those that were written"


def _reporter_faults(chain: Chain, reporter: Reporter | None) -> Iterator[tuple[int, str]]:
    first = chain.said.get(1)
    if reporter is None or first is None or reporter.erased_at or not bytes(reporter.salt):
        return
    who = "|".join([reporter.name, reporter.email, reporter.phone, reporter.address])
    for name, value in (("words", reporter.words), ("reporter", who)):
        if name in first and first[name] != commitment(bytes(reporter.salt), value):
            yield 1, f"“{name}” is not what was reported"
