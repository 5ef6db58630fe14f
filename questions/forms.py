"""What residents ask with, and what the town answers with."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from questions.models import Question
from questions.services import LONGEST_ASKED, Wording
from questions.words import LONGEST_ANSWER, LONGEST_QUESTION
from zones.forms import in_order
from zones.models import Municipality


class AskForm(forms.Form):
    """One question, without a name."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Do not write your name, address or telephone number."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_ASKED,
        error_messages={"required": _("Write your question.")},
    )
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse what a program filled in."""
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            raise ValidationError(_("Leave the hidden field empty."), code="program")
        return cleaned


class AnswerForm(forms.Form):
    """Question and answer in each of the town's languages."""

    def __init__(
        self, *args: Any, municipality: Municipality, question: Question | None, **kwargs: Any
    ) -> None:
        """Begin with what is written already; the typed words stand beside the form."""
        super().__init__(*args, **kwargs)
        named, kept = dict(settings.LANGUAGES), question or Question()
        self.codes = [code for code in in_order(municipality.languages)
                      if code in municipality.languages]  # fmt: skip
        for code in self.codes:
            self.fields[f"question_{code}"] = forms.CharField(
                label=_("Question (%(language)s)") % {"language": named[code]},
                max_length=LONGEST_QUESTION,
                required=False,
                initial=kept.questions.get(code, ""),
            )
            self.fields[f"answer_{code}"] = forms.CharField(
                label=_("Answer (%(language)s)") % {"language": named[code]},
                max_length=LONGEST_ANSWER,
                required=False,
                initial=kept.answers.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        offices = Department.objects.in_municipality(municipality).in_use().order_by("code")
        self.fields["department"] = forms.ModelChoiceField(
            offices, label=_("Answered by"), required=False, initial=kept.department_id
        )
        self.fields["position"] = forms.IntegerField(
            label=_("Place in the list"),
            help_text=_("Smaller numbers stand first."),
            min_value=0,
            max_value=1000,
            initial=kept.position,
        )

    def wording(self) -> Wording:
        """What was written, empty texts left out."""
        data = self.cleaned_data
        texts = {
            name: {code: data[f"{name}_{code}"] for code in self.codes if data[f"{name}_{code}"]}
            for name in ("question", "answer")
        }
        return Wording(texts["question"], texts["answer"], data["department"], data["position"])
