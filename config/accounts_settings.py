"""How people sign in: the settings of django-allauth, taken over whole by config.settings."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from config import environment

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# --- E-mail and code; a password only for those who already have one ----------------------------
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# The address itself is proven each time a code is typed in.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A stranger's address costs the same work and shows the same page; its reader is told the truth.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# A whole town hall may share one address of the network.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "request_login_code": "20/m/ip,200/h/ip,3/m/key,8/h/key",
    "login_failed": "30/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    # Nobody guesses 120 bits; the limit keeps the table from being asked all day.
    "card": "20/m/ip,200/h/ip",
    # A code by post has 40 bits: for its addressee, and for whoever opened the letter.
    "post_code": "20/m/ip,10/h/key",
    "not_me": "10/m/ip,30/h/ip,1000/d/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.switch("MEGDAN_BEHIND_PROXY") else 0

# --- Second factor ------------------------------------------------------------------------------
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks of phones go wrong by half a minute.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Megdan"

# --- The town's own directory of people (OpenID Connect); off unless an issuer is named ----------
SOCIALACCOUNT_ADAPTER = "accounts.adapter.DirectoryAdapter"
# The directory is trusted with addresses: who it says has one signs in to that account.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False


def directory() -> dict[str, Any]:
    """The town's directory as allauth names it; empty when no issuer is set."""
    issuer = environment.text("MEGDAN_OIDC_ISSUER")
    if not issuer:
        return {}
    why = "the directory of MEGDAN_OIDC_ISSUER gives it out when Megdan is registered there."
    return {
        "provider_id": "directory",
        "name": environment.text("MEGDAN_OIDC_NAME", urlsplit(issuer).netloc),
        "client_id": environment.required("MEGDAN_OIDC_CLIENT_ID", why),
        "secret": environment.required("MEGDAN_OIDC_SECRET", why),
        "settings": {"server_url": issuer},
    }


_directory = directory()
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": [_directory] if _directory else [], "OAUTH_PKCE_ENABLED": True}
}
MEGDAN_OIDC_NAME: str = _directory.get("name", "")
# The browser goes there from our own form, which the content policy must allow.
MEGDAN_OIDC_ORIGIN = (
    "{0.scheme}://{0.netloc}".format(urlsplit(_directory["settings"]["server_url"]))
    if _directory
    else ""
)
# Where the directory itself asks for a second factor, ours need not ask again.
MEGDAN_OIDC_SECOND_FACTOR = environment.switch("MEGDAN_OIDC_SECOND_FACTOR")

# --- Our words in allauth's forms ----------------------------------------------------------------
ACCOUNT_FORMS = {
    "confirm_login_code": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.PasswordForm",
}
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.SecondStepAgainForm",
    "activate_totp": "accounts.forms.ConnectAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
