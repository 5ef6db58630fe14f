"""Letters about sendings: to the receiver, to the arbiter, and the receiver's list of the day.

A letter says no more than which report and where; words, pictures and persons are behind its link.
"""

import datetime as dt
from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from departments.models import Department, Membership
from incidents.models import Incident, Leg
from incidents.partner_links import Link, leg_path, sheet_path
from outbox.services import enqueue_mail
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language


def leg_url(leg: Leg) -> str:
    """Absolute address of the page of a sending."""
    town = leg.incident.municipality
    return town.sign_origin.rstrip("/") + leg_path(town.slug, Link(town.pk, leg.pk))


def sheet_url(receiver: Department, town: Municipality) -> str:
    """Absolute address of what waits for a receiver, for some days."""
    return town.sign_origin.rstrip("/") + sheet_path(town.slug, Link(town.pk, receiver.pk))


def write_to_receiver(leg: Leg, now: dt.datetime) -> bool:
    """Tell a body what was sent to it; whether there is an address to write to."""
    incident, town = leg.incident, leg.incident.municipality
    if not leg.receiver.email:
        return False
    url = leg_url(leg)
    with translation.override(town.languages[0]):
        facts = [
            *what_and_where(incident),
            _("Legal basis: %(basis)s") % {"basis": leg.legal_basis},
        ]
        opening = _("%(town)s sends you a report that seems to be your matter.")
        opening %= {"town": town.name}
        closing = _("Opening a link changes nothing. Please do not pass this letter on.")
        lines = [
            opening,
            "\n".join(facts),
            leg.message,
            _("It is ours, and will be done by …:") + f"\n{url}#ours",
            _("It is not ours, because …:") + f"\n{url}#not-ours",
            closing,
        ]
        subject = _("Report %(reference)s for you") % {"reference": incident.reference}
        shown = {
            "language": town.languages[0],
            "accent": town.accent,
            "title": subject,
            "opening": opening,
            "facts": facts,
            "message": leg.message,
            "url": url,
            "closing": closing,
        }
        html = render_to_string("incidents/letters/leg.html", shown)
        _write(town, leg.receiver.email, subject, lines, "leg", f"leg-{leg.pk}", now, html)
    return True


def what_and_where(incident: Incident) -> list[str]:
    """Number, kind and place of a report, in the language switched on."""
    facts = [_("Report: %(reference)s") % {"reference": incident.reference}]
    if incident.category:
        facts.append(_("About: %(category)s") % {"category": incident.category.name})
    if incident.place_text:
        facts.append(_("Where: %(place)s") % {"place": incident.place_text})
    return facts


def call_arbiter(leg: Leg, now: dt.datetime) -> int:
    """Ask the head of the whole town to say who is competent; to how many it was written."""
    incident, town = leg.incident, leg.incident.municipality
    people = heads_of_town(town, now)
    chain = [
        f"{one.number}. {one.receiver.name} · {one.get_state_display()}"
        for one in incident.legs.select_related("receiver").order_by("number")
    ]
    for person in people:
        with translation.override(person.language or town.languages[0]):
            lines = [
                _("This report is being passed around. Please decide whose matter it is."),
                "\n".join(what_and_where(incident)),
                "\n".join(chain),
                f"{town.sign_origin.rstrip('/')}/{town.slug}/desk/{incident.pk}/",
            ]
            subject = _("Report %(reference)s was sent on %(number)d times") % {
                "reference": incident.reference,
                "number": leg.number,
            }
            key = f"arbiter-{leg.pk}-{person.pk}"
            _write(town, person.email, subject, lines, "arbiter", key, now)
    return len(people)


def heads_of_town(town: Municipality, now: dt.datetime) -> list[User]:
    """Who signs for the whole town today: mayors, and whoever stands in for them."""
    today = civil_day(now, town.timezone)
    held = Membership.objects.in_municipality(town).in_force(today).with_role(["head"])
    rows = held.for_whole_town().filter(user__is_active=True).select_related("user")
    return list({one.user_id: one.user for one in rows.order_by("pk") if one.user.email}.values())


def mail_day_sheets(*, now: dt.datetime) -> int:
    """Write to each body what waits for it, once a day; how many letters were written."""
    written = 0
    bodies = Department.objects.filter(legs__in=Leg.objects.waiting(), is_active=True)
    rows = bodies.exclude(email="").select_related("municipality").distinct().order_by("pk")
    for receiver in rows:
        town = receiver.municipality
        if "reports" not in town.modules:
            continue
        today = civil_day(now, town.timezone)
        waiting = Leg.objects.to(receiver).waiting().count()
        with translation.override(town.languages[0]):
            subject = ngettext(
                "%(number)d report waits for you", "%(number)d reports wait for you", waiting
            ) % {"number": waiting}
            name = in_language(receiver.names)
            lines = [name, subject, sheet_url(receiver, town), _("The link opens for three days.")]
            key = f"day-sheet-{receiver.pk}-{today.isoformat()}"
            _write(town, receiver.email, subject, lines, "day_sheet", key, now)
        written += 1
    return written


def _write(  # noqa: PLR0913 - the parts of one letter
    town: Municipality,
    recipient: str,
    subject: str,
    lines: Sequence[str],
    kind: str,
    key: str,
    now: dt.datetime,
    html: str = "",
) -> None:
    enqueue_mail(
        recipient=recipient,
        subject=" ".join(f"{town.name}: {subject}".split())[:200],
        body="\n\n".join(line for line in lines if line),
        html=html,
        kind=kind,
        now=now,
        language=translation.get_language() or town.languages[0],
        sender=town.mail_sender,
        queue=town.slug,
        key=key,
    )
