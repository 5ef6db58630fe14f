"""Shapes of what residents choose: preferences, and areas to follow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Preference
from notifications.topics import Topic
from notifications.ways import Wishes

HOURS = [(hour, f"{hour:02d}:00") for hour in range(6, 23)]
_CHOSEN = (
    "by_email",
    "by_push",
    "by_sms",
    "by_letter",
    "digest_hour",
    "quiet_from",
    "quiet_until",
    "muted_topics",
)


class QuietField(forms.TimeField):
    """A time of day as browsers send it."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    input_formats = ("%H:%M", "%H:%M:%S")


class PreferenceForm(forms.Form):
    """By which way, when, and of what not."""

    by_email = forms.BooleanField(label=_("By e-mail"), required=False)
    by_push = forms.BooleanField(
        label=_("By message on the phone"),
        required=False,
        help_text=_("Each phone or computer is added below, on this page."),
    )
    by_sms = forms.BooleanField(label=_("By text message, only when it is urgent"), required=False)
    by_letter = forms.BooleanField(
        label=_("By letter to my letter box, when no other way reaches me"), required=False
    )
    rhythm = forms.ChoiceField(
        label=_("When"),
        choices=[
            ("daily", _("One letter a day with everything")),
            ("each", _("Each notice by itself, at once")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Urgent notices always come at once."),
    )
    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the daily letter"), choices=HOURS, coerce=int
    )
    quiet_from = QuietField(label=_("Quiet from"), required=False)
    quiet_until = QuietField(
        label=_("Quiet until"),
        required=False,
        help_text=_("Nothing reaches you in these hours, unless it is urgent."),
    )
    muted_topics = forms.MultipleChoiceField(
        label=_("I do not want to hear about"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @classmethod
    def initial_of(cls, preference: Preference) -> dict[str, Any]:
        """What the form begins with."""
        chosen = {name: getattr(preference, name) for name in _CHOSEN}
        return chosen | {"rhythm": "daily" if preference.is_daily else "each"}

    def wishes(self) -> Wishes:
        """What was chosen."""
        chosen = {name: self.cleaned_data[name] for name in _CHOSEN}
        chosen["muted_topics"] = frozenset(chosen["muted_topics"])
        return Wishes(is_daily=self.cleaned_data["rhythm"] == "daily", **chosen)
