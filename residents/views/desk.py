"""The residents' desk: finding somebody without a list to page through, and helping them."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import SignInCard, User
from accounts.services import holder_of
from departments.access import Right, areas_with
from departments.views import StaffView
from residents.address_choice import Found, address_of, find_home, home_label
from residents.home_forms import FindForm, HomeChoiceForm, ReasonForm, VisitorForm
from residents.masking import masked
from residents.models import AddressLetter, AddressQuestion, Residence, Resident, Reveal
from residents.querysets import ResidentQuerySet
from residents.services.desk import register_at_desk, reveal, take_card_back
from residents.services.letters import ask_for_letter
from residents.services.registering import AddressChoice
from residents.services.residences import confirm_by_desk, move
from residents.views.choosing import choice_context, said_home, zones_of
from zones.forms import add_refusal
from zones.models import Address

MOST_FOUND = 20


class DeskView(StaffView):
    """A page of the desk. A role for a department serves everybody; one for areas, their homes."""

    right: ClassVar[Right] = Right.REGISTER
    narrows = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only where the town registers residents; nothing of it stays in a browser."""
        if "notices" not in self.municipality.modules:
            raise Http404
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    @cached_property
    def areas(self) -> set[int] | None:
        """Zones the clerk's role is narrowed to; None is the whole town."""
        return areas_with(self.membership.user, self.municipality, self.right, self.today)

    @property
    def clerk(self) -> User:
        """Who stands behind the desk."""
        return self.membership.user

    def residents(self) -> ResidentQuerySet:
        """Everybody this clerk may serve."""
        rows = Resident.objects.in_municipality(self.municipality).finished()
        return rows.belonging_to(self.areas).select_related("user", "municipality")

    def resident(self, number: int) -> Resident:
        """One of them, or no such page."""
        return get_object_or_404(self.residents(), pk=number)

    def home_of(self, resident: Resident) -> Residence | None:
        """Where somebody lives now."""
        homes = Residence.objects.filter(resident=resident).in_force(self.today)
        return homes.select_related(
            "resident__municipality", "resident__user", "address__street", "address__municipality"
        ).first()

    def path_of(self, resident: Resident) -> str:
        """Page of one resident."""
        return f"/{self.municipality.slug}/desk/residents/{resident.pk}/"


class DeskHomeView(DeskView):
    """The front: how to find somebody, and what waits."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Three ways to find one person, and the queues."""
        return self.show(FindForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Find; by POST, so that what is looked for stays out of every log and history."""
        form = FindForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=400)
        values = form.cleaned_data
        if values["place"].strip():
            return self._by_place(form, values)
        if values["card"].strip():
            holder = holder_of(values["card"])
            found = self.residents().filter(user=holder) if holder else self.residents().none()
        else:
            found = self.residents().filter(user__email=values["email"].lower())
        return self.show(form, people=list(found[:MOST_FOUND]))

    def _by_place(self, form: FindForm, values: dict[str, Any]) -> HttpResponse:
        """Who lives at an address: the answer tells where they live, so each one is a look."""
        address = address_of(self.municipality, values["home"])
        found = None
        if address is None:
            found = find_home(municipality=self.municipality, text=values["place"])
            sure = found.addresses if found.outcome == "placed" else ()
            address = sure[0] if sure else None
        if address is None:
            return self.show(form, found=found)
        people = list(self.residents().living_at(address).distinct()[:MOST_FOUND])
        reveal(
            residents=people,
            reason=Reveal.Reason(values["reason"]),
            actor=self.clerk,
            now=timezone.now(),
        )
        return self.show(form, people=people, address=address)

    def show(
        self,
        form: FindForm,
        *,
        people: list[Resident] | None = None,
        address: Address | None = None,
        found: Found | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with what was found."""
        town = self.municipality
        homes = Residence.objects.in_municipality(town).belonging_to(self.areas)
        letters = AddressLetter.objects.in_municipality(town).to_print()
        questions = AddressQuestion.objects.in_municipality(town).waiting()
        context = {
            "form": form,
            "people": None if people is None else self._rows(people, address),
            "choices": [
                {"pk": one.pk, "label": home_label(one)}
                for one in (found.addresses if found else ())
            ],
            "is_asked": found is not None,
            "questions": questions.filter(residence__in=homes).count(),
            "letters": letters.filter(residence__in=homes).count(),
            "is_narrowed": self.areas is not None,
        }
        return render(self.request, "residents/desk.html", context, status=status)

    def _rows(self, people: list[Resident], address: Address | None) -> list[dict[str, Any]]:
        homes = Residence.objects.filter(resident__in=people).in_force(self.today)
        homes = homes.select_related("address__street", "address__municipality")
        home_of = {home.resident_id: home for home in homes}
        whole = home_label(address) if address else ""
        return [
            {
                "pk": one.pk,
                "name": str(one.user),
                "address": whole or (masked(said_home(home)) if home else ""),
                "home": home,
            }
            for one in people
            for home in [home_of.get(one.pk)]
        ]


class ResidentView(DeskView):
    """One resident: masked until a reason is given."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Without the address."""
        return self._show(self.resident(pk), ReasonForm(), is_open=False)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """With the address, once the reason is written down."""
        resident, form = self.resident(pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(resident, form, is_open=False, status=400)
        reveal(
            residents=[resident],
            reason=Reveal.Reason(form.cleaned_data["reason"]),
            actor=self.clerk,
            now=timezone.now(),
        )
        return self._show(resident, form, is_open=True)

    def _show(
        self, resident: Resident, form: ReasonForm, *, is_open: bool, status: int = 200
    ) -> HttpResponse:
        home = self.home_of(resident)
        said = said_home(home) if home else ""
        cards = SignInCard.objects.filter(user=resident.user, withdrawn_at=None)
        context = {
            "one": resident,
            "home": home,
            "said": said if is_open else masked(said),
            "is_open": is_open,
            "zones": zones_of(home, self.municipality.languages) if home and is_open else [],
            "form": form,
            "card": cards.order_by("-issued_at").first(),
            "question": AddressQuestion.objects.filter(residence=home).unsettled().first(),
            "is_own": resident.user_id == self.clerk.pk,
        }
        return render(self.request, "residents/desk_resident.html", context, status=status)


class ResidentActView(DeskView):
    """One button on the page of a resident."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Do it and go back."""
        resident = self.resident(pk)
        try:
            messages.success(request, self.act_on(resident))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.path_of(resident))

    def act_on(self, resident: Resident) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError

    def require_home(self, resident: Resident) -> Residence:
        """The present home.

        Raises:
            ValidationError: `no_home`.
        """
        home = self.home_of(resident)
        if home is None:
            raise ValidationError(_("This person has no address in the town."), code="no_home")
        return home


class ConfirmHomeView(ResidentActView):
    """A paper was shown."""

    def act_on(self, resident: Resident) -> str:
        """Note it."""
        home = self.require_home(resident)
        confirm_by_desk(residence=home, actor=self.clerk, now=timezone.now())
        return _("The address is confirmed at the desk.")


class OrderLetterView(ResidentActView):
    """A letter for somebody who cannot ask for it alone."""

    def act_on(self, resident: Resident) -> str:
        """Put it on the pile."""
        ask_for_letter(residence=self.require_home(resident), now=timezone.now())
        return _("The letter is on the pile to print.")


class CardBackView(ResidentActView):
    """A card was lost."""

    def act_on(self, resident: Resident) -> str:
        """Make it worthless."""
        take_card_back(resident=resident, now=timezone.now())
        return _("The card no longer works.")


class DeskMoveView(DeskView):
    """Somebody says at the desk that they moved."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """An empty form."""
        return self._show(self.resident(pk), HomeChoiceForm(municipality=self.municipality), None)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Store a sure home; show what has to be chosen otherwise."""
        resident = self.resident(pk)
        if "keep" in request.POST:
            return HttpResponse(status=204)
        form = HomeChoiceForm(request.POST, municipality=self.municipality)
        if not form.is_valid():
            return self._show(resident, form, None, 400)
        try:
            choice = form.decide()
            if isinstance(choice, Found):
                return self._show(resident, form, choice)
            move(resident=resident, choice=choice, now=timezone.now(), by=self.clerk)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self._show(resident, form, None, 400)
        messages.success(request, _("The new address counts from today on, as declared."))
        return redirect(f"/{slug}/desk/residents/")

    def _show(
        self, resident: Resident, form: HomeChoiceForm, found: Found | None, status: int = 200
    ) -> HttpResponse:
        context = {**choice_context(form, found, self.bbox), "one": resident, "by_clerk": True}
        return render(self.request, "residents/desk_move.html", context, status=status)


class DeskRegisterView(DeskView):
    """Somebody without e-mail registers."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """An empty form."""
        return self._show(VisitorForm(municipality=self.municipality), None)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Register; the card is printed from the page that follows."""
        if "keep" in request.POST:
            return HttpResponse(status=204)
        form = VisitorForm(request.POST, municipality=self.municipality)
        if not form.is_valid():
            return self._show(form, None, 400)
        try:
            choice = form.decide()
            if isinstance(choice, Found):
                return self._show(form, choice)
            resident = self._register(form, choice)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self._show(form, None, 400)
        messages.success(request, _("Registered. Print the card and hand it over."))
        return redirect(self.path_of(resident))

    def _register(self, form: VisitorForm, choice: AddressChoice) -> Resident:
        return register_at_desk(
            municipality=self.municipality,
            visitor=form.visitor(),
            choice=choice,
            actor=self.clerk,
            areas=self.areas,
            now=timezone.now(),
        )

    def _show(self, form: VisitorForm, found: Found | None, status: int = 200) -> HttpResponse:
        context = {
            **choice_context(form, found, self.bbox),
            "by_clerk": True,
            "asks_edge": form.is_bound and "says_old_enough" in form.errors,
        }
        return render(self.request, "residents/desk_register.html", context, status=status)
