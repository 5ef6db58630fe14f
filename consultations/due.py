"""What waits with consultations: phases and legal terms that end, words to be looked at."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils.translation import ngettext

from consultations.models import Contribution, LegalNotice, Phase, Process
from departments.access import Right
from departments.due import Due, holds_everywhere, urgency_of, waiting
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MODULE = "consultations"
#: What the list of consultations can be narrowed to.
PHASE, NOTICE = "phase", "notice"
SOON = dt.timedelta(days=7)


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Lines of those who prepare consultations and of those who moderate. At most seven queries."""
    if MODULE not in municipality.modules:
        return []
    today = civil_day(now, municipality.timezone)
    lines: list[Due] = []
    if holds_everywhere(user, municipality, Right.CONSULT, today):
        lines += [_phases(municipality, now, today), _notices(municipality, today)]
    if holds_everywhere(user, municipality, Right.MODERATE, today):
        lines.append(_voices(municipality))
    return waiting(lines)


def _phases(municipality: Municipality, now: dt.datetime, today: dt.date) -> Due:
    rows = Process.objects.in_municipality(municipality).phase_ends_within(now, SOON)
    ending = Phase.objects.filter(process__in=rows, ends_at__lt=now + SOON).holding(now)
    first = ending.aggregate(first=Min("ends_at"))["first"]
    until = civil_day(first, municipality.timezone) if first else None
    count = rows.count()
    text = ngettext(
        "A phase of %(count)d consultation ends within a week",
        "Phases of %(count)d consultations end within a week",
        count,
    )
    path = f"plan/consultations/?due={PHASE}"
    return Due("phases", "chat", count, text, path, urgency_of(until, today), until)


def _notices(municipality: Municipality, today: dt.date) -> Due:
    rows = Process.objects.in_municipality(municipality).notice_runs(today)
    notices = LegalNotice.objects.filter(process__in=rows)
    until = notices.aggregate(first=Min("proposals_until"))["first"]
    count = rows.count()
    text = ngettext(
        "The legal term for proposals runs in %(count)d consultation",
        "The legal term for proposals runs in %(count)d consultations",
        count,
    )
    path = f"plan/consultations/?due={NOTICE}"
    return Due("legal_terms", "list", count, text, path, urgency_of(until, today), until)


def _voices(municipality: Municipality) -> Due:
    count = Contribution.objects.in_municipality(municipality).waiting().count()
    text = ngettext(
        "%(count)d contribution waits to be released",
        "%(count)d contributions wait to be released",
        count,
    )
    return Due("voices", "chat", count, text, "plan/consultations/voices/")
