"""The form of a report and the extra questions of each kind of fault."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from incidents.models import Category
from incidents.services.marking import SHAPES
from incidents.services.reported_place import COARSEST_M, LONGEST
from zones.names import in_language

LONGEST_WORDS = 4000
LONGEST_ANSWER = 400
#: What of the form is kept with a draft, besides answers to extra questions.
KEPT = (
    "category", "shape", "marks", "accuracy", "where", "where_to", "chosen", "asked", "site",
    "words", "is_named", "email", "name", "once", "told",
)  # fmt: skip


class ReportForm(forms.Form):
    """What, where, words, who; photos stand beside it, in the draft."""

    category = forms.CharField(max_length=40, required=False)
    shape = forms.ChoiceField(
        choices=[
            ("point", _("at one point")),
            ("line", _("along a street")),
            ("area", _("on an area")),
        ],
        required=False,
        initial="point",
        label=_("How far does it reach?"),
    )
    marks = forms.CharField(max_length=3000, required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, widget=forms.HiddenInput)
    where = forms.CharField(max_length=LONGEST, required=False, label=_("Street and number"))
    where_to = forms.CharField(
        max_length=LONGEST, required=False, label=_("Along a street: as far as")
    )
    chosen = forms.CharField(max_length=60, required=False)
    asked = forms.CharField(max_length=LONGEST, required=False, widget=forms.HiddenInput)
    site = forms.CharField(max_length=18, required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        max_length=LONGEST_WORDS,
        required=False,
        label=_("In your words"),
        help_text=_("What is wrong, and since when. No names or telephone numbers, please."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_named = forms.BooleanField(required=False, label=_("Report with my account"))
    email = forms.EmailField(
        required=False,
        label=_("E-mail"),
        help_text=_("For the answer. We send you a link to confirm it; nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        max_length=120,
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    once = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    told = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, categories: Mapping[str, Category], is_signed_in: bool, **kwargs: Any
    ) -> None:
        """`categories` are those offered, by code."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.categories = categories
        self.is_signed_in = is_signed_in
        if is_signed_in:
            del self.fields["email"], self.fields["name"]
        else:
            del self.fields["is_named"]

    def clean_category(self) -> Category:
        """The kind of fault."""
        found = self.categories.get(self.cleaned_data["category"])
        if found is None:
            raise ValidationError(_("Choose what it is about."), code="required")
        return found

    def clean_accuracy(self) -> float | None:
        """Metres a phone is sure of; nonsense is left out rather than refused."""
        value = self.cleaned_data["accuracy"]
        return value if value is not None and 0 < value <= COARSEST_M else None

    def clean_words(self) -> str:
        """Text that can be stored."""
        return str(self.cleaned_data["words"]).replace("\x00", "")

    def clean(self) -> dict[str, Any]:
        """What the kind of fault asks for beyond its own fields."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        category = values.get("category")
        if not isinstance(category, Category):
            return values
        shape = values.get("shape") or "point"
        values["shape"] = shape if shape in SHAPES else "point"
        if values["shape"] not in (category.shapes or ["point"]):
            self.add_error("shape", __("This kind of fault is not reported in this shape."))
        self._check_reporter(category, values)
        return values

    def _check_reporter(self, category: Category, values: dict[str, Any]) -> None:
        needs = category.reporter
        is_known = self.is_signed_in and values.get("is_named")
        if needs == Category.Reporter.ANONYMOUS or is_known:
            return
        if needs == Category.Reporter.ACCOUNT:
            field = "is_named" if self.is_signed_in else "email"
            self.add_error(field, __("Sign in to report this: the law wants to know who asks."))
        elif self.is_signed_in:
            self.add_error("is_named", __("This kind of fault is not taken without an address."))
        elif not values.get("email") and "email" not in self.errors:
            self.add_error("email", __("This kind of fault is not taken without an address."))


class QuestionsForm(forms.Form):
    """The extra questions of one kind of fault."""

    def __init__(self, category: Category, data: Any = None) -> None:
        """Fields as the category's rows say."""
        super().__init__(data, prefix=f"answer-{category.code}", use_required_attribute=False)
        for row in category.questions:
            self.fields[str(row["code"])] = _field(row)

    def answers(self) -> dict[str, Any]:
        """What was answered, as text or lists of keys."""
        return {
            code: value if isinstance(value, list) else str(value)
            for code, value in self.cleaned_data.items()
            if value not in (None, "", [])
        }


def _field(row: Mapping[str, Any]) -> forms.Field:
    shared: dict[str, Any] = {
        "label": in_language(row["names"]),
        "required": bool(row.get("is_required")),
    }
    values: Sequence[Mapping[str, Any]] = row.get("values") or ()
    choices = [(str(one["key"]), in_language(one["names"])) for one in values]
    kind = row.get("datatype")
    if kind == "singlevaluelist":
        return forms.ChoiceField(choices=[("", "—"), *choices], **shared)
    if kind == "multivaluelist":
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **shared
        )
    if kind == "number":
        return forms.DecimalField(max_digits=12, **shared)
    if kind == "datetime":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **shared)
    return forms.CharField(max_length=LONGEST_ANSWER, **shared)
