"""The form of a template for answers."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from incidents.models import AnswerTemplate, Category
from incidents.workflow import Outcome
from zones.forms import text_fields, texts_of
from zones.models import Municipality

LONGEST = 8000


class AnswerTemplateForm(forms.Form):
    """Title and text in the town's languages, and what it is offered for."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Short, in small letters; stays for ever.")
    )
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, empty_label=_("every one")
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        empty_label=_("every one"),
    )
    outcome = forms.ChoiceField(
        label=_("How it ended"), required=False, choices=[("", "–"), *Outcome.choices]
    )
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        offices: QuerySet[Department],
        is_wide: bool,
        template: AnswerTemplate | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = template.names if template else None
        self.municipality, self.template = municipality, template
        texts = text_fields(
            municipality,
            _("Text"),
            prefix="texts",
            texts=template.texts if template else None,
            widget=forms.Textarea,
        )
        for field in texts.values():
            # A text is longer than a name; what is too long is said in `clean`.
            field.widget.attrs["maxlength"] = str(LONGEST)
            field.validators = [
                one for one in field.validators if not isinstance(one, MaxLengthValidator)
            ]
        self.fields |= text_fields(municipality, _("Title"), texts=named) | texts
        self.fields["category"].queryset = (  # type: ignore[attr-defined]
            Category.objects.in_municipality(municipality).offered()
        )
        self.fields["category"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]
        self.fields["department"].queryset = offices  # type: ignore[attr-defined]
        self.fields["department"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]
        self.fields["department"].required = not is_wide
        if template is not None:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        """One code, one template."""
        code: str = self.cleaned_data["code"]
        rows = AnswerTemplate.objects.in_municipality(self.municipality).filter(code=code)
        if rows.exclude(pk=self.template.pk if self.template else 0).exists():
            raise forms.ValidationError(_("Another template has this code."), code="double")
        return code

    def clean(self) -> dict[str, Any]:
        """No text is longer than an answer may be."""
        data = super().clean() or {}
        for language, text in texts_of(data, "texts").items():
            if len(text) > LONGEST:
                self.add_error(f"texts_{language}", _("Write at most 8000 characters."))
        return data

    def values(self) -> dict[str, Any]:
        """Columns of the template."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("category", "department", "outcome", "is_active")}
        return kept | {
            "code": data["code"],
            "names": texts_of(data),
            "texts": texts_of(data, "texts"),
        }
