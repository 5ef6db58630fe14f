"""Shapes of what clerks and other institutions type: reports, letters, sendings, answers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from incidents.models import Category, Incident
from incidents.services.finding import find_categories
from incidents.services.legs import LONGEST_BASIS, LONGEST_MESSAGE, LONGEST_REASON
from incidents.services.register import LONGEST_NUMBER
from incidents.services.reported_place import LONGEST
from incidents.workflow import Outcome
from zones.forms import DayField
from zones.models import Municipality

LONGEST_WORDS = 4000
MOST_KINDS = 8


class PlaceAndKindForm(forms.Form):
    """What somebody says about a report: the kind by a search word, the place in any way."""

    kind = forms.CharField(
        label=_("What is it about?"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "kinds", "autocomplete": "off"}),
        help_text=_("A word is enough, such as lamp."),
    )
    # The kind that was chosen where the word meant several.
    category = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)
    written = forms.CharField(label=_("Where?"), required=False, max_length=LONGEST)
    chosen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    latitude = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    sign = forms.CharField(
        label=_("Code of a sign there (not needed)"), required=False, max_length=20
    )
    words = forms.CharField(
        label=_("What was said"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    register_number = forms.CharField(
        label=_("Number of the register"), required=False, max_length=LONGEST_NUMBER
    )
    registered_on = DayField(label=_("Registered on"), required=False)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer the kinds of the town."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.municipality = municipality
        rows = Category.objects.in_municipality(municipality).offered().select_related("parent")
        self.kinds: Sequence[Category] = list(rows)
        self.found: Sequence[Category] = ()

    def clean(self) -> dict[str, Any]:
        """One kind; a number of the register has its day and the other way round."""
        cleaned = super().clean() or {}
        if "kind" in cleaned:
            cleaned["category"] = self._one_kind(cleaned["kind"], cleaned.get("category", ""))
        if bool(cleaned.get("register_number")) != bool(cleaned.get("registered_on")):
            missing = "registered_on" if cleaned.get("register_number") else "register_number"
            if missing not in self.errors:
                self.add_error(
                    missing, __("A number of the register has a day, and a day a number.")
                )
        return cleaned

    def _one_kind(self, typed: str, number: str) -> Category | None:
        named = [one for one in self.kinds if one.name.casefold() == typed.strip().casefold()]
        found = named or find_categories(self.kinds, typed)[:MOST_KINDS]
        chosen = [one for one in found if str(one.pk) == number]
        if chosen or len(found) == 1:
            return (chosen or found)[0]
        self.found = found
        sentence = __("Which of these is it?") if found else __("No kind fits. Try another word.")
        self.add_error("kind", ValidationError(sentence, code="which"))
        return None


class TakeInForm(PlaceAndKindForm):
    """A report by telephone or on paper."""

    field_order = ("source", "kind")

    source = forms.ChoiceField(
        label=_("It came"),
        choices=[
            (Incident.Source.PHONE.value, _("by telephone")),
            (Incident.Source.PAPER.value, _("on paper")),
        ],
        initial=Incident.Source.PHONE.value,
        widget=forms.RadioSelect,
    )
    is_nowhere = forms.BooleanField(label=_("Nobody can say where it is"), required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Postal address"), required=False, max_length=240)
    language = forms.ChoiceField(label=_("Language of letters and pages"))

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer the languages of the town first."""
        super().__init__(*args, municipality=municipality, **kwargs)
        known = dict(settings.LANGUAGES)
        own = [code for code in municipality.languages if code in known]
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101 - declared above
        language.choices = [
            (code, known[code]) for code in [*own, *(code for code in known if code not in own)]
        ]


class ForwardForm(forms.Form):
    """Where a report is sent, and what goes along."""

    receiver = forms.ModelChoiceField(Department.objects.none(), label=_("Send to"))
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=LONGEST_BASIS,
        widget=forms.TextInput(attrs={"list": "bases", "autocomplete": "off"}),
    )
    message = forms.CharField(
        label=_("Words to the receiver"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name nobody here: it goes by e-mail."),
    )
    tells_identity = forms.BooleanField(
        label=_("Show who reported: the receiver must answer the person by law"), required=False
    )

    def __init__(
        self, *args: Any, municipality: Municipality, may_tell: bool, **kwargs: Any
    ) -> None:
        """Offer bodies in use; the name only where it may go along."""
        super().__init__(*args, **kwargs)
        receiver = self.fields["receiver"]
        assert isinstance(receiver, forms.ModelChoiceField)  # noqa: S101 - declared above
        receiver.queryset = bodies_of(municipality)
        receiver.label_from_instance = _name_of  # type: ignore[method-assign]
        if not may_tell:
            del self.fields["tells_identity"]


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )


class AcceptForm(forms.Form):
    """The receiver: it is ours."""

    prefix = "accept"

    done_by = DayField(label=_("Done by"))
    register_number = forms.CharField(
        label=_("Number in your register (not needed)"), required=False, max_length=LONGEST_NUMBER
    )
    registered_on = DayField(label=_("Registered there on"), required=False)


class RefuseForm(forms.Form):
    """The receiver: it is not ours."""

    prefix = "refuse"

    reason = forms.CharField(
        label=_("Why not?"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
    proposed = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Whose is it?"),
        required=False,
        empty_label=_("I do not know"),
    )

    def __init__(self, *args: Any, leg_receiver: Department, **kwargs: Any) -> None:
        """Offer everybody else of the town."""
        super().__init__(*args, **kwargs)
        proposed = self.fields["proposed"]
        assert isinstance(proposed, forms.ModelChoiceField)  # noqa: S101 - declared above
        own = Department.objects.in_municipality(leg_receiver.municipality).in_use()
        proposed.queryset = own.exclude(pk=leg_receiver.pk).order_by("code")
        proposed.label_from_instance = _name_of  # type: ignore[method-assign]


class DoneForm(forms.Form):
    """The receiver: it is done."""

    prefix = "done"

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Outcome.choices)
    words = forms.CharField(
        label=_("Words to the person who reported"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OutageAnswerForm(forms.Form):
    """One answer for all."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Outcome.choices)
    text = forms.CharField(
        label=_("Answer to everybody"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


def bodies_of(municipality: Municipality) -> Any:
    """Institutions and outside bodies that can receive a report."""
    rows = Department.objects.in_municipality(municipality).in_use()
    return rows.exclude(kind=Department.Kind.DEPARTMENT).order_by("kind", "code")


def _name_of(obj: Any) -> str:
    return str(obj.name)
