"""What django-allauth asks us: words, letters, whom it lets in, and where it may lead."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode import make as make_qr
from qrcode.image.svg import SvgPathFillImage

from accounts.models import User

#: Letters with a code in them, or the letter that stands in for one.
CODE_LETTERS = frozenset({"account/email/login_code", "account/email/unknown_account"})
TOO_MANY = _("That was too often. Wait a few minutes and try again.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in of people; nobody makes an account here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is locked. Ask the town administrator."),
        "email_password_mismatch": _(
            "The e-mail address and the password do not match. Try again, or ask for a code."
        ),
        "incorrect_code": _("This code is not right. Look at the newest letter and type it again."),
        "incorrect_password": _("This password is not right. Type it again."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody: staff are invited, and residents register in their town."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Lead only to pages of the very host that was asked."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A letter that says what it is, so that codes go first and are erased once sent."""
        is_code = template_prefix in CODE_LETTERS
        marks = {"X-Outbox-Kind": "sign_in" if is_code else "security"}
        if is_code:
            marks["X-Outbox-Secret"] = "yes"
        letter: EmailMessage = super().render_mail(
            template_prefix, email, context, {**(headers or {}), **marks}
        )
        return letter

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter; where the outbox has had enough of them, say so."""
        try:
            super().send_mail(template_prefix, email, context)
        except ValidationError as refusal:
            if refusal.code != "too_many_codes":
                raise
            raise ImmediateHttpResponse(respond_429(self.request)) from refusal

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the language the person chose."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways of allauth under our words; the first of these is asked for."""
        found = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        words = {
            "mfa_reauthenticate:webauthn": gettext("With a passkey"),
            "mfa_reauthenticate": gettext("With the app or a recovery code"),
            "reauthenticate": gettext("With your password"),
        }
        return [{**found[way], "description": said} for way, said in words.items() if way in found]


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys and the app."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Type the one that is shown now."),
    }

    def build_totp_svg(self, url: str) -> str:
        """A code on white, which cameras read on a dark page as well."""
        return str(make_qr(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A first suggestion for the name of a passkey."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


class DirectoryAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The town's directory opens accounts that exist; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Nobody."""
        return False
