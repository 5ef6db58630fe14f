"""Pages of sign-in and of one's own account; the steps themselves are django-allauth's."""

from typing import Any, cast

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.ratelimit import consume, respond_429
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, View

from accounts.forms import CardForm, PasswordSignInForm, ProfileForm, SignInForm
from accounts.invitations import invited
from accounts.models import User
from accounts.security import SECURITY_PAGE, has_second_factor, signed_in_with_second_factor
from accounts.services import end_visits, holder_of

#: Where a person wanted to go before the page asked for a second factor.
AFTERWARDS = "accounts.afterwards"


class SignInView(account.LoginView):  # type: ignore[misc]
    """The first page: an address for a code, and the other ways."""

    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the town's directory where there is one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "directory": settings.MEGDAN_OIDC_NAME}


class PasswordSignInView(account.LoginView):  # type: ignore[misc]
    """For accounts that still have a password."""

    form_class = PasswordSignInForm
    template_name = "account/login_password.html"


@method_decorator(never_cache, name="dispatch")
class InvitationView(View):
    """The page behind the link of an invitation: it opens the account when the person agrees."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Only show what the link is for: mail scanners open links, and must not use them up."""
        user = invited(token)
        if user is None:
            return render(request, "account/invitation_dead.html", status=410)
        return render(request, "account/invitation.html", {"invited": user})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Sign in, by way of the second factor where the account has one."""
        user = invited(token)
        if user is None:
            return render(request, "account/invitation_dead.html", status=410)
        if request.user.is_authenticated and request.user != user:
            logout(request)
        record_authentication(request, user, method="invitation", email=user.email)
        onward = self._onward(request)
        response: HttpResponse = perform_login(request, user, email=user.email, redirect_url=onward)
        return response

    @staticmethod
    def _onward(request: HttpRequest) -> str:
        wanted = get_next_redirect_url(request)
        if wanted:
            request.session[AFTERWARDS] = wanted
        return reverse(SECURITY_PAGE)


@method_decorator(never_cache, name="dispatch")
class CardView(FormView[CardForm]):
    """Signs in whoever holds a printed card; its code comes by the form, never by the address."""

    template_name = "account/card.html"
    form_class = CardForm

    def form_valid(self, form: CardForm) -> HttpResponse:
        """Sign in, by way of the second factor where the account has one."""
        if not consume(self.request, action="card"):
            return cast(HttpResponse, respond_429(self.request))
        user = holder_of(form.cleaned_data["code"])
        if user is None:
            form.add_error("code", _("No card has this code. Compare it letter by letter."))
            return self.form_invalid(form)
        if self.request.user.is_authenticated and self.request.user != user:
            logout(self.request)
        record_authentication(self.request, user, method="card")
        onward = get_next_redirect_url(self.request)
        response: HttpResponse = perform_login(self.request, user, redirect_url=onward)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where the person wanted to go, if that is a page of ours."""
        return super().get_context_data(onward=get_next_redirect_url(self.request), **kwargs)


class SecurityView(mfa.IndexView):  # type: ignore[misc]
    """One's own account: name, language, passkeys, app, recovery codes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember where the person was going, to offer it once the second factor is there."""
        wanted = get_next_redirect_url(request)
        if wanted:
            request.session[AFTERWARDS] = wanted
        page: HttpResponse = super().get(request, *args, **kwargs)
        return page

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Store name and language, or end the visits on other devices."""
        if "end_visits" in request.POST:
            return self._end_other_visits(request)
        form = ProfileForm(request.POST, instance=request.user)
        if not form.is_valid():
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return page
        user = form.save()
        response = redirect(SECURITY_PAGE)
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        messages.success(request, _("Saved."))
        return response

    @staticmethod
    def _end_other_visits(request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        end_visits(user=user)
        update_session_auth_hash(request, user)
        messages.success(request, _("You are signed out everywhere but here."))
        return redirect(SECURITY_PAGE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Four queries."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.setdefault("form", ProfileForm(instance=self.request.user))
        codes = context["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        has_factor = has_second_factor(self.request.user)
        return {
            **context,
            "has_second_factor": has_factor,
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "asks_second_factor": settings.MEGDAN_STAFF_SECOND_FACTOR and not has_factor,
            "afterwards": signed_in_with_second_factor(self.request)
            and self.request.session.get(AFTERWARDS, ""),
        }


def record_proof(request: HttpRequest, factor: str) -> None:
    """Count the second factor as shown just now, so that the recovery codes can be seen at once."""
    record_authentication(request, request.user, method="mfa", type=factor, reauthenticated=True)


class ConnectAppView(totp.ActivateTOTPView):  # type: ignore[misc]
    """Connects an app; who has just typed its code has proven the second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Let this visit count as begun with it."""
        response: HttpResponse = super().form_valid(form)
        record_proof(self.request, "totp")
        return response


class AddPasskeyView(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Adds a passkey; who has just used it has proven the second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Let this visit count as begun with it."""
        response: HttpResponse = super().form_valid(form)
        record_proof(self.request, "webauthn")
        return response
