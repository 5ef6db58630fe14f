"""Looking at who reported: masked until a reason is given, and each look is kept."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.access import Right
from incidents.models import Incident, ReporterLook
from incidents.services.recording import Actor
from incidents.services.standing import require


def reveal(*, incident: Incident, reason: str, actor: Actor, now: dt.datetime) -> ReporterLook:
    """Record a look at a reporter; call it before anything is shown.

    Raises:
        PermissionDenied: the actor may not work on this report.
        ValidationError: `no_reason`.
    """
    require(actor, incident, Right.HANDLE, now)
    if reason not in ReporterLook.Reason.values or actor.user is None:
        raise ValidationError(_("Choose what you need it for."), code="no_reason")
    return ReporterLook.objects.create(
        incident=incident, seen_by=actor.user, seen_at=now, reason=reason
    )
