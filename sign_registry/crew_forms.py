"""Forms of the head of the crew: planning rounds and giving them to people."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from departments.querysets import MembershipQuerySet
from sign_registry.coverage import categories_of
from sign_registry.services.rounds import MOST_PER_DAY
from sign_registry.workflow import State
from zones.models import Municipality, Zone

WORK = {
    "hang": (gettext_lazy("hang printed signs"), (State.APPROVED, State.PRINTED)),
    "look": (gettext_lazy("look at signs that hang"), (State.INSTALLED,)),
    "replace": (
        gettext_lazy("replace damaged and missing signs"),
        (State.DAMAGED, State.MISSING, State.SUSPECTED_TAMPERED),
    ),
}


class PersonChoice(forms.ModelMultipleChoiceField[Membership]):
    """People by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The person, not the role."""
        return str(obj.user)


class PlanForm(forms.Form):
    """Which signs, who, from when, how many a day."""

    work = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[(key, label) for key, (label, _s) in WORK.items()],
    )
    category = forms.ChoiceField(label=gettext_lazy("Kind of place"), required=False)
    zone = forms.ModelChoiceField(
        label=gettext_lazy("Only in"), queryset=Zone.objects.none(), required=False
    )
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    per_day = forms.IntegerField(
        label=gettext_lazy("Signs a day for each person"),
        min_value=1,
        max_value=MOST_PER_DAY,
        initial=40,
    )
    members = PersonChoice(
        label=gettext_lazy("Who walks"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nobody chosen: rounds that anybody of the crew may take."),
    )

    def __init__(
        self, *args: Any, municipality: Municipality, people: MembershipQuerySet, **kwargs: Any
    ) -> None:
        """Choices of this town only."""
        super().__init__(*args, **kwargs)
        kinds = [(row.code, row.name) for row in categories_of(municipality)]
        self.fields["category"].choices = [("", _("every kind")), *kinds]  # type: ignore[attr-defined]
        zones = Zone.objects.in_municipality(municipality).filter(kind__is_partition=True)
        self.fields["zone"].queryset = zones  # type: ignore[attr-defined]
        self.fields["zone"].empty_label = _("the whole town")  # type: ignore[attr-defined]
        self.fields["zone"].label_from_instance = lambda zone: zone.name  # type: ignore[attr-defined]
        self.fields["members"].queryset = people  # type: ignore[attr-defined]


class RoundMoveForm(forms.Form):
    """A person of the crew and a day."""

    member = forms.ModelChoiceField(
        label=gettext_lazy("Who walks"), queryset=Membership.objects.none(), required=False
    )
    planned_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, people: MembershipQuerySet, **kwargs: Any) -> None:
        """Choices of this town only."""
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = people  # type: ignore[attr-defined]
        self.fields["member"].empty_label = _("anybody of the crew")  # type: ignore[attr-defined]
        self.fields["member"].label_from_instance = lambda row: str(row.user)  # type: ignore[attr-defined]


def crew_of(municipality: Municipality, today: dt.date) -> MembershipQuerySet:
    """People who may hang signs today."""
    return (
        Membership.objects.in_municipality(municipality)
        .in_force(today)
        .with_role(ROLES_WITH[Right.CREW])
        .select_related("user")
        .order_by("user__full_name", "pk")
    )
