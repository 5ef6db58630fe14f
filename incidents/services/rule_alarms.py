"""Raises an alarm about rules that cannot be followed: a letter a day for each, to each person."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from incidents.competence import BrokenRule
from incidents.competence_words import fault_in_words
from outbox.services import enqueue_mail
from zones.days import civil_day
from zones.models import Municipality

KIND = "broken_rule"


def alarm_about(
    *, municipality: Municipality, broken: Iterable[BrokenRule], now: dt.datetime
) -> int:
    """Write to everybody who sets rules or sorts reports; tell how many letters are meant."""
    faults = list(broken)
    if not faults:
        return 0
    today = civil_day(now, municipality.timezone)
    readers = list(_readers(municipality, today))
    for fault in faults:
        for address, language in readers:
            _write(municipality, fault, address, language, now)
    return len(faults) * len(readers)


def _readers(municipality: Municipality, today: dt.date) -> Iterator[tuple[str, str]]:
    """Address and language of people, each once."""
    roles = ROLES_WITH[Right.SET_RULES] | ROLES_WITH[Right.SORT]
    held = (
        Membership.objects.in_municipality(municipality)
        .in_force(today)
        .with_role(roles)
        .filter(user__is_active=True)
        .select_related("user")
    )
    own = municipality.languages[0]
    found = {row.user.email: row.user.language or own for row in held if row.user.email}
    yield from found.items()


def _write(
    municipality: Municipality, fault: BrokenRule, address: str, language: str, now: dt.datetime
) -> None:
    day = civil_day(now, municipality.timezone)
    with translation.override(language):
        words = {
            "code": fault.code,
            "why": fault_in_words(fault.why),
            "link": _address(municipality),
        }
        enqueue_mail(
            recipient=address,
            subject=_("The rule “%(code)s” cannot be followed") % words,
            body=_(
                "A report came in to which the rule “%(code)s” might apply. %(why)s The report "
                "went to whom the next rule names, or waits to be sorted. Please mend the rule:"
                "\n\n%(link)s"
            )
            % words,
            kind=KIND,
            now=now,
            language=language,
            sender=municipality.mail_sender,
            queue=municipality.slug,
            key=f"{KIND}-{fault.rule_id}-{day:%Y%m%d}-{address}",
        )


def _address(municipality: Municipality) -> str:
    return f"{municipality.sign_origin.rstrip('/')}/{municipality.slug}/town/rules/"
