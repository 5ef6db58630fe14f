"""Addresses under /accounts/: those pages of django-allauth that we show, and no others.

The names are allauth's, because its steps lead from one to the next by name.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as directory
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView, TemplateView

from accounts.views import (
    AddPasskeyView,
    CardView,
    ConnectAppView,
    InvitationView,
    PasswordSignInView,
    SecurityView,
    SignInView,
)

sign_in = SignInView.as_view()
no_sign_up = TemplateView.as_view(template_name="account/signup_closed.html")
to_security = RedirectView.as_view(pattern_name="mfa_index")


def directory_urls() -> list[URLPattern | URLResolver]:
    """Coming back from the town's directory, well or not."""
    return [
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("oidc/cancelled/", directory.login_cancelled, name="socialaccount_login_cancelled"),
        path("oidc/error/", directory.login_error, name="socialaccount_login_error"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", sign_in, name="account_login"),
    path("", sign_in, name="account_request_login_code"),
    path("", sign_in, name="login"),
    path("code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("password/", PasswordSignInView.as_view(), name="account_login_password"),
    path("passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("card/", CardView.as_view(), name="account_card"),
    path("invitation/<str:token>/", InvitationView.as_view(), name="account_invitation"),
    # allauth asks for this name; nobody signs up, and the page says whom to ask.
    path("signup/", no_sign_up, name="account_signup"),
    path("locked/", account.account_inactive, name="account_inactive"),
    path("logout/", account.logout, name="account_logout"),
    path("logout/", account.logout, name="logout"),
    path("security/", SecurityView.as_view(), name="mfa_index"),
    path("again/password/", account.reauthenticate, name="account_reauthenticate"),
    path("again/app/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("app/", ConnectAppView.as_view(), name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("passkeys/", to_security, name="mfa_list_webauthn"),
    path("passkeys/add/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/rename/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    *(directory_urls() if settings.MEGDAN_OIDC_NAME else []),
]
