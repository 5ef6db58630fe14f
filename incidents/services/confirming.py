"""Confirms the e-mail address of a report: only then anybody works on it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from incidents.models import Incident, Reporter
from incidents.services.outages import absorb_new
from incidents.services.receipts import confirm_code
from incidents.services.recording import Actor, record
from incidents.services.releasing import release_by_rule
from incidents.services.routing import route
from incidents.services.telling import tell_received
from incidents.workflow import Kind, Status

#: A letter that lay longer is about a fault that others have seen by then.
LIFE = dt.timedelta(days=7)


@transaction.atomic
def confirm_report(*, incident: Incident, now: dt.datetime) -> None:
    """Let a report go its way once its reporter opened the letter; a second call is nothing.

    Raises:
        ValidationError: `too_late` when a week went by, `erased` when the reporter took it back.
    """
    current = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if current.status != Status.NEW:
        return
    if now - current.reported_at > LIFE:
        raise ValidationError(
            _("More than a week went by, so this report was not kept. Report it again."),
            code="too_late",
        )
    updated = Reporter.objects.filter(incident=current, erased_at__isnull=True).update(
        confirmed_at=now
    )
    if not updated:
        raise ValidationError(_("The data of this report was erased."), code="erased")
    record(incident=current, kind=Kind.CONFIRMED, data={}, actor=Actor("reporter"), now=now)
    release_by_rule(incident=current, now=now)
    route(incident=current, now=now)
    absorb_new(current, now)
    tell_received(current, now)


def fits_code(incident: Incident, typed: str) -> bool:
    """Whether somebody typed the code of the letter; blanks and dashes do not count."""
    digits = "".join(symbol for symbol in typed if symbol.isdecimal())
    return constant_time_compare(digits, confirm_code(incident).replace("-", ""))
