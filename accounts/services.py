"""Making an account for an invited person, locking one, and opening it again."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User


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
