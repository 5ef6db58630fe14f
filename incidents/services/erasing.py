"""Erases who reported, at their own wish; the report and its proof stay."""

import datetime as dt

from django.db import transaction

from incidents.models import EventSecret, Incident, Remark, Reporter, Verdict
from incidents.services.recording import Actor, record
from incidents.workflow import Kind


@transaction.atomic
def erase_reporter(*, incident: Incident, actor: Actor, now: dt.datetime) -> None:
    """Forget name, contact and the words as typed; a second call is nothing.

    The covered words and released pictures are of the place and stay. The ledger keeps commitments
    that say nothing without their salt, and the salt goes too.
    """
    reporter = Reporter.objects.select_for_update(of=("self",)).filter(incident=incident).first()
    if reporter is None or reporter.erased_at is not None:
        return
    reporter.user = None
    reporter.name = reporter.email = reporter.phone = reporter.address = reporter.words = ""
    reporter.answers, reporter.salt = {}, b""
    reporter.confirmed_at, reporter.erased_at = None, now
    reporter.save()
    Remark.objects.filter(incident=incident, kind=Remark.Kind.REPLY).update(text="")
    Verdict.objects.filter(incident=incident).update(text="")
    said = incident.events.filter(kind__in=(Kind.REPLIED, Kind.RATED)).values("seq")
    EventSecret.objects.filter(incident=incident, seq__in=said).delete()
    record(incident=incident, kind=Kind.ERASED, data={}, actor=actor, now=now)
