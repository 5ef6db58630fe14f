"""Finds signs that fell silent, puts them on the crew's list, and tells the head once a week."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outbox.services import enqueue_mail
from sign_registry.models import Sign, SignPulse
from sign_registry.services.inspections import crew_leads
from sign_registry.services.rounds import suggest_to_look_at
from sign_registry.silence import LONGEST_HISTORY, is_asleep
from sign_registry.workflow import ANSWERING
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language

_WEEK = dt.timedelta(weeks=1)
#: A letter names so many; the rest stand on the list.
MOST_NAMED = 20


def look_for_silence(*, now: dt.datetime) -> int:
    """Put every sign that fell silent on its town's list; tell how many were new there."""
    found = 0
    for town in Municipality.objects.all():
        today = civil_day(now, town.timezone)
        silent = list(silent_signs(town, today))
        with translation.override(town.languages[0]):
            found += len(suggest_to_look_at(municipality=town, signs=silent, today=today))
    return found


def silent_signs(town: Municipality, today: dt.date) -> Iterator[Sign]:
    """Signs that hang and whose last whole weeks are too quiet for their own history."""
    monday = today - dt.timedelta(days=today.weekday())
    weeks = [monday - _WEEK * back for back in range(LONGEST_HISTORY, 0, -1)]
    signs = {
        sign.pk: sign
        for sign in Sign.objects.in_municipality(town)
        .in_state(*ANSWERING)
        .select_related("site")
        .order_by("number")
    }
    scans: dict[int, dict[dt.date, int]] = {}
    pulses = SignPulse.objects.filter(sign__in=signs, week__gte=weeks[0], week__lt=monday)
    for sign, week, count in pulses.values_list("sign", "week", "scans"):
        scans.setdefault(sign, {})[week] = count
    for pk, by_week in scans.items():
        hung = signs[pk].installed_on or min(by_week)
        history = [by_week.get(week, 0) for week in weeks if week >= hung]
        if is_asleep(history):
            yield signs[pk]


@transaction.atomic
def mail_digest(*, now: dt.datetime) -> int:
    """Write the week's letter to the heads of crews where something waits; tell how many."""
    written = 0
    for town in Municipality.objects.all():
        today = civil_day(now, town.timezone)
        waiting = list(_waiting(town))
        if not waiting:
            continue
        for address, language in crew_leads(town, today):
            _mail(town, waiting, address, language, now)
            written += 1
    return written


def _waiting(town: Municipality) -> Iterator[Sign]:
    """Signs with an inspection nobody has made yet, and those that are out of order."""
    signs = Sign.objects.in_municipality(town).select_related("site")
    to_look = signs.filter(stops__task="inspect", stops__done_on__isnull=True)
    broken = signs.in_state("damaged", "missing", "suspected_tampered")
    yield from (to_look | broken).distinct().order_by("number")


def _mail(
    town: Municipality, waiting: list[Sign], address: str, language: str, now: dt.datetime
) -> None:
    week = civil_day(now, town.timezone).isocalendar()
    with translation.override(language):
        subject = ngettext(
            "%(n)d sign to look at this week", "%(n)d signs to look at this week", len(waiting)
        ) % {"n": len(waiting)}
        lines = [_line(sign) for sign in waiting[:MOST_NAMED]]
        enqueue_mail(
            recipient=address,
            subject=subject,
            body=_(
                "These signs are damaged or missing, or were scanned every week and then no more:"
                "\n\n%(list)s\n\nThey stand on the crew's list: %(path)s"
            )
            % {"list": "\n".join(lines), "path": f"/{town.slug}/crew/"},
            kind="digest",
            now=now,
            language=language,
            sender=town.mail_sender,
            queue=town.slug,
            key=f"signs-{town.pk}-{week.year}-{week.week}-{address}",
        )


def _line(sign: Sign) -> str:
    place = in_language(sign.site.names) if sign.site else ""
    return f"{sign.number} · {place} · {sign.get_state_display()}"
