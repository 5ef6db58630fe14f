"""One report with everything that others need to check it: its events and the way into a seal."""

import base64
from typing import Any

from django.core.cache import cache

from incidents.canonical import timestamp
from incidents.kept_roots import root_row
from incidents.merkle import Step, Tree, leaf_hash
from incidents.models import Incident, IncidentEvent, LedgerRoot, PublishedHead

FORMAT = "megdan report 1"
_SLICE = 2000
_KEPT_S = 24 * 3600


def report_file(incident: Incident) -> dict[str, Any]:
    """All events with the exact bytes that were hashed, and the proof where a seal was made since.

    The first call after a seal reads the whole tree of the town; for a day the next ones do not.
    """
    events = incident.events.order_by("seq")
    return {
        "format": FORMAT,
        "town": incident.municipality.slug,
        "reference": incident.reference,
        "report": str(incident.uid),
        "events": [_event(event) for event in events],
        "seal": _seal(incident),
    }


def _event(event: IncidentEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "kind": event.kind,
        "at": timestamp(event.at),
        "body": base64.b64encode(bytes(event.body)).decode(),
        "previous": bytes(event.previous).hex(),
        "hash": bytes(event.hash).hex(),
    }


def _seal(incident: Incident) -> dict[str, Any] | None:
    """Newest seal, how far the report was then, and its neighbours; None before its first."""
    town = incident.municipality
    root = LedgerRoot.objects.in_municipality(town).newest_first().first()
    heads = PublishedHead.objects.in_municipality(town).filter(uid=incident.uid)
    own = heads.order_by("-day").first()
    if root is None or own is None:
        return None
    name = f"report-proof-{root.pk}-{incident.uid}"
    proof: list[Step] | None = cache.get(name)
    if proof is None:
        proof = _proof(root, own)
        cache.set(name, proof, _KEPT_S)
    return {
        **root_row(bytes(root.statement), bytes(root.signature)),
        "seq": own.seq,
        "proof": [
            {"side": "left" if step.is_left else "right", "hash": step.hash.hex()} for step in proof
        ],
    }


def _proof(root: LedgerRoot, own: PublishedHead) -> list[Step]:
    heads = PublishedHead.objects.in_municipality(root.municipality)
    before = heads.filter(day__lte=root.day, uid__lt=own.uid).values("uid").distinct().count()
    tree = Tree(watched=before)
    rows = heads.newest(root.day).values_list("uid", "seq", "hash")
    for uid, seq, head in rows.iterator(_SLICE):
        tree.add(leaf_hash(uid, seq, bytes(head)))
    return tree.proof()
