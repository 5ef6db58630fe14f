"""What waits at the desk of reports; each line counts what its page shows the same person."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Min, Q
from django.utils.translation import ngettext

from departments.access import Right
from departments.due import Due, Urgency, urgency_of, waiting
from incidents.competence import rules_of
from incidents.models import AnswerDraft, Incident, MailDraft
from incidents.reach import Hat, every_hat
from incidents.services.rules import rules_now
from incidents.services.waiting import under, waiting_for
from incidents.workflow import WaitsFor
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MODULE = "reports"


def due_for(
    user: "User | AnonymousUser", municipality: Municipality, now: dt.datetime
) -> list[Due]:
    """Reports, letters, answers and rules, as department x category x area of each role allow."""
    if MODULE not in municipality.modules or not user.is_authenticated:
        return []
    today = civil_day(now, municipality.timezone)
    held = every_hat(user, municipality, now)
    handling = under(held, Right.HANDLE)
    return waiting(
        [
            *(_reports(user, municipality, handling, today) if handling else []),
            *_sorting(municipality, under(held, Right.SORT)),
            *_intake(municipality, under(held, Right.TAKE_IN), today),
            *_release(municipality, under(held, Right.RELEASE)),
            *_rules(municipality, under(held, Right.SET_RULES), today),
        ]
    )


def _reports(
    user: "User", municipality: Municipality, held: Sequence[Hat], today: dt.date
) -> list[Due]:
    counts = waiting_for(municipality=municipality, user=user, held=held, today=today)
    seen = Incident.objects.in_municipality(municipality).seen_under(held).alive()
    signed = {waits: seen.filter(waits_for=waits) for waits in (WaitsFor.HEAD, WaitsFor.AUTHORITY)}
    first = seen.aggregate(
        late=Min("due_on", filter=Q(due_on__lt=today)),
        head=Min("due_on", filter=Q(pk__in=signed[WaitsFor.HEAD].values("pk"))),
        authority=Min("due_on", filter=Q(pk__in=signed[WaitsFor.AUTHORITY].values("pk"))),
        mine=Min("due_on", filter=Q(handler=user)),
    )
    late, now_due, mine = counts["late"], counts["today"], counts["mine"]
    head, authority = counts.get("head", 0), counts.get("authority", 0)
    words = {
        "late": ngettext("%(count)d report is late", "%(count)d reports are late", late),
        "today": ngettext(
            "%(count)d report is due today", "%(count)d reports are due today", now_due
        ),
        "head": ngettext(
            "%(count)d answer waits for your approval",
            "%(count)d answers wait for your approval",
            head,
        ),
        "authority": ngettext(
            "%(count)d answer waits for your signature",
            "%(count)d answers wait for your signature",
            authority,
        ),
        "mine": ngettext("%(count)d report is yours", "%(count)d reports are yours", mine),
    }
    asked = {"late": "late=1", "today": "today=1", "mine": "mine=1"}
    until = {**first, "today": today}
    return [
        Due(
            f"reports_{code}",
            "check" if code in ("head", "authority") else "list",
            counts.get(code, 0),
            text,
            f"desk/?{asked.get(code, f'waits={code}')}",
            urgency_of(until[code], today),
            until[code],
        )
        for code, text in words.items()
    ]


def _sorting(municipality: Municipality, held: Sequence[Hat]) -> list[Due]:
    if not held:
        return []
    rows = Incident.objects.in_municipality(municipality).seen_under(held).to_sort()
    count = rows.exclude(waits_for=WaitsFor.REPORTER).count()
    text = ngettext(
        "%(count)d report waits to be sorted", "%(count)d reports wait to be sorted", count
    )
    return [Due("sorting", "layers", count, text, "desk/sorting/", Urgency.TODAY)]


def _intake(municipality: Municipality, held: Sequence[Hat], today: dt.date) -> list[Due]:
    if not held:
        return []
    cases = Incident.objects.in_municipality(municipality).seen_under(held)
    answers = AnswerDraft.objects.filter(
        step=AnswerDraft.Step.RELATIONS, incident__in=cases.filter(waits_for=WaitsFor.RELATIONS)
    )
    first = answers.aggregate(first=Min("incident__due_on"))["first"]
    sending, letters = answers.count(), MailDraft.objects.in_municipality(municipality)
    waits = letters.waiting().count()
    send = ngettext(
        "%(count)d signed answer waits to be sent",
        "%(count)d signed answers wait to be sent",
        sending,
    )
    read = ngettext("%(count)d letter is to be read", "%(count)d letters are to be read", waits)
    return [
        Due("to_send", "share", sending, send, "desk/to-send/", urgency_of(first, today), first),
        Due("letters", "plus", waits, read, "desk/letters/"),
    ]


def _release(municipality: Municipality, held: Sequence[Hat]) -> list[Due]:
    if not held:
        return []
    count = Incident.objects.in_municipality(municipality).seen_under(held).to_release().count()
    text = ngettext(
        "%(count)d report or picture waits to be released",
        "%(count)d reports or pictures wait to be released",
        count,
    )
    return [Due("release", "camera", count, text, "desk/release/")]


def _rules(municipality: Municipality, held: Sequence[Hat], today: dt.date) -> list[Due]:
    """Rules in force that cannot be followed; their page takes a role for the whole town."""
    if not any(hat.departments is None and hat.zones is None for hat in held):
        return []
    rules = rules_now(municipality)
    if rules is None:
        return []
    count = len(rules_of(rules, today).broken)
    text = ngettext(
        "%(count)d rule cannot be followed", "%(count)d rules cannot be followed", count
    )
    path = f"town/rules/?version={rules.number}"
    return [Due("rules", "warn", count, text, path, Urgency.LATE)]
