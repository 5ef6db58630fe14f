"""A resident's own page: where they live, how sure that is, moving house, the letter, leaving."""

from typing import Any

from allauth.core.ratelimit import consume, respond_429
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from residents.address_choice import Found
from residents.home_forms import HomeChoiceForm, PostCodeForm, UnitForm
from residents.models import AddressLetter, Residence, Resident
from residents.services.letters import ask_for_letter, confirm_by_post, refuse_letter
from residents.services.registering import AddressChoice
from residents.services.residences import change_unit, leave, move
from residents.views.choosing import choice_context, said_home, zones_of
from zones.forms import add_refusal
from zones.models import ZoneEdition
from zones.names import in_language
from zones.views import TownView

# Two limits of config/accounts_settings.py.
GUESS, REFUSAL = "post_code", "not_me"


@method_decorator(never_cache, name="dispatch")
class OwnView(AccessMixin, TownView):
    """A page of one's own; whoever has not registered here is led to registration."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask strangers to sign in, and everybody else to register first."""
        if "notices" not in self.municipality.modules:
            raise Http404
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if self.own_row is None and hasattr(self, str(request.method).lower()):
            return redirect(f"/{self.municipality.slug}/join/")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def own_row(self) -> Resident | None:
        """The finished registration of whoever is signed in."""
        mine = Resident.objects.in_municipality(self.municipality).of(self.request.user)
        return mine.finished().select_related("municipality", "user").first()

    @property
    def resident(self) -> Resident:
        """The person, once `dispatch` let them in."""
        if self.own_row is None:
            raise Http404
        return self.own_row

    @cached_property
    def home(self) -> Residence | None:
        """Where they live now."""
        mine = Residence.objects.filter(resident=self.resident).in_force(self.today)
        return mine.select_related(
            "resident__municipality", "resident__user", "address__street", "address__municipality"
        ).first()

    @property
    def user(self) -> User:
        """Whoever is signed in."""
        return self.resident.user

    def own_page(self) -> HttpResponse:
        """Back to the own page."""
        return redirect(f"/{self.municipality.slug}/me/")


class MeView(OwnView):
    """Everything about one's registration on one page."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Home, zones, history, letter."""
        home = self.home
        letter = self._letter(home)
        context = {
            "resident": self.resident,
            "home": home,
            "said": said_home(home) if home else "",
            "question": getattr(home, "question", None) if home else None,
            "zones": zones_of(home, self.municipality.languages) if home else [],
            "edition": self._newest_edition(),
            "letter": letter,
            "can_ask": not (letter and letter.is_on_its_way(self.today)),
            "unit_form": UnitForm(initial={"unit": home.unit if home else ""}),
            "former": self._former(),
            "other_towns": self._other_towns(),
        }
        return render(request, "residents/me.html", context)

    def _newest_edition(self) -> ZoneEdition | None:
        editions = ZoneEdition.objects.in_municipality(self.municipality)
        return editions.exclude(kind__code="street").order_by("-valid_from", "-pk").first()

    def _letter(self, home: Residence | None) -> AddressLetter | None:
        if home is None:
            return None
        return home.letters.filter(used_at__isnull=True).order_by("-asked_at").first()

    def _former(self) -> list[dict[str, Any]]:
        rows = self.resident.residences.all()
        if self.home is not None:
            rows = rows.exclude(pk=self.home.pk)
        rows = rows.select_related("address__street", "address__municipality")
        return [
            {"said": said_home(row), "since": row.valid_from, "until": row.valid_until}
            for row in rows.order_by("-valid_from")[:50]
        ]

    def _other_towns(self) -> list[dict[str, str]]:
        others = Resident.objects.of(self.request.user).finished()
        others = others.exclude(municipality=self.municipality).select_related("municipality")
        return [
            {
                "slug": one.municipality.slug,
                "name": in_language(one.municipality.names, one.municipality.languages),
            }
            for one in others.order_by("pk")[:20]
        ]


class MoveView(OwnView):
    """Saying where one lives from today on."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """An empty form."""
        return self._show(HomeChoiceForm(municipality=self.municipality), None)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Store a sure home; show what has to be chosen otherwise."""
        if "keep" in request.POST:  # what registration keeps while another app is in front
            return HttpResponse(status=204)
        form = HomeChoiceForm(request.POST, municipality=self.municipality)
        if not form.is_valid():
            return self._show(form, None, 400)
        found = None
        try:
            choice = form.decide()
            if isinstance(choice, AddressChoice):
                move(resident=self.resident, choice=choice, now=timezone.now())
                messages.success(request, _("Your new address is stored, from today on."))
                return self.own_page()
            found = choice
        except ValidationError as refused:
            add_refusal(form, refused)
            return self._show(form, None, 400)
        return self._show(form, found)

    def _show(self, form: HomeChoiceForm, found: Found | None, status: int = 200) -> HttpResponse:
        context = choice_context(form, found, self.bbox)
        context["said"] = said_home(self.home) if self.home else ""
        return render(self.request, "residents/move.html", context, status=status)


class UnitView(OwnView):
    """Another flat at the same address."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Store it."""
        form = UnitForm(request.POST)
        if self.home is not None and form.is_valid():
            change_unit(residence=self.home, unit=form.cleaned_data["unit"])
            messages.success(request, _("Stored."))
        return self.own_page()


class AskLetterView(OwnView):
    """Asking for a code by post."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Put it on the desk's pile."""
        if self.home is None:
            return self.own_page()
        try:
            ask_for_letter(residence=self.home, now=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("A letter will come by post within some days."))
        return self.own_page()


class LeaveView(OwnView):
    """Ending the residence in this town."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """What that means, before it is done."""
        return render(request, "residents/leave.html", {"home": self.home})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Do it."""
        try:
            leave(resident=self.resident, now=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("You no longer live here for us. You get no more notices."))
        return self.own_page()


class CodeView(OwnView):
    """Typing in the code of a letter; the camera fills it in from behind the #."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form."""
        return self._show(PostCodeForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Confirm, or say that the code is not right."""
        form = PostCodeForm(request.POST)
        if not form.is_valid():
            return self._show(form, 400)
        if not consume(request, action=GUESS, key=f"{self.user.pk}"):
            return too_often(request)
        try:
            confirm_by_post(
                municipality=self.municipality,
                code=form.cleaned_data["code"],
                user=self.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.add_error("code", refused)
            return self._show(form, 400)
        messages.success(request, _("Thank you. Your address is confirmed by post."))
        return self.own_page()

    def _show(self, form: PostCodeForm, status: int = 200) -> HttpResponse:
        return render(self.request, "residents/code.html", {"form": form}, status=status)


@method_decorator(never_cache, name="dispatch")
class NotMeView(TownView):
    """For whoever opened a letter to somebody who does not live there; takes no account."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A town that registers nobody sends no letters."""
        if "notices" not in self.municipality.modules:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form."""
        return self._show(PostCodeForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Take the address back."""
        form = PostCodeForm(request.POST)
        if not form.is_valid():
            return self._show(form, 400)
        if not consume(request, action=REFUSAL, key=f"{self.municipality.pk}"):
            return too_often(request)
        try:
            refuse_letter(
                municipality=self.municipality,
                code=form.cleaned_data["code"],
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.add_error("code", refused)
            return self._show(form, 400)
        return render(request, "residents/not_me_done.html")

    def _show(self, form: PostCodeForm, status: int = 200) -> HttpResponse:
        return render(self.request, "residents/not_me.html", {"form": form}, status=status)


def too_often(request: HttpRequest) -> HttpResponse:
    """The answer to somebody who tries codes."""
    answer: HttpResponse = respond_429(request)
    return answer
