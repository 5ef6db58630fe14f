"""Letters about worsenings: to whoever answers for the place, and once more when nobody did."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Membership
from outbox.services import enqueue_mail
from satisfaction.access import owners_of
from satisfaction.models import Alert
from satisfaction.paths import alert_path
from satisfaction.sentences import interval_text, score_text
from sign_registry.models import Site
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language

KIND = "worsening"
#: Letters that were sent are cleared after three months, so nobody is reminded later than this.
REMINDED_WITHIN = dt.timedelta(days=60)


def tell_owners(alert: Alert, *, now: dt.datetime) -> int:
    """Write to everybody who answers for the place; tell how many letters that makes."""
    owners = owners_of(alert.site, civil_day(now, alert.municipality.timezone))
    return sum(_tell(alert, person, language, now) for person, language in _readers(alert, owners))


def remind_of_answers(*, now: dt.datetime) -> int:
    """Write once more where the day of the answer is over, to owners and to administrators."""
    written = 0
    for town in Municipality.objects.order_by("pk"):
        today = civil_day(now, town.timezone)
        late = Alert.objects.in_municipality(town).overdue_on(today)
        still_open = Site.objects.in_municipality(town).open_on(today)
        late = late.filter(answer_due_on__gte=today - REMINDED_WITHIN, site__in=still_open)
        for alert in late.select_related("site__municipality", "municipality"):
            written += _remind(alert, today, now)
    return written


@transaction.atomic
def _remind(alert: Alert, today: dt.date, now: dt.datetime) -> int:
    above = Membership.objects.in_municipality(alert.municipality).in_force(today)
    above = above.as_administrator().for_whole_town().filter(user__is_active=True)
    told = [*owners_of(alert.site, today), *above.select_related("user")]
    readers = _readers(alert, told)
    return sum(_remind_one(alert, address, language, now) for address, language in readers)


def _readers(alert: Alert, members: Iterable[Membership]) -> Iterator[tuple[str, str]]:
    """Address and language of people, each once."""
    own = alert.municipality.languages[0]
    found = {row.user.email: row.user.language or own for row in members if row.user.email}
    yield from found.items()


def _tell(alert: Alert, address: str, language: str, now: dt.datetime) -> bool:
    with translation.override(language):
        words = _words(alert, language)
        subject = _("The score of “%(place)s” has fallen") % words
        body = "\n\n".join(
            [
                _(
                    "The score of “%(place)s” has fallen from %(before)s to %(after)s, since about "
                    "%(since)s. With 95 %% certainty it fell by between %(least)s and %(most)s."
                )
                % words,
                _(
                    "Please answer by %(due)s: choose the works that mend it, or write a short "
                    "reply. Residents read the answer on the page of the place."
                )
                % words,
                _("Until %(reply)s the press office does not publish this place by itself.")
                % words,
                words["link"],
            ]
        )
    return _sent(alert, "told", address, (language, subject, body), now)


def _remind_one(alert: Alert, address: str, language: str, now: dt.datetime) -> bool:
    with translation.override(language):
        words = _words(alert, language)
        subject = _("Nobody has answered for “%(place)s” yet") % words
        body = _(
            "The score of “%(place)s” has fallen from %(before)s to %(after)s, since about "
            "%(since)s. The answer was due on %(due)s and is missing. This letter also goes to "
            "the administrators of the town.\n\n%(link)s"
        )
        body = body % words
    return _sent(alert, "late", address, (language, subject, body), now)


def _words(alert: Alert, language: str) -> dict[str, str]:
    town = alert.municipality
    least, most = interval_text(-alert.change_high, -alert.change_low, language)
    return {
        "place": in_language(alert.site.names, town.languages),
        "before": score_text(alert.score_before, language),
        "after": score_text(alert.score_after, language),
        "least": least,
        "most": most,
        "since": date_format(alert.since, "DATE_FORMAT"),
        "due": date_format(alert.answer_due_on, "DATE_FORMAT"),
        "reply": date_format(alert.reply_until, "DATE_FORMAT"),
        "link": town.sign_origin.rstrip("/") + alert_path(town.slug, alert.pk),
    }


def _sent(
    alert: Alert, what: str, address: str, letter: tuple[str, str, str], now: dt.datetime
) -> bool:
    language, subject, body = letter
    message = enqueue_mail(
        recipient=address,
        subject=subject,
        body=body,
        kind=KIND,
        now=now,
        language=language,
        sender=alert.municipality.mail_sender,
        queue=alert.municipality.slug,
        key=f"{KIND}-{what}-{alert.pk}-{address}",
    )
    return message.created_at == now
