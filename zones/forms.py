"""What forms of all apps share: refusals at their field, and one name field for each language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from zones.models import Municipality
from zones.models.municipality import LANGUAGES
from zones.names import LONGEST_NAME


def add_refusal(form: forms.Form, refused: ValidationError) -> None:
    """Show a service's refusal at the field it names, or above the form."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


class DayField(forms.DateField):
    """A civil day; browsers send and expect it as 2026-01-31 whatever the language."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)


def text_fields(
    municipality: Municipality,
    label: Any,
    *,
    prefix: str = "names",
    texts: Mapping[str, str] | None = None,
    is_required: bool = True,
    widget: type[forms.Widget] = forms.TextInput,
) -> dict[str, forms.CharField]:
    """Fields names_ro, names_bg … of the town's languages and of those that have a text already.

    Only the first language of the town must be filled.

    Args:
        texts: {language: text} that the fields begin with.
    """
    named = dict(settings.LANGUAGES)
    return {
        f"{prefix}_{code}": forms.CharField(
            label=f"{label} ({named[code]})",
            max_length=LONGEST_NAME,
            required=is_required and code == municipality.languages[0],
            initial=(texts or {}).get(code, ""),
            widget=widget,
        )
        for code in in_order(municipality.languages)
        if code in municipality.languages or code in (texts or {})
    }


def texts_of(cleaned: Mapping[str, Any], prefix: str = "names") -> dict[str, str]:
    """The texts that were given, by language, without the empty ones."""
    given = {code: str(cleaned.get(f"{prefix}_{code}", "")).strip() for code in LANGUAGES}
    return {code: text for code, text in given.items() if text}


def in_order(first: Sequence[str]) -> list[str]:
    """All languages of the program, a town's own first."""
    return [*first, *(code for code in LANGUAGES if code not in first)]
