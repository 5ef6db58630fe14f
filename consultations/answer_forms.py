"""Forms of those who release what was said and answer it; they keep nothing."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import OfficialAnswer, Process
from consultations.words import LONGEST_TEXT
from zones.forms import text_fields, texts_of
from zones.models import Zone


class AnswerForm(forms.Form):
    """What becomes of it, and why, in the town's languages."""

    outcome = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=OfficialAnswer.Outcome.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        """A field for the reason in each language of the town."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in text_fields(process.municipality, _("Reason"), prefix="reason").items():
            self.fields[name] = forms.CharField(
                label=field.label,
                required=field.required,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def texts(self) -> dict[str, str]:
        """The reason by language."""
        return texts_of(self.cleaned_data, "reason")


class ZoneAnswerForm(AnswerForm):
    """The same for a whole neighbourhood."""

    zone = forms.ModelChoiceField(Zone.objects.none(), label=_("Neighbourhood"))

    field_order = ("zone", "outcome")

    def __init__(self, *args: Any, process: Process, zones: Any, **kwargs: Any) -> None:
        """`zones` are those that meet the area."""
        super().__init__(*args, process=process, **kwargs)
        field = cast(forms.ModelChoiceField[Zone], self.fields["zone"])
        field.queryset = zones
        field.label_from_instance = lambda obj: obj.name  # type: ignore[method-assign]
        self.order_fields(self.field_order)
