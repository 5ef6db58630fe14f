"""What readers write on the pages about trust."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.barriers import Barrier


class BarrierForm(forms.Form):
    """What somebody could not use."""

    text = forms.CharField(
        label=_("What could you not use, and how?"),
        help_text=_("For example: with a screen reader, by keyboard, with large text."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say what did not work.")},
    )
    page = forms.CharField(label=_("On which page"), max_length=300, required=False)
    email = forms.EmailField(
        label=_("Your e-mail, if you want an answer"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse what a program filled in, and bytes that no text holds."""
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            raise ValidationError(_("Leave the hidden field empty."), code="program")
        return cleaned

    def barrier(self) -> Barrier:
        """What was said."""
        data = self.cleaned_data
        return Barrier(data["text"], " ".join(data["page"].split()), data["email"])
