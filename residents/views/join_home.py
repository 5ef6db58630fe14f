"""The third and the fourth screen of registration: where somebody lives, and what comes of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.security import has_second_factor
from residents.address_choice import (
    Found,
    Outcome,
    address_of,
    beside,
    find_home,
    home_label,
)
from residents.join_forms import HomeForm
from residents.models import Residence, Resident, ResidentZone
from residents.placing import place_residents
from residents.services.registering import (
    AddressChoice,
    declare_address,
    finish,
    register,
    state_age,
)
from residents.views.join import JoinPage
from residents.views.join_state import JoinState, drop_state, keep_state
from zones.forms import add_refusal
from zones.models import Address
from zones.names import in_language

#: What of the form outlives a change to another app; the year of birth is typed in a moment.
KEPT = ("home", "written", "unit", "asked", "longitude", "latitude")


class JoinHomeView(JoinPage):
    """The third screen."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form as far as it was filled."""
        if not request.user.is_authenticated:
            return self.start_again()
        if self._is_done():
            return redirect(self.path_of("done"))
        state = self.state()
        keep_state(request, slug, state)
        return self._show(self._form(initial=state.typed), state, self._found_before(state))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Store the home, or show what has to be chosen."""
        if not request.user.is_authenticated:
            return self.start_again()
        if self._is_done():
            return redirect(self.path_of("done"))
        state = self.state()
        state.typed = {name: request.POST.get(name, "")[:200] for name in KEPT}
        keep_state(request, slug, state)
        if "keep" in request.POST:
            return HttpResponse(status=204)
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form, state, self._found_before(state), 400)
        return self._decide(form, state)

    def _decide(self, form: HomeForm, state: JoinState) -> HttpResponse:
        """An address that was chosen or surely found is taken; all else is asked again."""
        values = form.cleaned_data
        home = self._named(values, state)
        found = None
        if home is None:
            refused = _unfinished(values["written"])
            if refused:
                form.add_error("written", refused)
                return self._show(form, state, None, 400)
            if self._is_unknown(values):
                return self._store(form, state, self._unknown(form, state))
            found = find_home(municipality=self.municipality, text=values["written"])
            if found.outcome is Outcome.PLACED:
                home = found.addresses[0]
        if home is None:
            state.typed["asked"] = values["written"]
            keep_state(self.request, self.slug, state)
            return self._show(form, state, found)
        return self._store(form, state, AddressChoice(address=home, unit=values["unit"]))

    def _named(self, values: dict[str, Any], state: JoinState) -> Address | None:
        """The staircase of the sign, or one of the addresses shown for this very text."""
        chosen = values["home"]
        if chosen == "yes" and state.home:
            return address_of(self.municipality, str(state.home))
        is_same_text = values["asked"] == values["written"]
        return address_of(self.municipality, chosen) if chosen and is_same_text else None

    def _is_unknown(self, values: dict[str, Any]) -> bool:
        """Whether the person saw what was found for this very text, and says it is none of it."""
        says_so = values["home"] == "unknown" or "unknown" in self.request.POST
        return says_so and values["asked"] == values["written"]

    def _unknown(self, form: HomeForm, state: JoinState) -> AddressChoice:
        """A pin, or the nearest place that is known; somebody at the desk looks it up."""
        values = form.cleaned_data
        pin = form.pin
        if pin is None:
            near = find_home(municipality=self.municipality, text=values["written"]).near
            staircase = address_of(self.municipality, str(state.home)) if state.home else None
            pin = near or (staircase.location if staircase else None)
        return AddressChoice(location=pin, written=values["written"], unit=values["unit"])

    def _store(self, form: HomeForm, state: JoinState, choice: AddressChoice) -> HttpResponse:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - both methods asked before
        try:
            self._register(user, form, state, choice)
        except ValidationError as refused:
            add_refusal(form, refused)
            shown = self._found_before(state)
            return self._show(form, state, shown or Found(Outcome.NOT_FOUND), 400)
        drop_state(self.request, self.slug)
        return redirect(self.path_of("done"))

    @transaction.atomic
    def _register(
        self, user: User, form: HomeForm, state: JoinState, choice: AddressChoice
    ) -> None:
        now, town = timezone.now(), self.municipality
        resident = register(municipality=town, user=user, origin=state.origin, now=now)
        resident.municipality = town
        if "birth_year" in form.fields:
            state_age(
                resident=resident,
                birth_year=form.cleaned_data["birth_year"],
                says_old_enough=form.cleaned_data["says_old_enough"],
                now=now,
            )
        residence = declare_address(resident=resident, choice=choice, now=now)
        finish(resident=resident, now=now)
        place_residents(municipality=town, now=now, only=[residence.pk])

    def _is_done(self) -> bool:
        resident = self.own_row()
        return resident is not None and resident.finished_at is not None

    def _form(self, data: Any = None, initial: dict[str, str] | None = None) -> HomeForm:
        return HomeForm(data, municipality=self.municipality, initial=initial)

    def _found_before(self, state: JoinState) -> Found | None:
        """What was shown for the text that was looked up, where the page is opened again."""
        asked = state.typed.get("asked", "")
        same = bool(asked) and asked == state.typed.get("written")
        return find_home(municipality=self.municipality, text=asked) if same else None

    def _show(
        self, form: HomeForm, state: JoinState, found: Found | None, status: int = 200
    ) -> HttpResponse:
        staircase = address_of(self.municipality, str(state.home)) if state.home else None
        chosen = form["home"].value() or ""
        context = {
            "form": form,
            "staircase": home_label(staircase) if staircase else "",
            "entrances": [_row(one) for one in beside(staircase)] if staircase else [],
            "is_other": chosen == "other" or bool(found),
            "choices": [_row(one) for one in found.addresses] if found else [],
            "is_asked": found is not None,
            "is_unknown": found is not None and found.outcome is Outcome.NOT_FOUND,
            "near": found.near if found else None,
            "bbox": self._map_around(found),
            "least_age": self.municipality.least_age,
            "asks_edge": self._asks_edge(form),
        }
        return render(self.request, "residents/join_address.html", context, status=status)

    def _map_around(self, found: Found | None) -> tuple[float, float, float, float]:
        if found is None or found.near is None:
            return self.bbox
        x, y = found.near.x, found.near.y
        return (x - 0.004, y - 0.004, x + 0.004, y + 0.004)

    def _asks_edge(self, form: HomeForm) -> bool:
        """Whether the year of birth leaves the age open, so that the box is shown."""
        return form.is_bound and "says_old_enough" in form.errors


class JoinDoneView(JoinPage):
    """The last screen: what one belongs to now, what one will hear, and where to change it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Five queries beside the visit's own."""
        resident = self.own_row()
        if resident is None or resident.finished_at is None:
            return redirect(self.path_of())
        residence = self._home(resident)
        context = {
            "resident": resident,
            "home": _said_home(residence),
            "waits_for_desk": residence is not None and residence.address_id is None,
            "zones": self._zones(residence),
            "has_passkey": has_second_factor(request.user),
            "has_mail": bool(request.user.is_authenticated and request.user.email),
        }
        return render(request, "residents/join_done.html", context)

    def _home(self, resident: Resident) -> Residence | None:
        mine = Residence.objects.filter(resident=resident).in_force(self.today)
        return mine.select_related("address__street", "address__municipality").first()

    def _zones(self, residence: Residence | None) -> list[dict[str, str]]:
        if residence is None:
            return []
        rows = ResidentZone.objects.open().filter(residence=residence)
        order = self.municipality.languages
        return [
            {
                "kind": in_language(row.kind.names, order),
                "name": in_language(row.zone.names, order),
            }
            for row in rows.select_related("zone", "kind").order_by("kind__code")
        ]


def _unfinished(written: str) -> str:
    """What is missing in a typed address; every door has a number or a block."""
    if not written.strip():
        return _("Write your street and number.")
    if not any(symbol.isdigit() for symbol in written):
        return _("Add the number of your house, or the block and the entrance.")
    return ""


def _row(address: Address) -> dict[str, Any]:
    return {"pk": address.pk, "label": home_label(address)}


def _said_home(residence: Residence | None) -> str:
    if residence is None:
        return ""
    return home_label(residence.address) if residence.address else residence.written
