"""Asking people to take up a role, by a letter in their language with a link that lets them in."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.invitations import invitation_path
from accounts.services import invite_user
from departments.acts import Act
from departments.models import Invitation, Membership
from departments.services.roles import (
    RoleFacts,
    close_role,
    give_role,
    require_administrator,
)
from outbox.services import enqueue_mail
from zones.models import Municipality
from zones.names import in_language
from zones.services.history import Subject, record_change

if TYPE_CHECKING:
    from accounts.models import User


# Names the letters of this app to accounts, which knows no roles.
_LETTER = "role:"


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom to ask: an address, a name, and the language of the letter."""

    email: str
    full_name: str = ""
    language: str = ""


@transaction.atomic
def invite(
    *, municipality: Municipality, person: Invited, facts: RoleFacts, act: Act, site: str
) -> Membership:
    """Give a person a role and write them a letter; an account is made where there is none.

    Args:
        site: origin of the pages for the link, such as https://town.example.

    Raises:
        ValidationError: with the field that is wrong: `email` for an address that is none or of a
            locked account, or what giving the role refuses.
    """
    language = person.language or municipality.languages[0]
    try:
        user = invite_user(email=person.email, full_name=person.full_name, language=language)
    except ValidationError as refused:
        raise ValidationError({"email": refused}) from refused
    membership = give_role(municipality=municipality, user=user, facts=facts, act=act)
    send_invitation(membership=membership, act=act, site=site)
    return membership


@transaction.atomic
def send_invitation(*, membership: Membership, act: Act, site: str) -> Invitation:
    """Write the letter of a role, or write it again; earlier letters no longer wait for an answer.

    Raises:
        ValidationError: `ended` for a role that is over, `no_address` for an account without an
            e-mail address.
    """
    current = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    today = act.today_in(current.municipality)
    if current.valid_until and current.valid_until <= today:
        raise ValidationError(
            _("This role has ended. Give a new one before you write to the person."), code="ended"
        )
    if not current.user.email:
        raise ValidationError(
            _("This person has no e-mail address. Give the role to an account that has one."),
            code="no_address",
        )
    current.invitations.unanswered().update(withdrawn_at=act.now)
    invitation = Invitation.objects.create(
        membership=current, invited_by=act.actor, sent_at=act.now
    )
    _write_letter(invitation, act, site)
    _record(invitation, {"invitation": None}, {"invitation": "sent"}, act)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, act: Act) -> Invitation:
    """Take an invitation back: the role it was for ends today, or never begins.

    Raises:
        ValidationError: `answered` when the person came already or it was withdrawn before;
            `last_administrator`.
    """
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.accepted_at or current.withdrawn_at:
        raise ValidationError(
            _("This invitation no longer waits for an answer. End the role instead."),
            code="answered",
        )
    membership = current.membership
    current.withdrawn_at = act.now
    current.save(update_fields=["withdrawn_at"])
    _record(current, {"invitation": "sent"}, {"invitation": "withdrawn"}, act)
    today = act.today_in(membership.municipality)
    if membership.valid_until is None or membership.valid_until > today:
        close_role(membership, today, act)
        require_administrator(membership.municipality, membership.role)
    return current


def accept_invitations(*, user: "User", now: dt.datetime) -> int:
    """Note that an invited person came: they signed in; tell how many letters that answers."""
    waiting = Invitation.objects.unanswered().filter(membership__user=user)
    return waiting.update(accepted_at=now)


def is_wanted(letter: str) -> bool:
    """Whether the invitation that a link stands for was not withdrawn, or written anew, since."""
    if not letter.startswith(_LETTER):
        return True
    number = letter.removeprefix(_LETTER)
    return Invitation.objects.filter(pk=number, withdrawn_at=None).exists()


def _write_letter(invitation: Invitation, act: Act, site: str) -> None:
    membership = invitation.membership
    user, town = membership.user, membership.municipality
    language = user.language or town.languages[0]
    with translation.override(language):
        name = in_language(town.names, town.languages)
        words = {
            "name": str(user),
            "town": name,
            "role": membership.get_role_display(),
            "office": membership.department.name if membership.department else name,
            "link": site.rstrip("/") + invitation_path(user, f"{_LETTER}{invitation.pk}"),
            "page": f"{site.rstrip('/')}/{town.slug}/staff/",
        }
        subject = _("%(town)s: your role as %(role)s") % words
        body = _letter() % words
    enqueue_mail(
        recipient=user.email,
        subject=" ".join(subject.split()),
        body=body,
        kind="invitation",
        now=act.now,
        language=language,
        sender=town.mail_sender,
        queue=town.slug,
        key=f"invitation-{invitation.pk}",
        is_secret=True,
    )


def _letter() -> str:
    return _(
        "Good day, %(name)s!\n\n"
        "%(town)s gave you a role in its service for residents: %(role)s (%(office)s).\n\n"
        "Open this link to begin. It works once, within fourteen days:\n%(link)s\n\n"
        "Afterwards you sign in with this e-mail address at:\n%(page)s\n\n"
        "If you did not expect this letter, you need not do anything."
    )


def _record(
    invitation: Invitation, before: dict[str, str | None], after: dict[str, str], act: Act
) -> None:
    membership = invitation.membership
    record_change(
        municipality=membership.municipality,
        subject=Subject("invitation", str(membership.pk), str(membership.user)),
        before=before,
        after=after,
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )
