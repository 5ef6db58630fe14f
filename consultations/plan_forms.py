"""Forms of those who prepare a consultation; they keep nothing."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.ballots import BallotForm, BallotKind, CountRule, Currency
from consultations.blueprints import CHOICES
from consultations.eligibility import Whose
from consultations.models import EligibilityRule, Phase, Process
from consultations.phases import PhaseKind
from consultations.services.preparing import PhasePlan
from consultations.services.publishing import LONGEST_WHY
from consultations.services.who_counts import MOST_OTHERS, OLDEST_LEAST_AGE, RuleChoice
from consultations.words import LONGEST_TEXT
from departments.models import Department
from notifications.forms import MomentField
from residents.models import Residence
from zones.forms import DayField, in_order, texts_of
from zones.models import Municipality, TargetArea, Zone
from zones.names import LONGEST_NAME, in_language

#: What the settings of a vote call a field, by the code of what is wrong with it.
BALLOT_FIELDS = {
    "ballot_kind": "ballot",
    "ballot_most": "most",
    "ballot_budget": "budget",
    "ballot_currency": "currency",
    "ballot_no_money": "budget",
    "ballot_rule": "rule",
    "ballot_completion": "completion",
    "ballot_by_zone": "by_zone",
    "ballot_threshold": "threshold",
    "ballot_k": "k",
}


def worded(
    municipality: Municipality,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    *,
    labels: tuple[Any, Any],
    prefix: str = "texts",
) -> dict[str, forms.Field]:
    """A name and a text for each language of the town; the first must have a name.

    Args:
        labels: of the name and of the text, each with %(language)s.
    """
    named = dict(django_settings.LANGUAGES)
    found: dict[str, forms.Field] = {}
    for code in in_order(municipality.languages):
        if code not in {*municipality.languages, *names, *texts}:
            continue
        words = {"language": named[code]}
        is_first = code == municipality.languages[0]
        found[f"names_{code}"] = forms.CharField(
            label=labels[0] % words,
            max_length=LONGEST_NAME,
            required=is_first,
            initial=names.get(code, ""),
        )
        found[f"{prefix}_{code}"] = forms.CharField(
            label=labels[1] % words,
            max_length=LONGEST_TEXT,
            required=is_first and prefix == "descriptions",
            initial=texts.get(code, ""),
            widget=forms.Textarea(attrs={"rows": 5}),
        )
    return found


TEXT_LABELS = (_("Title (%(language)s)"), _("What it is about (%(language)s)"))


class TownForm(forms.Form):
    """A form that offers what a town has."""

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Remember the town; its departments and areas are offered where there is a field."""
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        offered: dict[str, Any] = {
            "department": Department.objects.in_municipality(municipality).order_by("code"),
            "area": TargetArea.objects.in_municipality(municipality)
            .filter(geometry__isnull=False)
            .newest_first(),
        }
        for name, rows in offered.items():
            if name in self.fields:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
                self.fields[name].label_from_instance = _name_of  # type: ignore[attr-defined]

    def words(self, prefix: str) -> dict[str, str]:
        """What was written in each language."""
        return texts_of(self.cleaned_data, prefix)


class BeginForm(TownForm):
    """From which template, called how, for whom, from when."""

    template = forms.ChoiceField(
        label=_("What kind of consultation"), choices=CHOICES, widget=forms.RadioSelect
    )
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"))
    starts_on = DayField(
        label=_("First day"),
        help_text=_("The phases are laid out from this day on; you can change all of them."),
    )
    area = forms.ModelChoiceField(
        TargetArea.objects.none(),
        label=_("Area that it concerns"),
        required=False,
        empty_label=_("The whole town, or chosen later"),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """One title for each language of the town."""
        super().__init__(*args, municipality=municipality, **kwargs)
        self.fields.update(worded(municipality, {}, {}, labels=TEXT_LABELS))
        first = [name for name in self.fields if name.startswith(("names_", "texts_"))]
        self.order_fields(["template", *first, "department", "starts_on", "area"])


class TextsForm(TownForm):
    """What it is called and about."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        help_text=_("It answers for the consultation and to what is said in it."),
    )

    def __init__(
        self, *args: Any, municipality: Municipality, process: Process, **kwargs: Any
    ) -> None:
        """Start from what there is."""
        super().__init__(*args, municipality=municipality, **kwargs)
        self.fields.update(worded(municipality, process.names, process.texts, labels=TEXT_LABELS))
        self.order_fields([*[name for name in self.fields if name != "department"], "department"])
        self.initial.setdefault("department", process.department_id)


class AreaForm(TownForm):
    """Which saved area."""

    area = forms.ModelChoiceField(
        TargetArea.objects.none(),
        label=_("Area that it concerns"),
        required=False,
        empty_label=_("The whole town"),
        help_text=_("When the consultation is published the area stays as it is for ever."),
    )


class PhaseForm(forms.Form):
    """A phase in the list of all."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What happens"), choices=[("", "—"), *PhaseKind.choices], required=False
    )
    starts_at = MomentField(label=_("Begins"), required=False)
    ends_at = MomentField(label=_("Ends"), required=False)
    gone = forms.BooleanField(label=_("Remove"), required=False)

    def clean(self) -> dict[str, Any]:
        """A row is empty or says at least what happens and from when."""
        data = super().clean() or {}
        if data.get("gone") or self.is_blank:
            return data
        for name in ("kind", "starts_at"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in, or remove the phase."))
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("Choose an end after the beginning."))
        return data

    @property
    def is_blank(self) -> bool:
        """Whether the row was left for somebody who wants to add one."""
        return not any(
            str(self.data.get(self.add_prefix(name), "")).strip()
            for name in ("kind", "starts_at", "ends_at")
        )

    def plan(self, zone: ZoneInfo) -> PhasePlan | None:
        """The phase on the clock of the town; nothing where it was removed or left empty."""
        data = self.cleaned_data
        if data.get("gone") or self.is_blank:
            return None
        ends_at = data["ends_at"]
        return PhasePlan(
            kind=data["kind"],
            starts_at=data["starts_at"].replace(tzinfo=zone),
            ends_at=ends_at.replace(tzinfo=zone) if ends_at else None,
            pk=data["pk"],
        )


def phase_rows(phases: Iterable[Phase], zone: ZoneInfo) -> list[dict[str, Any]]:
    """What the rows of `PhaseForm` begin with."""
    return [
        {
            "pk": one.pk,
            "kind": one.kind,
            "kind_label": one.get_kind_display(),
            "starts_at": one.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
            "ends_at": one.ends_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
            if one.ends_at
            else "",
        }
        for one in phases
    ]


PhaseRows = forms.formset_factory(PhaseForm, extra=2, max_num=22)


class ProlongForm(forms.Form):
    """A later end of a phase."""

    phase = forms.IntegerField(widget=forms.HiddenInput)
    ends_at = MomentField(label=_("New end"))


class VoteForm(forms.Form):
    """What the ballot looks like and how it is counted."""

    ballot = forms.ChoiceField(
        label=_("Kind of ballot"), choices=BallotKind.choices, widget=forms.RadioSelect
    )
    most = forms.IntegerField(
        label=_("Crosses or points of one voter"),
        min_value=0,
        required=False,
        help_text=_("With a budget to fill it is 0: the budget is the only bound."),
    )
    budget = forms.DecimalField(
        label=_("Budget"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        localize=False,
        help_text=_("In a vote without money: how many alternatives win, as a rule 1."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency.choices)
    rule = forms.ChoiceField(
        label=_("How the winners are found"), choices=CountRule.choices, widget=forms.RadioSelect
    )
    completion = forms.BooleanField(
        label=_("With equal shares: give out what is left, by raising every share (Add1)"),
        required=False,
    )
    stops = forms.BooleanField(
        label=_("With most votes: stop at the first project that does not fit"), required=False
    )
    threshold = forms.IntegerField(
        label=_("Votes that a project needs at least"), min_value=0, required=False
    )
    by_zone = forms.BooleanField(label=_("Each zone has a share of the budget"), required=False)
    k = forms.IntegerField(
        label=_("Ballots a zone needs before it is written on them"),
        min_value=5,
        help_text=_("At least 5. In smaller zones ballots are published without the zone."),
    )

    def __init__(self, *args: Any, settings: Mapping[str, Any], **kwargs: Any) -> None:
        """Start from what was set."""
        super().__init__(*args, **kwargs)
        defaults: dict[str, Any] = {"rule": CountRule.GREEDY, "k": 10, "threshold": 0}
        kept = {**defaults, **settings}
        self.initial.update({**kept, "completion": kept.get("completion") == "add1"})

    def clean(self) -> dict[str, Any]:
        """See that it is a ballot that can be counted."""
        data = super().clean() or {}
        if not self.errors:
            try:
                BallotForm.of(self.settings())
            except ValidationError as refused:
                self.add_error(BALLOT_FIELDS.get(str(refused.code)), refused.messages)
        return data

    def settings(self) -> dict[str, Any]:
        """As a phase keeps them."""
        data = self.cleaned_data
        return {
            "ballot": data["ballot"],
            "most": 0 if data["ballot"] == BallotKind.KNAPSACK else data["most"] or 0,
            "budget": f"{data['budget']:.2f}",
            "currency": data["currency"],
            "rule": data["rule"],
            "completion": "add1" if data["completion"] else "",
            "stops": data["stops"],
            "threshold": data["threshold"] or 0,
            "by_zone": data["by_zone"],
            "k": data["k"],
        }


class RuleForm(forms.Form):
    """Whose voice counts for an action."""

    whose = forms.ChoiceField(
        label=_("Whose"), choices=Whose.choices, widget=forms.RadioSelect, initial=Whose.TOWN
    )
    zones = forms.ModelMultipleChoiceField(
        Zone.objects.none(),
        label=_("Zones"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for zones; none of them are all."),
    )
    others = forms.IntegerField(
        label=_("Zones beside the own one"), min_value=0, max_value=MOST_OTHERS, required=False
    )
    assurance = forms.TypedChoiceField(
        label=_("How sure the address must be"),
        choices=Residence.Assurance.choices,
        coerce=int,
        initial=Residence.Assurance.DECLARED,
    )
    least_age = forms.IntegerField(
        label=_("Least age"),
        min_value=0,
        max_value=OLDEST_LEAST_AGE,
        required=False,
        help_text=_("In years on the day on which homes count; 0 asks for none."),
    )

    def __init__(
        self, *args: Any, zones: Any, row: EligibilityRule | None, default: str, **kwargs: Any
    ) -> None:
        """Offer the zones of the town and start from the rule there is."""
        super().__init__(*args, **kwargs)
        self.fields["zones"].queryset = zones  # type: ignore[attr-defined]
        self.fields["zones"].label_from_instance = _name_of  # type: ignore[attr-defined]
        self.initial.setdefault("whose", default)
        if row is not None:
            self.initial.update(
                whose=row.whose,
                zones=[zone.pk for zone in row.zones.all()],
                others=row.others,
                assurance=row.assurance,
                least_age=row.least_age,
            )

    def choice(self) -> RuleChoice:
        """As the service takes it."""
        data = self.cleaned_data
        return RuleChoice(
            whose=Whose(data["whose"]),
            zones=list(data["zones"].select_related("kind")),
            others=data["others"] or 0,
            assurance=data["assurance"],
            least_age=data["least_age"] or 0,
        )


class BindingForm(forms.Form):
    """The day on which homes count, and whether the town is bound."""

    reference_on = DayField(
        label=_("Homes count as of"),
        required=False,
        help_text=_("Who moves into the area after this day does not count in a vote."),
    )
    is_binding = forms.BooleanField(label=_("The town is bound by the vote"), required=False)
    council_decision = forms.CharField(
        label=_("Decision of the council"),
        max_length=200,
        required=False,
        help_text=_("Number and day; it allows a binding vote of addresses only declared."),
    )


class WithdrawForm(forms.Form):
    """Why a consultation is taken back."""

    why = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands on the public page in place of the consultation."),
    )


def _name_of(row: Any) -> str:
    return row.name if isinstance(row, TargetArea) else in_language(row.names)
