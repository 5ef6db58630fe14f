"""Shapes of what moderators ask of the list of comments and send back."""

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sign_registry.models import Site, SiteCategory
from submissions.models import Submission
from zones.models import Zone
from zones.names import in_language

State = Submission.State
SHOWN_STATES = (State.WAITING, State.RELEASED, State.REFUSED)


class _NamedChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Shows rows by their name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return in_language(obj.names)


class CommentFilterForm(forms.Form):
    """Which comments to show; an unknown choice shows nothing rather than everything."""

    q = forms.CharField(label=_("Name of the place contains"), required=False, max_length=100)
    category = _NamedChoiceField(
        label=_("Kind of place"),
        queryset=SiteCategory.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("All"),
    )
    zone = _NamedChoiceField(
        label=_("Neighbourhood"),
        queryset=Zone.objects.none(),
        required=False,
        empty_label=_("All"),
    )
    site = _NamedChoiceField(queryset=Site.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, choices: dict[str, Any]) -> None:
        """Offer the categories, zones and sites of the moderator's own reach."""
        super().__init__(data)
        for name, rows in choices.items():
            cast(_NamedChoiceField, self.fields[name]).queryset = rows


class DecisionForm(forms.Form):
    """What was decided about which comments."""

    state = forms.ChoiceField(
        choices=[(state, state.label) for state in (State.RELEASED, State.REFUSED)]
    )
    reason = forms.CharField(required=False, max_length=400)

    def __init__(self, data: QueryDict) -> None:
        """A button beside one comment releases just that one."""
        self.chosen_texts = data.getlist("comment")
        if one := data.get("release"):
            data = data.copy()
            data["state"] = State.RELEASED
            self.chosen_texts = [one]
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        """At least one comment, each named by its number."""
        if not self.chosen_texts:
            raise ValidationError(_("Choose at least one comment first."), code="none_chosen")
        try:
            chosen = {uuid.UUID(text) for text in self.chosen_texts}
        except ValueError as error:
            raise ValidationError(_("There is no such comment."), code="unknown") from error
        return {**self.cleaned_data, "chosen": chosen}
