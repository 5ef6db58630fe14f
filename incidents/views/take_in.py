"""Reports by telephone and on paper, typed by a clerk; and numbers of the town's register."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from departments.access import Right
from departments.acts import Act
from departments.loading import Loaded
from departments.models import Membership
from departments.views.loading import LoadView
from incidents.intake_forms import PlaceAndKindForm, TakeInForm
from incidents.models import Incident
from incidents.querysets import IncidentQuerySet
from incidents.reach import hats
from incidents.services.receipts import link_of, term_words
from incidents.services.recording import Actor, Role
from incidents.services.register import (
    REGISTER_COLUMNS,
    load_register_numbers,
    refuse_number,
    register_rows,
)
from incidents.services.reported_place import Found, Told, find_place
from incidents.services.reporting import NewReport, NewReporter, submit_report
from incidents.views.desk_base import DeskView
from incidents.views.gate import ReportsView
from incidents.views.report_start import begun
from sign_registry.models import Site
from submissions.models import Submission
from submissions.services import take_picture
from zones.exports import csv_file
from zones.forms import add_refusal

MOST_PHOTOS = 5
#: A clerk may look again at what the own visit took in, wherever the rules sent it.
_TAKEN, _REMEMBERED = "incidents.taken_in", 50


class IntakeView(DeskView):
    """A page of those who take reports in."""

    right: ClassVar[Right] = Right.TAKE_IN

    @property
    def actor(self) -> Actor:
        """Whoever takes in; the role is that of the membership."""
        return taker(self.membership)

    def place_of(self, form: PlaceAndKindForm) -> Found:
        """The place that was given, or what has to be asked.

        Raises:
            ValidationError: nobody knows it, or it lies outside.
        """
        values = form.cleaned_data
        longitude, latitude = values["longitude"], values["latitude"]
        marks = f"{longitude},{latitude}" if longitude and latitude else ""
        site = None
        if values["sign"]:
            number = begun(self.municipality, {"sign": values["sign"]}).get("site")
            if not number:
                sentence = gettext_lazy("We know no sign with this code. Check it, or type where.")
                raise ValidationError({"sign": ValidationError(sentence, code="no_sign")})
            site = Site.objects.in_municipality(self.municipality).get(pk=number)
        told = Told(marks=marks, address=values["written"], chosen=values["chosen"], site=site)
        return find_place(municipality=self.municipality, told=told)

    def place_context(self, form: PlaceAndKindForm, found: Found | None = None) -> dict[str, Any]:
        """What the fields of the place show."""
        choices = [
            {"value": f"{one.longitude:.6f},{one.latitude:.6f}", "label": one.label}
            for one in (found.choices if found else ())
        ]
        return {"form": form, "choices": choices, "bbox": self.bbox}


class TakeInView(IntakeView):
    """Somebody calls or brings a letter."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """An empty form."""
        return self._show(TakeInForm(municipality=self.municipality))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Take it in, or ask what is not clear yet."""
        if "keep" in request.POST:
            return HttpResponse(status=204)
        form = TakeInForm(request.POST, municipality=self.municipality)
        if not form.is_valid():
            return self._show(form, status=400)
        try:
            found = Found() if form.cleaned_data["is_nowhere"] else self.place_of(form)
            if found.choices:
                return self._show(form, found)
            incident = self._take(form, found)
        except ValidationError as refused:
            add_refusal(form, at_place(refused))
            return self._show(form, status=400)
        taken = [incident.pk, *request.session.get(_TAKEN, [])]
        request.session[_TAKEN] = taken[:_REMEMBERED]
        return redirect("incidents:taken_in", slug, incident.pk)

    def _take(self, form: TakeInForm, found: Found) -> Incident:
        values, now = form.cleaned_data, timezone.now()
        if values["register_number"]:
            refuse_number(
                self.municipality.timezone, values["register_number"], values["registered_on"], now
            )
        words = values["words"]
        if found.words and found.words not in words:
            words = f"{found.words}\n{words}"
        return submit_report(
            municipality=self.municipality,
            report=NewReport(
                category=values["category"],
                geometry=found.geometry,
                words=words,
                source=values["source"],
                accuracy_m=found.accuracy_m,
                site=found.site,
                reporter=NewReporter(
                    name=values["name"],
                    email=values["email"],
                    phone=values["phone"],
                    address=values["address"],
                    language=values["language"],
                ),
                photos=self._photos(),
                register_number=values["register_number"],
                registered_on=values["registered_on"],
            ),
            actor=self.actor,
            now=now,
        )

    def _photos(self) -> list[Submission]:
        files = self.request.FILES.getlist("photos")[:MOST_PHOTOS]
        return [
            take_picture(raw=one.read(), origin="report", received_on=self.today) for one in files
        ]

    def _show(
        self, form: TakeInForm, found: Found | None = None, status: int = 200
    ) -> HttpResponse:
        context = self.place_context(form, found)
        return render(self.request, "incidents/intake/take_in.html", context, status=status)


class TakenInView(IntakeView):
    """What was taken in: its number to say, and a receipt to print."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """The number, the term, the link."""
        incident = get_object_or_404(self._visible(), pk=pk)
        context = {
            "incident": incident,
            "term": term_words(incident),
            "link": link_of(incident),
            "may_open": self.may_handle(incident),
        }
        return render(request, "incidents/intake/taken_in.html", context)

    def may_handle(self, incident: Incident) -> bool:
        """Whether the clerk works on it as well."""
        held = hats(self.person, self.municipality, Right.HANDLE, timezone.now())
        rows = Incident.objects.in_municipality(self.municipality).seen_under(held)
        return rows.filter(pk=incident.pk).exists()

    def _visible(self) -> IncidentQuerySet:
        own = Incident.objects.in_municipality(self.municipality).filter(
            pk__in=self.request.session.get(_TAKEN, [])
        )
        seen = Incident.objects.in_municipality(self.municipality).seen_under(self.held)
        return (own | seen).select_related("municipality", "category", "department")


class RegisterView(ReportsView, LoadView):
    """Numbers of the town's register: the table out, the table in."""

    title = gettext_lazy("Numbers of the register")
    template_name = "incidents/intake/register.html"
    columns = REGISTER_COLUMNS
    list_name = "incidents:register"
    right: ClassVar[Right] = Right.TAKE_IN
    narrows = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nothing of the desk stays in a browser."""
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    @cached_property
    def rows(self) -> IncidentQuerySet:
        """Reports whose number the person may see and set."""
        held = hats(self.membership.user, self.municipality, self.right, timezone.now())
        return Incident.objects.in_municipality(self.municipality).seen_under(held)

    def load(self, raw: bytes, act: Act, *, is_trial: bool) -> Loaded:
        """Enter the numbers, or try to."""
        return load_register_numbers(
            incidents=self.rows,
            raw=raw,
            actor=taker(self.membership),
            now=act.now,
            is_trial=is_trial,
        )


class RegisterFileView(IntakeView):
    """The numbers as a table, to fill in and load again."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The table."""
        rows = Incident.objects.in_municipality(self.municipality).seen_under(self.held)
        columns = [column.name for column in REGISTER_COLUMNS]
        return csv_file(f"{slug}-register", columns, register_rows(rows))


def taker(membership: Membership) -> Actor:
    """Whoever takes reports in, in the role of the membership."""
    role: Role = "dispatcher" if membership.role == Membership.Role.DISPATCHER else "clerk"
    return Actor(role, membership.user, membership.department)


def at_place(refused: ValidationError) -> ValidationError:
    """What was refused about the place is shown at its field."""
    if hasattr(refused, "error_dict"):
        names = {"number": "register_number", "on": "registered_on"}
        return ValidationError(
            {names.get(name, name): errors for name, errors in refused.error_dict.items()}
        )
    if refused.code in ("no_place", "unknown_place", "outside"):
        return ValidationError({"written": refused})
    return refused
