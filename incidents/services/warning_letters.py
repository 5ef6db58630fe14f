"""The letters of warnings: one a day to each person, and an alarm at once where there is danger."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from incidents.models import Alert, Incident
from incidents.services.ladder import Reader
from incidents.term_words import term_name
from notifications.models import PushSubscription
from outbox.models import OutboxMessage
from outbox.services import enqueue_mail, enqueue_push, enqueue_sms
from zones.days import civil_day
from zones.models import Municipality

KIND = "terms"
ALARM = "alert"  # the outbox sends these before all others
#: A letter names so many; the rest stand on the page.
MOST_NAMED = 30
_FIRST_LOOK_BACK = dt.timedelta(days=7)


def digests_since(town: Municipality, day: dt.date) -> bool:
    """Whether the letters of a day were written."""
    return OutboxMessage.objects.filter(batch=_batch(town, day)).exists()


@transaction.atomic
def write_digests(town: Municipality, now: dt.datetime) -> int:
    """One letter to each person about all warnings that no letter told yet; tell how many."""
    last = OutboxMessage.objects.filter(kind=KIND, queue=town.slug).aggregate(at=Max("created_at"))
    since = last["at"] or now - _FIRST_LOOK_BACK
    alerts = (
        Alert.objects.filter(incident__municipality=town, at__gt=since, user__isnull=False)
        .exclude(code="hazard")
        .select_related("user", "instead_of", "incident__category")
        .order_by("due_on", "incident__reference", "pk")
    )
    by_person: dict[User, list[Alert]] = {}
    for alert in alerts:
        if alert.user is not None:
            by_person.setdefault(alert.user, []).append(alert)
    for user, own in sorted(by_person.items(), key=lambda pair: pair[0].pk):
        if user.email:
            _write_digest(town, user, own, now)
    return len(by_person)


def write_alarm(incident: Incident, reader: Reader, now: dt.datetime) -> None:
    """E-mail, text message and phone at once, whatever the hour."""
    town, user = incident.municipality, reader.user
    language = user.language or town.languages[0]
    link = _link(town, f"/{town.slug}/desk/")
    with translation.override(language):
        category = incident.category.name if incident.category else ""
        words = {
            "reference": incident.reference,
            "category": category,
            "place": incident.place_text or _("no place given"),
            "link": link,
        }
        subject = _("Danger reported: %(category)s, %(reference)s") % words
        body = _("%(category)s\n%(place)s\n\nReport %(reference)s: %(link)s") % words
    key = f"hazard-{incident.pk}-{user.pk}"
    if user.email:
        enqueue_mail(
            recipient=user.email,
            subject=subject,
            body=body,
            kind=ALARM,
            now=now,
            language=language,
            sender=town.mail_sender,
            queue=town.slug,
            key=f"{key}-mail",
        )
    if settings.MEGDAN_SMS_URL and user.phone:
        text = f"{subject}. {words['place']}"
        enqueue_sms(
            phone=user.phone, text=text, kind=ALARM, now=now, queue=town.slug, key=f"{key}-sms"
        )
    for row in PushSubscription.objects.in_municipality(town).of(user).listening():
        try:
            enqueue_push(
                address=row.address,
                title=subject,
                body=str(words["place"]),
                url=link,
                kind=ALARM,
                now=now,
                queue=town.slug,
                key=f"{key}-push-{row.pk}",
                language=language,
            )
        except ValidationError:
            continue  # the browser stopped listening a moment ago; the letter goes all the same


def _write_digest(
    town: Municipality, user: User, alerts: list[Alert], now: dt.datetime
) -> OutboxMessage:
    today = civil_day(now, town.timezone)
    language = user.language or town.languages[0]
    with translation.override(language):
        subject = ngettext(
            "%(n)d report needs you: its term ends or is over",
            "%(n)d reports need you: their terms end or are over",
            len({alert.incident_id for alert in alerts}),
        ) % {"n": len({alert.incident_id for alert in alerts})}
        lines = [_line(alert, today) for alert in alerts[:MOST_NAMED]]
        if len(alerts) > MOST_NAMED:
            lines.append(_("… and %(n)d more") % {"n": len(alerts) - MOST_NAMED})
        lines += ["", _("All terms: %(link)s") % {"link": _link(town, terms_path(town.slug))}]
        return enqueue_mail(
            recipient=user.email,
            subject=subject,
            body="\n".join(lines),
            kind=KIND,
            now=now,
            language=language,
            sender=town.mail_sender,
            queue=town.slug,
            batch=_batch(town, today),
            key=f"{KIND}-{town.pk}-{today:%Y%m%d}-{user.pk}",
        )


def terms_path(slug: str) -> str:
    """The page of terms."""
    return f"/{slug}/desk/terms/"


def _line(alert: Alert, today: dt.date) -> str:
    incident = alert.incident
    parts = [
        incident.reference,
        incident.category.name if incident.category else "",
        incident.place_text,
        term_name(alert.code),
        due_words(alert.due_on, today),
    ]
    if alert.instead_of is not None:
        parts.append(_("you stand in for %(name)s") % {"name": alert.instead_of})
    return " · ".join(part for part in parts if part)


def due_words(due_on: dt.date, today: dt.date) -> str:
    """How far the last day is, in words."""
    days = (due_on - today).days
    day = date_format(due_on, "DATE_FORMAT")
    if days == 0:
        return _("due today")
    if days > 0:
        words = ngettext("due in %(n)d day, on %(day)s", "due in %(n)d days, on %(day)s", days)
        return words % {"n": days, "day": day}
    words = ngettext(
        "%(n)d day late, was due on %(day)s", "%(n)d days late, was due on %(day)s", -days
    )
    return words % {"n": -days, "day": day}


def _link(town: Municipality, path: str) -> str:
    return town.sign_origin.rstrip("/") + path


def _batch(town: Municipality, day: dt.date) -> str:
    return f"{KIND}-{town.pk}-{day:%Y%m%d}"
