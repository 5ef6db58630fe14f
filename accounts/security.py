"""Whether a person has a second factor, and whether this visit was begun with one."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

#: Page on which a person sets up a passkey or an app.
SECURITY_PAGE = "mfa_index"
#: Marks a visit that the demonstration opened, where nobody has a phone to show.
DEMO_MARK = "accounts.demo"
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: "User | AnonymousUser") -> bool:
    """Whether a person has set up a passkey or an app. One query."""
    if not user.is_authenticated:
        return False
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=_FACTORS).exists())


def signed_in_with_second_factor(request: HttpRequest) -> bool:
    """Whether this visit was proven by a passkey, an app or a recovery code. No query.

    So is one that came through a directory which asks for a second factor itself, as the operator
    says by MEGDAN_OIDC_SECOND_FACTOR, and one of the demonstration.
    """
    if not request.user.is_authenticated:
        return False
    if settings.MEGDAN_DEMO and request.session.get(DEMO_MARK):
        return True
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    by_directory: bool = settings.MEGDAN_OIDC_SECOND_FACTOR and "socialaccount" in methods
    return by_directory or "mfa" in methods


def way_to_second_factor(request: HttpRequest) -> str:
    """Path to the page that sets a second factor up, or asks for the one that exists.

    It leads back to the page that was asked for.
    """
    back = urlencode({"next": request.get_full_path()})
    if not has_second_factor(request.user):
        return f"{reverse(SECURITY_PAGE)}?{back}"
    by_app = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP)
    name = "mfa_reauthenticate" if by_app.exists() else "mfa_reauthenticate_webauthn"
    return f"{reverse(name)}?{back}"
