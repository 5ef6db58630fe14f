"""A link by which somebody without an account hangs one sign, once."""

import datetime as dt
import hashlib
import secrets
from typing import NamedTuple

from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from outbox.services import enqueue_mail
from sign_registry.models import InstallLink, Sign, SignEvent
from sign_registry.services.crew import mark_installed
from sign_registry.services.signs import move_sign
from sign_registry.workflow import State, Who, moves_of
from zones.names import in_language

LIFE = dt.timedelta(days=14)
_SECRET_BYTES = 24


class FreshLink(NamedTuple):
    """A link just made; its secret is known here and in the letter, and nowhere else."""

    row: InstallLink
    secret: str


class LinkSpent(Exception):  # noqa: N818 - a fact about the link, not a fault of the program
    """The link was used before, or its time is over."""


@transaction.atomic
def make_install_link(
    *, sign: Sign, recipient: str, actor: Membership, now: dt.datetime
) -> FreshLink:
    """Make a link for one sign that is printed and waits to be hung.

    Raises:
        PermissionDenied: the person does not run the signs of this town.
        ValidationError: `not_printed`, or an empty recipient.
    """
    if (
        actor.municipality_id != sign.municipality_id
        or actor.role not in ROLES_WITH[Right.RUN_SIGNS]
    ):
        raise PermissionDenied
    if State.INSTALLED not in moves_of(sign.state, Who.LINK) or sign.site_id is None:
        raise ValidationError(
            _("Only a printed sign of a known place can be hung by a link. Print it first."),
            code="not_printed",
        )
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = InstallLink(
        sign=sign,
        recipient=recipient.strip(),
        secret_sha256=_hash(secret),
        created_by=actor,
        created_at=now,
        expires_at=now + LIFE,
    )
    row.full_clean(exclude=["sign", "created_by"])
    row.save()
    return FreshLink(row, secret)


def mail_install_link(*, link: FreshLink, address: str, url: str, now: dt.datetime) -> None:
    """Send the link in the town's own language; the text is erased once it is sent."""
    sign = link.row.sign
    town = sign.municipality
    with translation.override(town.languages[0]):
        enqueue_mail(
            recipient=address,
            subject=_("A sign to hang: %(place)s") % {"place": _place(sign)},
            body=_(
                "Please hang sign %(number)d at %(place)s. When it hangs, open this address on "
                "your phone and press the one button there:\n\n%(url)s\n\nThe address works once, "
                "and until %(until)s."
            )
            % {
                "number": sign.number,
                "place": _place(sign),
                "url": url,
                "until": link.row.expires_at.date().isoformat(),
            },
            kind="install_link",
            now=now,
            language=town.languages[0],
            sender=town.mail_sender,
            queue=town.slug,
            key=f"install-link-{link.row.pk}",
            is_secret=True,
        )


def find_link(secret: str) -> InstallLink | None:
    """The link of a secret, used or not; only hashes are compared."""
    return (
        InstallLink.objects.select_related("sign__municipality", "sign__site")
        .filter(secret_sha256=_hash(secret))
        .first()
    )


@transaction.atomic
def use_install_link(
    *, link: InstallLink, point: Point | None, reason: str, now: dt.datetime
) -> SignEvent:
    """Hang the sign of a link in the name of whoever it was sent to.

    Raises:
        LinkSpent: used before or too old.
        IllegalTransition, ValidationError: as for `move_sign`.
    """
    current = InstallLink.objects.usable(now).select_for_update().filter(pk=link.pk).first()
    if current is None:
        raise LinkSpent
    event = move_sign(
        sign=current.sign,
        to=State.INSTALLED,
        actor=None,
        actor_label=current.recipient,
        now=now,
        point=point,
        reason=reason,
    )
    mark_installed(sign=current.sign, now=now)
    current.used_at = now
    current.save(update_fields=["used_at"])
    return event


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _place(sign: Sign) -> str:
    return in_language(sign.site.names) if sign.site else ""
