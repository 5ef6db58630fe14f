"""The extra questions of a kind of fault as rows of a form, with spare rows for new ones."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from incidents.services.categories import (
    DATATYPES,
    LISTS,
    LONGEST_WORD,
    MOST_QUESTIONS,
    MOST_VALUES,
)
from zones.forms import text_fields, texts_of
from zones.models import Municipality

SPARE_QUESTIONS, SPARE_ANSWERS = 2, 3
KINDS = dict(
    zip(
        DATATYPES,
        (
            _("a short text"),
            _("a long text"),
            _("a number"),
            _("a day"),
            _("one of some answers"),
            _("any of some answers"),
        ),
        strict=True,
    )
)


class _Row(forms.Form):
    """What a question and an answer share: words in some languages, and a lasting short name.

    The short name is what was answered in the past: who sets the words never has to see it.
    """

    def __init__(self, *args: Any, municipality: Municipality, label: Any, **kwargs: Any) -> None:
        """Begin from a row of the category."""
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        texts = self.initial.get("names", {})
        words = text_fields(municipality, label, texts=texts, is_required=False)
        self.fields = {**words, **self.fields}

    @property
    def names(self) -> dict[str, str]:
        """The words that were given."""
        return texts_of(self.cleaned_data)

    def short_name(self, field: str, taken: set[str], otherwise: str) -> str:
        """The one it has; a new row gets one of its words in Latin letters, or a number."""
        given = str(self.cleaned_data.get(field) or "")
        if given:
            return given
        words = [slugify(text)[:LONGEST_WORD].strip("-") for text in self.names.values()]
        wanted = next((word for word in words if word), otherwise)
        numbered = (f"{otherwise}-{number}" for number in range(1, len(taken) + 2))
        return next(code for code in (wanted, *numbered) if code not in taken)


class AnswerForm(_Row):
    """One answer to choose from; without words it is none."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)


class QuestionForm(_Row):
    """One question, with the answers to choose from where it has some."""

    code = forms.CharField(widget=forms.HiddenInput, required=False)
    datatype = forms.ChoiceField(
        label=_("How it is answered"), choices=list(KINDS.items()), initial=DATATYPES[0]
    )
    is_required = forms.BooleanField(label=_("Must be answered"), required=False)
    is_gone = forms.BooleanField(label=_("Remove this question"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """With the answers it has, and spare ones."""
        super().__init__(*args, **kwargs)
        if not self.initial:
            del self.fields["is_gone"]
        self.answers = _answers(extra=SPARE_ANSWERS)(
            data=self.data if self.is_bound else None,
            prefix=f"{self.prefix}-answers",
            initial=list(self.initial.get("values") or ()),
            form_kwargs={"municipality": self.municipality, "label": _("Possible answer")},
        )

    @property
    def is_removed(self) -> bool:
        """Whether it was asked to be taken away."""
        return bool(self.cleaned_data.get("is_gone"))

    def has_changed(self) -> bool:
        """Also where only an answer was given."""
        return super().has_changed() or self.answers.has_changed()

    def clean(self) -> dict[str, Any]:
        """Words, and answers where some are to be chosen from."""
        data = super().clean() or {}
        if data.get("is_gone"):
            self.answers.is_valid()
            return data
        first = next(name for name in self.fields if name.startswith("names_"))
        if not texts_of(data):
            self.add_error(first, _text("Write it in at least one language."))
        if not self.answers.is_valid():
            self.add_error(None, _text("Please look at this again"))
        elif "datatype" in data and bool(self._values()) != (data["datatype"] in LISTS):
            self.add_error(
                "datatype",
                _text("A choice needs answers to choose from, and nothing else has them."),
            )
        return data

    def question(self, taken: set[str]) -> dict[str, Any]:
        """The row as the category keeps it; `taken` are short names of the others."""
        data = self.cleaned_data
        question: dict[str, Any] = {
            "code": self.short_name("code", taken, "question"),
            "datatype": data["datatype"],
            "is_required": data["is_required"],
            "names": self.names,
        }
        if values := self._values():
            question["values"] = values
        return question

    def _values(self) -> list[dict[str, Any]]:
        worded = [form for form in self.answers if texts_of(form.cleaned_data)]
        taken = {str(form.cleaned_data.get("key") or "") for form in worded}
        values = []
        for form in worded:
            key = form.short_name("key", taken, "answer")
            taken.add(key)
            values.append({"key": key, "names": form.names})
        return values


class QuestionRows(forms.BaseFormSet[QuestionForm]):
    """All extra questions of a kind of fault."""

    def questions(self) -> list[dict[str, Any]]:
        """What the category asks from now on; call it once the rows are valid."""
        kept = [
            form
            for form in self.forms
            if (form in self.initial_forms or form.has_changed()) and not form.is_removed
        ]
        taken = {str(form.cleaned_data.get("code") or "") for form in kept}
        rows = []
        for form in kept:
            rows.append(form.question(taken))
            taken.add(rows[-1]["code"])
        return rows

    def faults(self) -> list[str]:
        """Each fault with the number of its question, for the top of the page."""
        found = [str(error) for error in self.non_form_errors()]
        for number, form in enumerate(self.forms, start=1):
            for errors in form.errors.values():
                found += [_numbered(number, str(error)) for error in errors]
        return found


def question_rows(
    municipality: Municipality, questions: list[Mapping[str, Any]], data: Any = None
) -> QuestionRows:
    """The rows of a category, and spare ones while it may ask more."""
    made = forms.formset_factory(
        QuestionForm,
        formset=QuestionRows,
        extra=SPARE_QUESTIONS,
        max_num=MOST_QUESTIONS,
        absolute_max=MOST_QUESTIONS,
    )
    rows: QuestionRows = made(  # type: ignore[assignment]  # the stubs forget the formset given
        data=data,
        prefix="questions",
        initial=list(questions),
        form_kwargs={"municipality": municipality, "label": _("Question")},
    )
    return rows


def _answers(extra: int) -> type[forms.BaseFormSet[AnswerForm]]:
    return forms.formset_factory(
        AnswerForm, extra=extra, max_num=MOST_VALUES, absolute_max=MOST_VALUES
    )


def _numbered(number: int, fault: str) -> str:
    return _text("Question %(number)d: %(fault)s") % {"number": number, "fault": fault}
