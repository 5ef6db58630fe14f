"""Whether the reporter is satisfied; a "no" within two weeks opens the report again."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident, Verdict
from incidents.services.recording import Actor, record
from incidents.workflow import Kind, Status

REOPENS = dt.timedelta(days=14)
ENDINGS = (Kind.ANSWERED, Kind.LEG_DONE, Kind.CLOSED)
JUDGED = (Status.ANSWERED, Status.CLOSED)
LONGEST_WHY = 1000


def ending_of(incident: Incident, now: dt.datetime) -> int | None:
    """The event that can be judged now, None where there is none, or it was judged, or too late."""
    if incident.status not in JUDGED:
        return None
    last = incident.events.filter(kind__in=ENDINGS).order_by("-seq").first()
    if last is None or now - last.at > REOPENS:
        return None
    if Verdict.objects.filter(incident=incident, seq=last.seq).exists():
        return None
    return last.seq


@transaction.atomic
def judge(*, incident: Incident, is_satisfied: bool, why: str, now: dt.datetime) -> Verdict:
    """Keep what the reporter says of the answer; "not solved" opens the report again.

    Raises:
        ValidationError: `not_asked` when nothing can be judged now, `no_reason`, `too_long`.
    """
    current = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    seq = ending_of(current, now)
    if seq is None:
        raise ValidationError(
            _("You have said so already, or more than two weeks went by. Report it again, please."),
            code="not_asked",
        )
    why = why.replace("\x00", "").strip()
    if not is_satisfied and not why:
        raise ValidationError(_("Say what is not solved."), code="no_reason")
    if len(why) > LONGEST_WHY:
        raise ValidationError(_("Say it shorter, please."), code="too_long")
    actor = Actor("reporter")
    said = {"why": why} if why else {}
    data = {"answer": seq, "is_satisfied": is_satisfied}
    record(incident=current, kind=Kind.RATED, data=data, actor=actor, now=now, secrets=said)
    verdict = Verdict.objects.create(
        incident=current, seq=seq, is_satisfied=is_satisfied, text=why, at=now
    )
    if not is_satisfied:
        record(
            incident=current,
            kind=Kind.REOPENED,
            data={"by": "reporter", "answer": seq},
            actor=actor,
            now=now,
            secrets=said,
        )
    return verdict
