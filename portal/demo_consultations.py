"""Fills a demonstration with invented consultations, prepared and answered by the town's own verbs.

Those who speak and vote are its invented residents; every text says that it is an example.
"""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from consultations.models import Process
from outbox.models import OutboxMessage
from portal.demo_consultation_budget import load_budget
from portal.demo_consultation_frame import Demo
from portal.demo_consultation_project import load_project
from portal.demo_residents import NOBODYS
from zones.models import Municipality

Say = Callable[[str], None]


@transaction.atomic
def load_demo_consultations(
    *, path: Path, municipality: Municipality, now: dt.datetime, say: Say
) -> None:
    """Load a drawn project and two budget years once; a town that has consultations keeps them."""
    if Process.objects.in_municipality(municipality).exists():
        return
    demo = Demo.of(municipality, json.loads(path.read_text(encoding="utf-8")), now)
    last = OutboxMessage.objects.aggregate(last=Max("pk"))["last"] or 0
    load_project(demo, demo.facts["project"])
    ballots = [load_budget(demo, budget) for budget in demo.facts["budgets"]]
    # Nobody is written to about what never happened.
    OutboxMessage.objects.filter(pk__gt=last, recipient__endswith=NOBODYS).delete()
    count = 1 + len(ballots)
    say(f"{municipality.slug}: {count} invented consultations, {sum(ballots)} ballots")
