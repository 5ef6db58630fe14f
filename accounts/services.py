"""Making accounts, locking and opening them, and the printed cards that sign people in."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.cards import MistypedCardError, card_digest, new_card_code, read_card_code
from accounts.models import SignInCard, User


@transaction.atomic
def invite_user(*, email: str, full_name: str = "", language: str = "") -> User:
    """The account of an address, made without a password where there is none.

    Name and language of an account that exists stay as its owner set them.

    Raises:
        ValidationError: `invalid` for an address that is none, `locked` for a locked account.
    """
    email = email.strip().lower()
    validate_email(email)
    fields = {"full_name": full_name, "language": language, "password": User.no_password()}
    user, _is_new = User.objects.get_or_create(email=email, defaults=fields)
    if not user.is_active:
        raise ValidationError(
            _("This account is locked. Open it before inviting the person again."), code="locked"
        )
    return user


@transaction.atomic
def open_account(*, email: str = "", phone: str = "", language: str = "") -> User:
    """The account of somebody who has just proven an address, or a telephone where that is all.

    A telephone opens only accounts without an e-mail address: where there is one, the number was
    given for messages, and whoever gets that number next must not get the account with it.

    Raises:
        ValidationError: `invalid` for an address that is none, `locked` for a locked account.
    """
    if bool(email) == bool(phone):
        raise ValueError("An account is opened by an address or by a telephone.")
    fields = {"language": language, "password": User.no_password()}
    if email:
        email = email.strip().lower()
        validate_email(email)
        user, _is_new = User.objects.get_or_create(email=email, defaults=fields)
    else:
        user, _is_new = User.objects.get_or_create(email="", phone=phone, defaults=fields)
    if not user.is_active:
        raise ValidationError(
            _("This account is locked. Ask the town hall to open it."), code="locked"
        )
    if language and not user.language:
        user.language = language
        user.save(update_fields=["language"])
    return user


@transaction.atomic
def issue_card(*, user: User, actor: User | None, now: dt.datetime) -> str:
    """Give a person a new card; older ones stop working. The code is told here and never again.

    Raises:
        ValidationError: `locked` for a locked account.
    """
    if not user.is_active:
        raise ValidationError(
            _("This account is locked. Open it before you print a card."), code="locked"
        )
    withdraw_cards(user=user, now=now)
    code = new_card_code()
    SignInCard.objects.create(user=user, digest=card_digest(code), issued_at=now, issued_by=actor)
    return code


def withdraw_cards(*, user: User, now: dt.datetime) -> int:
    """Take back every card of a person, because one was lost; tell how many."""
    return SignInCard.objects.filter(user=user, withdrawn_at=None).update(withdrawn_at=now)


def holder_of(code: str) -> User | None:
    """Whom a card signs in; nobody where it is mistyped, withdrawn, or its account is locked."""
    try:
        digest = card_digest(read_card_code(code))
    except MistypedCardError:
        return None
    card = (
        SignInCard.objects.filter(digest=digest, withdrawn_at=None, user__is_active=True)
        .select_related("user")
        .first()
    )
    return card.user if card else None


def end_visits(*, user: User) -> None:
    """End every visit of a person, on every device: a phone was lost, a browser left open."""
    User.objects.filter(pk=user.pk).update(visits_round=F("visits_round") + 1)
    user.refresh_from_db(fields=["visits_round"])


@transaction.atomic
def deactivate(*, user: User) -> None:
    """Lock an account: its visits end for good, and no way of signing in opens it."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_visits(user=user)


def reactivate(*, user: User) -> None:
    """Open a locked account again; invitations sent before stay dead once used."""
    user.is_active = True
    user.save(update_fields=["is_active"])
