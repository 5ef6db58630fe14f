"""Links that let an invited person in once, within fourteen days."""

import datetime as dt
from collections.abc import Callable

from django.core import signing
from django.urls import reverse

from accounts.models import User

LIFE = dt.timedelta(days=14)
_SALT = "accounts.invitation"


_is_wanted: list[Callable[[str], bool]] = []


def register_check(is_wanted: Callable[[str], bool]) -> None:
    """Let whoever writes letters say whether one, by its name, may still open an account."""
    _is_wanted.append(is_wanted)


def invitation_token(user: User, letter: str = "") -> str:
    """A text that opens the account of a person; it ends with the next sign-in.

    Args:
        letter: a name for the letter it stands in, with which that one alone can be taken back.
    """
    return signing.dumps([user.pk, _state(user), letter], salt=_SALT, compress=True)


def invitation_path(user: User, letter: str = "") -> str:
    """Path of the page behind the link; the letter puts the town's host in front."""
    return reverse("account_invitation", args=[invitation_token(user, letter)])


def invited(token: str) -> User | None:
    """Whom a token lets in.

    None when it is forged, too old, used or taken back, or the account is locked.
    """
    try:
        pk, state, letter = signing.loads(token, salt=_SALT, max_age=LIFE)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    if letter and not all(check(letter) for check in _is_wanted):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _state(user) == state else None


def _state(user: User) -> str:
    """What changes at each sign-in, and with the address the letter went to."""
    last = user.last_login.isoformat() if user.last_login else ""
    return f"{user.email} {last}"
