"""Mails the seal of a day, so that a copy lies where the town hall cannot change it."""

import datetime as dt

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Membership
from incidents.models import LedgerRoot
from outbox.services import enqueue_mail
from zones.days import civil_day
from zones.models import Municipality

KIND = "seal"


def mail_seal(*, municipality: Municipality, root: LedgerRoot, now: dt.datetime) -> int:
    """Write the letter of a day to everybody who keeps copies; tell how many letters that is."""
    readers = seal_readers(municipality, now)
    with translation.override(municipality.languages[0]):
        day = date_format(root.day, "DATE_FORMAT")
        subject = _("Daily seal of the reports, %(day)s") % {"day": day}
        body = _body(municipality, root, day)
    for address in readers:
        enqueue_mail(
            recipient=address,
            subject=subject,
            body=body,
            kind=KIND,
            now=now,
            language=municipality.languages[0],
            sender=municipality.mail_sender,
            queue=municipality.slug,
            key=f"seal-{municipality.pk}-{root.day:%Y-%m-%d}-{address}",
        )
    return len(readers)


def seal_readers(municipality: Municipality, now: dt.datetime) -> list[str]:
    """The data protection officer and the heads for the whole town, each address once."""
    held = (
        Membership.objects.in_municipality(municipality)
        .in_force(civil_day(now, municipality.timezone))
        .with_role([Membership.Role.HEAD])
        .for_whole_town()
        .filter(user__is_active=True)
        .values_list("user__email", flat=True)
    )
    return sorted({address for address in (*held, municipality.privacy_contact) if address})


def _body(municipality: Municipality, root: LedgerRoot, day: str) -> str:
    figures = [
        (_("Day"), root.day.isoformat()),
        (_("Reports"), str(root.reports)),
        (_("Steps"), str(root.events)),
        (_("Seal"), bytes(root.root).hex()),
        (_("Signature"), bytes(root.signature).hex()),
        (_("Public key"), root.key),
    ]
    said = [
        _(
            "This letter holds the seal of all reports to the town hall of %(town)s as they were "
            "at the end of %(day)s. Keep it: with it anybody can show later whether a report was "
            "changed, taken away or moved back in time."
        )
        % {"town": municipality.name, "day": day},
        "\n".join(f"{label}: {value}" for label, value in figures),
    ]
    if municipality.sign_origin:
        link = f"{municipality.sign_origin.rstrip('/')}/{municipality.slug}/ledger/"
        said.append(_("All seals, and how to check them: %(link)s") % {"link": link})
    return "\n\n".join(said)
