"""Forms of the office: choosing signs, planning them, moving one, ordering a print run."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sign_registry.codes import MistypedError, normalise
from sign_registry.models import Sign, SiteCategory
from sign_registry.printing import Format
from sign_registry.querysets import SignQuerySet
from sign_registry.services.printing import PRINTABLE
from sign_registry.services.signs import MOST_SPARES
from sign_registry.workflow import MOVES, Need, State
from zones.models import Municipality, Zone

SIZES = {
    Format.A5: gettext_lazy("Sign, A5"),
    Format.A4: gettext_lazy("Poster, A4"),
    Format.STICKER: gettext_lazy("Sticker for a bus, 120 × 80 mm"),
    Format.LABELS: gettext_lazy("24 labels on an A4 sheet"),
    Format.SPARES: gettext_lazy("4 small signs on an A4 sheet"),
}


class SignChoice(forms.Form):
    """Which signs of a town: everything empty is all of them."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Kind of place"), required=False)
    zone = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Choices of this town only."""
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        self._offer("state", _("every state"), self.states())
        self._offer("purpose", _("every purpose"), Sign.Purpose.choices)
        kinds = SiteCategory.objects.in_municipality(municipality).in_use()
        self._offer("category", _("every kind"), [(row.code, row.name) for row in kinds])
        zones = Zone.objects.in_municipality(municipality).filter(kind__is_partition=True)
        named = sorted(((str(row.pk), row.name) for row in zones), key=lambda one: one[1])
        self._offer("zone", _("the whole town"), named)

    def states(self) -> list[tuple[str, str]]:
        """States that can be chosen."""
        return [(value, str(label)) for value, label in Sign.State.choices]

    def _offer(self, name: str, everything: str, choices: Any) -> None:
        if name in self.fields:
            self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def chosen(self, signs: SignQuerySet, today: Any) -> SignQuerySet:
        """The signs of this choice; a choice that makes no sense finds none."""
        if not self.is_valid():
            return signs.none()
        given = self.cleaned_data
        if given.get("state"):
            signs = signs.in_state(given["state"])
        if given.get("purpose"):
            signs = signs.filter(purpose=given["purpose"])
        if given.get("category"):
            signs = signs.of_category(given["category"], today)
        if given.get("zone"):
            signs = signs.in_zone(int(given["zone"]))
        return signs.distinct()


class SignSearch(SignChoice):
    """The choice of the registry's list, with a search by number, code or place."""

    q = forms.CharField(
        label=gettext_lazy("Number, code or place"), required=False, max_length=80, strip=True
    )
    field_order = ["q", "state", "purpose", "category", "zone"]

    def chosen(self, signs: SignQuerySet, today: Any) -> SignQuerySet:
        """Narrow by what was typed as well."""
        signs = super().chosen(signs, today)
        text = self.cleaned_data.get("q", "") if self.is_valid() else ""
        return signs.matching(text, _as_code(text)) if text else signs


def _as_code(text: str) -> str:
    try:
        return normalise(text)
    except MistypedError:
        return ""


class PrintChoice(SignChoice):
    """Which signs go into a run; only those that may be printed can be chosen."""

    def states(self) -> list[tuple[str, str]]:
        """States in which a sign can be printed."""
        return [(str(state), str(Sign.State(state).label)) for state in PRINTABLE]


class PrintOrderForm(forms.Form):
    """Size, spares, and the mark of a demonstration."""

    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=list(SIZES.items()))
    spares = forms.IntegerField(
        label=gettext_lazy("Spare signs"),
        required=False,
        min_value=0,
        max_value=MOST_SPARES,
        initial=0,
        help_text=gettext_lazy("Without a place; the crew chooses the place on the spot."),
    )
    only_spares = forms.BooleanField(
        label=gettext_lazy("Print only the spare signs, none of those chosen above"),
        required=False,
    )
    is_demo = forms.BooleanField(
        label=gettext_lazy("Mark each sign as DEMO; the address is then not checked"),
        required=False,
    )


class PlanSignsForm(SignChoice):
    """For which places signs are planned, of which purpose and size."""

    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=list(SIZES.items()))
    approve = forms.BooleanField(
        label=gettext_lazy("Approve them for printing at once"), required=False, initial=True
    )
    field_order = ["purpose", "category", "zone", "size", "approve"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A plan has a purpose and no state."""
        super().__init__(*args, **kwargs)
        del self.fields["state"]
        purpose = self.fields["purpose"]
        purpose.required = True
        purpose.choices = Sign.Purpose.choices  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """What happened to one sign, and why."""

    to = forms.ChoiceField(label=gettext_lazy("What happened?"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Stays in the history of the sign."),
    )

    def __init__(self, *args: Any, start: str, states: list[State], **kwargs: Any) -> None:
        """Only moves that the table knows, and that need no photo."""
        super().__init__(*args, **kwargs)
        moves = [
            (str(state), move_words(start, state))
            for state in states
            if Need.PHOTO not in MOVES[State(start), state].needs
        ]
        self.has_moves = bool(moves)
        self.fields["to"].choices = moves  # type: ignore[attr-defined]


def move_words(start: str, to: State) -> str:
    """A move as an act, not as a state."""
    if Need.NEW_CODE in MOVES[State(start), to].needs:
        return _("Give it a new code and print it again")
    words = {
        State.PLANNED: _("Withdraw the approval"),
        State.APPROVED: _("Approve it for printing"),
        State.PRINTED: _("It is printed and in store"),
        State.INSTALLED: _("It hangs in its place"),
        State.DAMAGED: _("It is damaged"),
        State.MISSING: _("It is missing"),
        State.SUSPECTED_TAMPERED: _("Somebody may have tampered with it"),
        State.REPLACED: _("It was replaced by another sign"),
        State.RETIRED: _("Retire it for good"),
        State.ON_HOLD: _("Put it on hold, the place is closed for a while"),
        State.LOST_IN_STORE: _("It was lost before it was hung"),
    }
    return words[to]
