"""Getting a sign printed again: at once by whoever runs the signs, else by asking them."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from outbox.services import enqueue_mail
from sign_registry.models import Sign
from sign_registry.services.inspections import crew_leads, sign_page
from sign_registry.services.rounds import suggest_to_look_at
from sign_registry.services.signs import replace_code
from sign_registry.workflow import IllegalTransition, State, Who, moves_of
from zones.days import civil_day
from zones.names import in_language

#: What an owner is told of first: the sign is not what it was hung as.
TROUBLED = (State.DAMAGED, State.MISSING, State.SUSPECTED_TAMPERED)


def can_be_printed_again(sign: Sign) -> bool:
    """Whether a plate of it was printed and its life goes on."""
    return sign.state != State.ON_HOLD and State.APPROVED in set(moves_of(sign.state, Who.OFFICE))


@transaction.atomic
def print_again(*, sign: Sign, actor: Membership, now: dt.datetime, reason: str) -> bool:
    """Send a sign to be printed again with a new code, or ask the head of the crew to.

    Returns:
        True if it is sent to the printer; False if the head of the crew was asked.

    Raises:
        PermissionDenied: for somebody who answers for no places of this town.
        ValidationError: `needs_reason`; `not_printed` where there is no plate to replace.
    """
    town = sign.municipality
    if actor.municipality_id != town.pk or actor.role not in ROLES_WITH[Right.OWN_SITES]:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Write what is wrong with the sign."), code="needs_reason")
    if not can_be_printed_again(sign):
        raise ValidationError(
            _("This sign cannot be printed again now. Ask the head of the sign crew."),
            code="not_printed",
        )
    if actor.role in ROLES_WITH[Right.RUN_SIGNS]:
        try:
            replace_code(sign=sign, actor=actor, now=now, reason=reason.strip())
        except IllegalTransition as moved:
            raise ValidationError(
                _("Somebody moved this sign just now. Load the page again."), code="not_printed"
            ) from moved
        return True
    today = civil_day(now, town.timezone)
    with translation.override(town.languages[0]):
        suggest_to_look_at(municipality=town, signs=[sign], today=today)
    for address, language in crew_leads(town, today):
        _ask(sign, actor, reason.strip(), (address, language), now)
    return False


def _ask(
    sign: Sign, actor: Membership, reason: str, reader: tuple[str, str], now: dt.datetime
) -> None:
    town = sign.municipality
    address, language = reader
    with translation.override(language):
        words = {
            "number": sign.number,
            "place": in_language(sign.site.names, town.languages) if sign.site else "",
            "person": str(actor.user),
            "reason": reason,
            "path": sign_page(sign),
        }
        enqueue_mail(
            recipient=address,
            subject=_("Sign %(number)d: please print it again") % words,
            body=_(
                "%(person)s asks for sign %(number)d (%(place)s) to be printed again:\n\n"
                "%(reason)s\n\nThe sign stands on the list of signs to look at. %(path)s"
            )
            % words,
            kind="print-again",
            now=now,
            language=language,
            sender=town.mail_sender,
            queue=town.slug,
            key=f"print-again-{sign.pk}-{civil_day(now, town.timezone)}-{address}",
        )
