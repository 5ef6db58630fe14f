"""Sending the code that proves an e-mail address or a telephone when somebody registers."""

import datetime as dt
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from outbox.models import OutboxMessage
from outbox.services import SIGN_IN, enqueue_mail, enqueue_sms
from zones.models import Municipality
from zones.names import in_language

DIGITS = 8


def takes_telephones() -> bool:
    """Whether the operator named a gateway for text messages."""
    return bool(getattr(settings, "MEGDAN_SMS_URL", ""))


def new_code() -> str:
    """Eight digits with a dash in the middle."""
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return f"{digits[:4]}-{digits[4:]}"


def code_digest(code: str, bound_to: str) -> str:
    """What is kept of a code until it is typed in; worth nothing for another address."""
    digits = "".join(symbol for symbol in code if symbol.isdecimal())
    return salted_hmac("residents.code", f"{bound_to} {digits}", algorithm="sha256").hexdigest()


def fits(code: str, bound_to: str, digest: str) -> bool:
    """Whether the typed code is the one that was sent."""
    return bool(digest) and constant_time_compare(code_digest(code, bound_to), digest)


def send_code(
    *,
    municipality: Municipality,
    contact: str,
    code: str,
    language: str,
    now: dt.datetime,
) -> OutboxMessage:
    """Send a code to an e-mail address, or to a telephone where the contact begins with a plus.

    The same message whether or not somebody has an account by this contact.

    Raises:
        ValidationError: what the outbox refuses, such as `too_many_codes`.
    """
    town = in_language(municipality.names, municipality.languages)
    if contact.startswith("+"):
        text = _("%(code)s is your code for %(town)s. Give it to nobody.")
        return enqueue_sms(
            phone=contact,
            text=text % {"code": code, "town": town},
            kind=SIGN_IN,
            now=now,
            queue=municipality.slug,
            is_secret=True,
        )
    body = [
        _("Your code for %(town)s:") % {"town": town},
        f"    {code}",
        _("Type it in on the page where you asked for it. It works for half an hour, once."),
        _(
            "You did not ask for it? Then do nothing, and give the code to nobody, not even to "
            "people who say they call from the town hall."
        ),
    ]
    return enqueue_mail(
        recipient=contact,
        subject=_("Your code for %(town)s") % {"town": town},
        body="\n\n".join(body) + "\n",
        kind=SIGN_IN,
        now=now,
        language=language,
        sender=municipality.mail_sender,
        queue=municipality.slug,
        is_secret=True,
    )
