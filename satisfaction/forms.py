"""Shapes of what owners of places send: filters of their list, answers, wishes for a new sign."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Works
from departments.querysets import WorksQuerySet
from sign_registry.models import SiteCategory
from zones.forms import text_fields, texts_of
from zones.models import Municipality
from zones.names import in_language

WAITING = (
    ("", _("All")),
    ("fall", _("a worsening to answer")),
    ("comment", _("comments to read")),
    ("sign", _("a sign to look after")),
    ("votes", _("not yet enough votes")),
)


class OwnPlacesForm(forms.Form):
    """Which of the own places to list."""

    q = forms.CharField(label=_("Name, code or address"), required=False, max_length=100)
    category = forms.ModelChoiceField(
        SiteCategory.objects.none(),
        label=_("Kind of place"),
        required=False,
        to_field_name="code",
        empty_label=_("All"),
    )
    waiting = forms.ChoiceField(label=_("What waits"), required=False, choices=WAITING)

    def __init__(self, *args: Any, categories: Any, **kwargs: Any) -> None:
        """Offer the kinds that are among the own places."""
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        field.queryset = categories  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: in_language(one.names)  # type: ignore[attr-defined]
        self.fields["q"].widget.input_type = "search"


class AnswerForm(forms.Form):
    """Works that mend it, words, or both."""

    works = forms.ModelChoiceField(
        Works.objects.none(),
        label=_("Works that mend it"),
        required=False,
        empty_label=_("none"),
        help_text=_("Works of your office and works near this place."),
    )

    def __init__(
        self, *args: Any, municipality: Municipality, works: WorksQuerySet, **kwargs: Any
    ) -> None:
        """Offer some works, and a reply in each language of the town."""
        super().__init__(*args, **kwargs)
        field = self.fields["works"]
        field.queryset = works  # type: ignore[attr-defined]
        field.label_from_instance = _works_label  # type: ignore[attr-defined]
        replies = text_fields(
            municipality,
            _("Reply"),
            prefix="replies",
            is_required=False,
            widget=forms.Textarea,
        )
        for reply in replies.values():
            reply.widget.attrs["rows"] = 3
        self.fields.update(replies)

    def replies(self) -> dict[str, str]:
        """The words that were given, by language."""
        return texts_of(self.cleaned_data, "replies")


class ClosingForm(forms.Form):
    """Why nothing is to be done."""

    reason = forms.CharField(label=_("Why nothing is to be done"), max_length=300)


class PrintAgainForm(forms.Form):
    """Which sign, and what is wrong with it."""

    sign = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reason = forms.CharField(label=_("What is wrong with it"), max_length=200)


def _works_label(works: Works) -> str:
    return f"{in_language(works.names)} ({works.starts_on:%Y-%m-%d})"
