"""Forms of sign-in: allauth's own checks under our words, without placeholders as labels."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm
from allauth.account.forms import ReauthenticateForm as AllauthPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User


def _word(form: forms.Form, name: str, label: StrOrPromise, **attributes: str | bool) -> None:
    """Give a field of allauth our label, and only the attributes named here."""
    field = form.fields[name]
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _code(form: forms.Form, label: StrOrPromise) -> None:
    _word(form, "code", label, autofocus=True, inputmode="numeric", autocomplete="one-time-code")


class SignInForm(LoginForm):  # type: ignore[misc]
    """An e-mail address that a code is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("E-mail address"), autofocus=True, autocomplete="username webauthn")
        self.fields["login"].help_text = _(
            "We send a code to this address. You type it in on the next page."
        )


class PasswordSignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password, for accounts that have one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("E-mail address"), autofocus=True, autocomplete="username")
        _word(self, "password", _("Password"))

    def _setup_password_field(self) -> None:
        """Keep the field that allauth drops because nobody signs up with a password."""


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code from the letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from the letter"))


class PasswordForm(AllauthPasswordForm):  # type: ignore[misc]
    """The password once more, before something important is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Password"), autofocus=True)


class CardForm(forms.Form):
    """The code of a printed card."""

    code = forms.CharField(
        label=_("Code on the card"),
        max_length=120,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        help_text=_("With or without spaces. Capital or small letters are the same."),
    )


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from the app, or a recovery code"))


class SecondStepAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The same, before something important is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from the app, or a recovery code"))


class ConnectAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that is being connected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code that the app shows now"))


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey under a name; it always signs in alone."""

    # The script of allauth reads this box; hidden and ticked, so that nobody has to understand it.
    passwordless = forms.BooleanField(
        required=False, initial=True, widget=forms.CheckboxInput(attrs={"hidden": True})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("Name of the passkey"))
        self.fields["name"].widget.attrs["maxlength"] = self.fields["name"].max_length = 60


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("Name of the passkey"), autofocus=True)


class ProfileForm(forms.ModelForm[User]):
    """What a person says about themselves."""

    class Meta:
        model = User
        fields = ("full_name", "language")
        labels = {"full_name": _("Name"), "language": _("Language")}
        help_texts = {"language": _("Pages and letters come in this language.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("As on this device")), *settings.LANGUAGES]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=choices,
            required=False,
            help_text=_("Pages and letters come in this language."),
        )
