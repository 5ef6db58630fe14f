"""What somebody keeps after reporting: reference, link, mark of the last event, the term."""

import datetime as dt
from collections.abc import Sequence

from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.models import Clock, Incident, Reporter
from incidents.track_paths import track_path
from incidents.workflow import ENDED, Status
from notifications.paths import absolute

MARK_DIGITS = 10
#: What is a term for the reporter, the first that runs counts; others are for the house.
TERMS = ("answer", "target")


def mark_of(incident: Incident) -> str:
    """The first digits of the hash of the last event; whoever kept them can prove what stood."""
    return bytes(incident.head_hash).hex()[:MARK_DIGITS]


def confirm_code(incident: Incident) -> str:
    """Eight digits for whoever reads the letter on another device; nothing is stored for it."""
    digest = salted_hmac("incidents.confirm", incident.tracking, algorithm="sha256").digest()
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"
    return f"{digits[:4]}-{digits[4:]}"


def link_of(incident: Incident) -> str:
    """Absolute address of the reporter's page."""
    town = incident.municipality
    return absolute(town.sign_origin, track_path(town.slug, incident.tracking))


def reporter_of(incident: Incident) -> Reporter | None:
    """Who reported; none where the row was taken away."""
    return Reporter.objects.filter(incident=incident).select_related("user").first()


def term_words(incident: Incident) -> str:
    """The one term that applies, or why none does; "" once the report has ended. Two queries."""
    if incident.status in ENDED or incident.status == Status.NEW:
        return ""
    reporter = reporter_of(incident)
    if reporter is not None and reporter.erased_at is None and reporter.is_anonymous:
        return _no_term(incident.municipality.country)
    clock = term_of(incident)
    if clock is None:
        return ""
    words = {"day": date_format(clock.due_on, "DATE_FORMAT")}
    if clock.is_binding:
        return _("The law asks for an answer by %(day)s.") % words
    return _("The town hall aims to answer by %(day)s.") % words


def term_of(incident: Incident) -> Clock | None:
    """The running term that the reporter waits for; a binding one before a target. One query."""
    found: Sequence[Clock] = [
        clock for clock in incident.clocks.filter(state="running") if clock.code in TERMS
    ]
    ordered = sorted(found, key=lambda one: (not one.is_binding, TERMS.index(one.code), one.due_on))
    return ordered[0] if ordered else None


def _no_term(country: str) -> str:
    """Why no legal term runs for a report without a name."""
    if country == "RO":
        return _(
            "No legal term runs for a report without a name (Government Ordinance 27/2002, "
            "article 7). The town hall works on it all the same."
        )
    if country == "BG":
        return _(
            "No legal term runs for a report without a name (Administrative Procedure Code, "
            "article 111). The town hall works on it all the same."
        )
    return _("No legal term runs for a report without a name. It is worked on all the same.")


def is_late(clock: Clock, today: dt.date) -> bool:
    """Whether a running term is over."""
    return clock.due_on < today
