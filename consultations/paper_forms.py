"""What the desk types about votes on paper."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.services.corrections import LONGEST_DECISION, LONGEST_REASON
from consultations.services.paper import MOST_AT_ONCE


class PersonForm(forms.Form):
    """Who stands at the desk."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    card = forms.CharField(label=_("Code of the sign-in card"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not data.get("email") and not data.get("card", "").strip():
            raise ValidationError(_("Fill in one of the two."), code="nothing")
        return data


class PrintForm(forms.Form):
    """How many ballots are printed."""

    number = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=MOST_AT_ONCE, initial=20
    )


class TokenForm(forms.Form):
    """The code at the foot of a ballot."""

    token = forms.CharField(
        label=_("Code at the foot of the ballot"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ReasonForm(forms.Form):
    """Why something is put right."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Published after the vote. Write no names, addresses or ages."),
    )


class MarkBackForm(TokenForm, ReasonForm):
    """The ballot that becomes void for a mark that is taken back, and why."""


class DecisionForm(ReasonForm):
    """What a commission decided about a line of the roll."""

    number = forms.CharField(label=_("Number and day of the decision"), max_length=LONGEST_DECISION)

    field_order = ("number", "reason")
