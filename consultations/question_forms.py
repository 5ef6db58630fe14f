"""The form of one question of a survey; the answers to choose from are lines of a text."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.models import Process, Question
from consultations.services.surveys import CHOICES, MOST_OPTIONS, QuestionText
from zones.forms import text_fields, texts_of
from zones.names import LONGEST_NAME

_LONGEST_LINES = MOST_OPTIONS * (LONGEST_NAME + 2)


class QuestionForm(forms.Form):
    """A question, how it is answered, and the answers that are offered in each language."""

    kind = forms.ChoiceField(
        label=_("How it is answered"),
        choices=Question.Kind.choices,
        initial=Question.Kind.ONE,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, process: Process, question: Question | None = None, **kwargs: Any
    ) -> None:
        """Begin with what stands there already."""
        super().__init__(*args, **kwargs)
        self.languages: Sequence[str] = process.municipality.languages
        town = process.municipality
        texts = text_fields(town, _("Question"), texts=question.names if question else None)
        kind = self.fields.pop("kind")
        self.fields.update({**texts, "kind": kind})
        named = dict(settings.LANGUAGES)
        for code in self.languages:
            self.fields[f"options_{code}"] = forms.CharField(
                label=_("Answers to choose from (%(language)s)") % {"language": named[code]},
                required=False,
                max_length=_LONGEST_LINES,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("One on each line, in the same order in every language."),
                initial="\n".join(
                    str(one["names"].get(code, ""))
                    for one in (question.options if question else [])
                ),
            )
        self.fields["is_required"] = forms.BooleanField(
            label=_("Must be answered"),
            required=False,
            initial=bool(question and question.is_required),
        )
        if process.area_id:
            self.fields["is_in_area"] = forms.BooleanField(
                label=_("Of a place: only inside the area of the consultation"),
                required=False,
                initial=bool(question and question.is_in_area),
            )
        if question:
            self.initial["kind"] = question.kind

    def clean(self) -> dict[str, Any]:
        """See that the answers of all languages are as many."""
        data = super().clean() or {}
        if data.get("kind") not in CHOICES:
            return data
        lines = {code: self._lines(data, code) for code in self.languages}
        first = self.languages[0]
        for code, given in lines.items():
            if any(len(line) > LONGEST_NAME for line in given):
                self.add_error(
                    f"options_{code}",
                    ValidationError(
                        _("An answer has at most %(longest)s characters."),
                        params={"longest": LONGEST_NAME},
                        code="too_long",
                    ),
                )
            if given and len(given) != len(lines[first]):
                self.add_error(
                    f"options_{code}",
                    ValidationError(
                        _("Write as many answers as in the first language, one on each line."),
                        code="uneven",
                    ),
                )
            if len(set(given)) != len(given):
                self.add_error(
                    f"options_{code}",
                    ValidationError(_("The same answer stands there twice."), code="twice"),
                )
        return data

    def text(self) -> QuestionText:
        """What the form says, as the service takes it."""
        data = self.cleaned_data
        return QuestionText(
            kind=data["kind"],
            names=texts_of(data),
            options=self._options(),
            is_required=data["is_required"],
            is_in_area=data.get("is_in_area", False),
        )

    def refuse(self, refused: ValidationError) -> None:
        """Show what the service refused at its field."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        first = self.languages[0]
        at = {"options": f"options_{first}", "names": f"names_{first}"}
        for name, errors in refused.error_dict.items():
            field = at.get(name, name)
            self.add_error(field if field in self.fields else None, errors)

    def _options(self) -> list[dict[str, str]]:
        lines = {code: self._lines(self.cleaned_data, code) for code in self.languages}
        return [
            {code: given[place] for code, given in lines.items() if given}
            for place in range(len(lines[self.languages[0]]))
        ]

    @staticmethod
    def _lines(data: dict[str, Any], code: str) -> list[str]:
        text = str(data.get(f"options_{code}") or "")
        return [line.strip() for line in text.splitlines() if line.strip()]
