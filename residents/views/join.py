"""Registration in at most four screens: contact, code, home, done."""

from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume, respond_429
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from accounts.models import User
from accounts.services import open_account
from residents.address_choice import staircase_of
from residents.join_forms import ContactForm, JoinCodeForm
from residents.join_guide import guide, walk_through
from residents.models import Resident
from residents.services.codes import code_digest, fits, new_code, send_code, takes_telephones
from residents.services.registering import register
from residents.views.join_state import (
    MOST_TRIES,
    JoinState,
    drop_state,
    keep_state,
    read_state,
    was_begun,
)
from zones.names import in_language
from zones.views import TownView


@method_decorator(never_cache, name="dispatch")
class JoinPage(TownView):
    """One step; a town that does not register residents has none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse where the town has not opened registration."""
        if "notices" not in self.municipality.modules:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def slug(self) -> str:
        """Short name of the town."""
        return self.municipality.slug

    def own_row(self) -> Resident | None:
        """The registration of whoever is signed in, finished or not."""
        mine = Resident.objects.in_municipality(self.municipality).of(self.request.user)
        return mine.select_related("municipality", "user").first()

    def path_of(self, step: str = "") -> str:
        """Path of a step of this town."""
        return f"/{self.slug}/join/{step + '/' if step else ''}"

    def state(self) -> JoinState:
        """What was begun, or a fresh beginning."""
        return read_state(self.request, self.slug) or JoinState()

    def start_again(self) -> HttpResponse:
        """Half an hour went by: say that nothing was kept, and begin anew."""
        if was_begun(self.request, self.slug):
            drop_state(self.request, self.slug)
            messages.warning(
                self.request,
                _("More than half an hour went by, so what you typed was not kept. Begin again."),
            )
        return redirect(self.path_of())


class JoinView(JoinPage):
    """The first screen: an e-mail address for a code, or how it goes without one."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form; a scan only fills the home in, and its code leaves the address line at once."""
        if "sign" in request.GET:
            return self._from_sign(request.GET["sign"])
        if request.user.is_authenticated:
            resident = self.own_row()
            is_done = resident is not None and resident.finished_at is not None
            return redirect(self.path_of("done" if is_done else "address"))
        return self._show(self._form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Send a code: the same to everybody, whether or not there is an account."""
        if request.user.is_authenticated:
            return redirect(self.path_of("address"))
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form, 400)
        state = self.state()
        state.contact = form.contact()
        return send_and_go_on(self, state)

    def _form(self, data: Any = None) -> ContactForm:
        return ContactForm(
            data, municipality=self.municipality, takes_telephones=takes_telephones()
        )

    def _show(self, form: ContactForm, status: int = 200) -> HttpResponse:
        town = self.municipality
        state = read_state(self.request, self.slug)
        context = {
            "form": form,
            "desk": in_language(town.desk_texts, town.languages) if town.desk_texts else "",
            "waits_for_code": bool(state and state.digest),
            "least_age": town.least_age,
        }
        return render(self.request, "residents/join.html", context, status=status)

    def _from_sign(self, code: str) -> HttpResponse:
        state = self.state()
        home = staircase_of(municipality=self.municipality, code=code, now=timezone.now())
        state.origin = "sign"
        state.home = home.pk if home else None
        keep_state(self.request, self.slug, state)
        return redirect(self.path_of())


class JoinCodeView(JoinPage):
    """The second screen: the code that was sent."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form, for as long as the code works."""
        if request.user.is_authenticated:
            return redirect(self.path_of("address"))
        state = read_state(request, slug)
        if state is None or not state.digest:
            return self.start_again()
        return self._show(JoinCodeForm(), state)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Sign in with the right code, making the account where there is none."""
        if request.user.is_authenticated:
            return redirect(self.path_of("address"))
        state = read_state(request, slug)
        if state is None or not state.digest:
            return self.start_again()
        if "again" in request.POST:
            return send_and_go_on(self, state)
        form = JoinCodeForm(request.POST)
        if not form.is_valid():
            return self._show(form, state, 400)
        if not consume(request, action="login_failed", key=state.contact, dry_run=True):
            return cast(HttpResponse, respond_429(request))
        if not fits(form.cleaned_data["code"], state.contact, state.digest):
            return self._wrong(form, state)
        return self._come_in(form, state)

    def _wrong(self, form: JoinCodeForm, state: JoinState) -> HttpResponse:
        consume(self.request, action="login_failed", key=state.contact)
        state.tries_left -= 1
        if state.tries_left <= 0:
            state.digest = ""
            keep_state(self.request, self.slug, state)
            messages.error(self.request, _("That was wrong three times. Ask for a new code."))
            return redirect(self.path_of())
        keep_state(self.request, self.slug, state)
        form.add_error(
            "code", _("This code is not right. Look at the newest message and type it again.")
        )
        return self._show(form, state, 400)

    def _come_in(self, form: JoinCodeForm, state: JoinState) -> HttpResponse:
        is_phone = state.contact.startswith("+")
        try:
            user = open_account(
                email="" if is_phone else state.contact,
                phone=state.contact if is_phone else "",
                language=self.language,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
            return self._show(form, state, 400)
        contact, state.contact, state.digest = state.contact, "", ""
        keep_state(self.request, self.slug, state)
        record_authentication(self.request, user, method="code", email=contact)
        response: HttpResponse = perform_login(
            self.request, user, email=user.email, redirect_url=self.path_of("address")
        )
        if self.request.user.is_authenticated:
            self._begin(user, state)
        return response

    def _begin(self, user: User, state: JoinState) -> None:
        register(municipality=self.municipality, user=user, origin=state.origin, now=timezone.now())

    def _show(self, form: JoinCodeForm, state: JoinState, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "contact": state.contact,
            "is_phone": state.contact.startswith("+"),
        }
        return render(self.request, "residents/join_code.html", context, status=status)


class JoinHelpView(JoinPage, TemplateView):
    """How registration goes, in pictures with sentences."""

    template_name = "residents/join_help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each step with its picture in the reader's language."""
        return super().get_context_data(
            steps=guide(self.language), walk=walk_through(self.language), **kwargs
        )


def send_and_go_on(page: JoinPage, state: JoinState) -> HttpResponse:
    """Send a fresh code and lead to its page; too many are refused, whoever they are for."""
    request = page.request
    if not consume(request, action="request_login_code", key=state.contact):
        return cast(HttpResponse, respond_429(request))
    code = new_code()
    try:
        send_code(
            municipality=page.municipality,
            contact=state.contact,
            code=code,
            language=page.language,
            now=timezone.now(),
        )
    except ValidationError as refused:
        if refused.code != "too_many_codes":
            raise
        return cast(HttpResponse, respond_429(request))
    state.digest = code_digest(code, state.contact)
    state.tries_left = MOST_TRIES
    keep_state(request, page.slug, state)
    return redirect(page.path_of("code"))
