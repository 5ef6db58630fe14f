"""The form of a letter to everybody who took part; it keeps nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import Process
from consultations.words import LONGEST_TEXT
from zones.forms import text_fields, texts_of
from zones.names import LONGEST_NAME


class LetterForm(forms.Form):
    """A title and a text in each language of the town; the first language is needed."""

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        """Fields for each language."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        town = process.municipality
        for name, field in text_fields(town, _("Title"), prefix="titles").items():
            self.fields[name] = forms.CharField(
                label=field.label, required=field.required, max_length=LONGEST_NAME
            )
        for name, field in text_fields(town, _("Text"), prefix="texts").items():
            self.fields[name] = forms.CharField(
                label=field.label,
                required=field.required,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def titles(self) -> dict[str, str]:
        """The title by language."""
        return texts_of(self.cleaned_data, "titles")

    def texts(self) -> dict[str, str]:
        """The text by language."""
        return texts_of(self.cleaned_data, "texts")
