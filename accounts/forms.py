"""The sign-in form, which stops guessing of passwords."""

import hashlib
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_FAILURES = 10
WINDOW_S = 15 * 60


class SignInForm(AuthenticationForm):
    """E-mail and password; ten wrong tries for one address in a quarter of an hour are the most.

    Only a digest of the address is kept, in Redis, and forgotten after the window.
    """

    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def clean(self) -> dict[str, Any]:
        """Check the limit before the password, and count a failure after it.

        Raises:
            ValidationError: `too_many_tries`, or what Django says about a wrong pair.
        """
        email = str(self.cleaned_data.get("username", "")).lower()
        key = "sign-in:" + hashlib.sha256(email.encode()).hexdigest()
        if int(cache.get(key, 0)) >= MOST_FAILURES:
            raise ValidationError(
                _("Too many wrong tries for this address. Wait a quarter of an hour."),
                code="too_many_tries",
            )
        try:
            return super().clean()
        except ValidationError:
            cache.add(key, 0, WINDOW_S)
            cache.incr(key)
            raise
