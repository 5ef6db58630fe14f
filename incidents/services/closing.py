"""Closing a report with a reason, and opening it again."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.access import Right
from incidents.models import Incident, IncidentEvent
from incidents.services.recording import Actor, record
from incidents.services.standing import require
from incidents.workflow import Kind, Outcome, Status


@transaction.atomic
def close(
    *, incident: Incident, outcome: str, why: str, actor: Actor, now: dt.datetime
) -> IncidentEvent:
    """Close a report with its outcome and a reason, which the reporter reads.

    What the law wants answered is closed by its answer, and only then.

    Raises:
        PermissionDenied, ValidationError: `no_outcome`, `no_reason`, `needs_answer`,
            `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    if outcome not in Outcome.values:
        raise ValidationError(_("Choose how it ended."), code="no_outcome")
    why = why.strip()
    if not why:
        raise ValidationError(_("Write the reason."), code="no_reason")
    if incident.status != Status.ANSWERED and needs_answer(incident):
        raise ValidationError(
            _("The law wants an answer to this report. Write the answer; it closes the report."),
            code="needs_answer",
        )
    return record(
        incident=incident,
        kind=Kind.CLOSED,
        data={"outcome": outcome},
        actor=actor,
        now=now,
        secrets={"why": why},
    )


def needs_answer(incident: Incident) -> bool:
    """Whether a legal term for an answer runs: a category under a regime, and a known reporter."""
    category = incident.category
    if category is None or not category.regime:
        return False
    return not incident.reporter.is_anonymous


@transaction.atomic
def reopen(*, incident: Incident, why: str, actor: Actor, now: dt.datetime) -> IncidentEvent:
    """Open a report again, with the reason.

    Raises:
        PermissionDenied, ValidationError: `no_reason`, `cannot_follow`.
    """
    require(actor, incident, Right.HANDLE, now)
    why = why.strip()
    if not why:
        raise ValidationError(_("Write the reason."), code="no_reason")
    return record(
        incident=incident, kind=Kind.REOPENED, data={}, actor=actor, now=now, secrets={"why": why}
    )
