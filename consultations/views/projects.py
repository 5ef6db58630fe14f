"""Projects of a budget for everybody: proposing one, the list, one of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from consultations.budget_forms import ProposeForm
from consultations.models import BudgetProject, Standing
from consultations.phases import Action, PhaseKind
from consultations.project_rows import COLUMNS, ProjectRow, plain
from consultations.result_rows import marks, shapes
from consultations.services.counting_votes import vote_of
from consultations.services.proposing import phase_for_proposals, propose
from consultations.services.speaking import voice_of
from consultations.services.telling import process_path
from consultations.views.base import ProcessView
from consultations.views.saying import SayingView
from zones.exports import csv_file, geojson_file
from zones.forms import add_refusal
from zones.models import Zone, ZoneShape
from zones.views import ExportedView


def currency_of(view: ProcessView) -> str:
    """What the town counts in, by the vote of the consultation; empty before there is one."""
    vote = vote_of(view.process)
    return str((vote.settings if vote else {}).get("currency", ""))


def around(view: ProcessView) -> tuple[float, float, float, float]:
    """What a map shows at first: the area of the consultation, else the town."""
    area = view.process.area
    shape = area.geometry if area else None
    return shape.extent if shape else view.bbox


class ProjectsPage(ProcessView):
    """What the list and the page of a project share."""

    @cached_property
    def currency(self) -> str:
        """In what costs are."""
        return currency_of(self)

    @property
    def public(self) -> QuerySet[BudgetProject]:
        """What everybody may see here."""
        rows = BudgetProject.objects.filter(process=self.process).public()
        return rows.select_related(
            "process__municipality", "contribution__submission", "department"
        )

    def row(self, number: int, project: BudgetProject) -> ProjectRow:
        """A project as it is shown."""
        is_open = self.opening(Action.SEE_RESULT).is_open
        return ProjectRow(number, project, self.currency, is_open)


class ProjectListView(ProjectsPage, ExportedView, ListView[BudgetProject]):
    """Every released proposal and project, on a list and a map; also as CSV and GeoJSON."""

    template_name = "consultations/budget/projects.html"
    paginate_by = 20

    @cached_property
    def state(self) -> str:
        """One state, or all; an unknown one is not found. Who won is told with the result."""
        asked = self.request.GET.get("state", "")
        if asked not in ("", *(code for code, _label in self.states)):
            raise Http404
        return asked

    @property
    def states(self) -> list[tuple[str, Any]]:
        """The states that may be told now."""
        hidden = set() if self.opening(Action.SEE_RESULT).is_open else {"won", "lost"}
        return [(code, label) for code, label in BudgetProject.State.choices if code not in hidden]

    @cached_property
    def zone(self) -> Zone | None:
        """One neighbourhood, or the whole town."""
        asked = self.request.GET.get("zone", "")
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 12:
            raise Http404
        return get_object_or_404(
            Zone.objects.in_municipality(self.municipality).areas(), pk=int(asked)
        )

    def get_queryset(self) -> QuerySet[BudgetProject]:
        """Those of the choice, by their number on the ballot, else as they came."""
        rows = self.public
        if self.state:
            told = {self.state}
            if self.state == "feasible" and not self.opening(Action.SEE_RESULT).is_open:
                told |= {"won", "lost"}
            rows = rows.filter(state__in=told)
        if self.zone is not None:
            shape = ZoneShape.objects.filter(zone=self.zone).in_force(self.today)
            rows = rows.filter(geometry__intersects=shape.values("geometry")[:1])
        return rows.order_by("drawn", "pk")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the places."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them, numbered as on the map."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        rows = [
            self.row(number, one) for number, one in enumerate(page.object_list, page.start_index())
        ]
        page.object_list = rows
        zones = Zone.objects.in_municipality(self.municipality).in_force(self.today).areas()
        return {
            **context,
            "page": page,
            "process": self.process,
            "process_path": process_path(self.process),
            "state": self.state,
            "states": self.states,
            "zone": self.zone,
            "zones": zones.by_name(self.language),
            "has_choice": bool(self.state or self.zone),
            "can_propose": _can_propose(self),
            "has_result": self.opening(Action.SEE_RESULT).is_open,
            "places": marks((row.number, row.geometry) for row in rows),
            "shapes": shapes(row.geometry for row in rows),
            "bbox": around(self),
            "limits": self.bbox,
        }

    def _rows(self) -> list[ProjectRow]:
        return [self.row(number, one) for number, one in enumerate(self.get_queryset(), 1)]

    @property
    def _file(self) -> str:
        return f"{self.municipality.slug}-consultation-{self.process.number}-projects"

    def _csv(self) -> HttpResponseBase:
        return csv_file(self._file, COLUMNS, (list(plain(row).values()) for row in self._rows()))

    def _geojson(self) -> HttpResponseBase:
        return geojson_file(self._file, ((row.geometry, plain(row)) for row in self._rows()))


class ProjectView(ProjectsPage, TemplateView):
    """One project: what, where, what it costs, what the town says."""

    template_name = "consultations/budget/project.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The project of the address; 404 before its words are released."""
        project = get_object_or_404(self.public, pk=self.kwargs["project"])
        row = self.row(1, project)
        return super().get_context_data(
            process=self.process,
            process_path=process_path(self.process),
            row=row,
            places=marks([(1, row.geometry)]),
            shapes=shapes([row.geometry]),
            bbox=self.bbox,
            limits=self.bbox,
            **kwargs,
        )


class ProposeView(SayingView, TemplateView):
    """The form of a proposal."""

    template_name = "consultations/budget/propose.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it, or say what is wrong at its field."""
        form = self._form(request.POST)
        if form.is_valid():
            towns = self.municipality.languages
            language = self.language if self.language in towns else towns[0]
            try:
                propose(
                    process=self.process,
                    proposal=form.proposal(language),
                    author=self.person,
                    now=timezone.now(),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(
                    request, _("Thank you. Everybody can read it once somebody looked at it.")
                )
                return redirect("consultations:projects", self.municipality.slug, self.process.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, or when it opens."""
        process, now = self.process, timezone.now()
        closed = ""
        try:
            phase_for_proposals(process, now)
        except ValidationError as refused:
            closed = " ".join(refused.messages)
        voice = voice_of(self.person, process, now)
        return super().get_context_data(
            process=process,
            process_path=process_path(process),
            form=kwargs.pop("form", None) or self._form(None),
            closed=closed,
            currency=currency_of(self),
            standing=dict(Standing.choices)[Standing(voice.standing)],
            bbox=around(self),
            limits=self.bbox,
            **kwargs,
        )

    def _form(self, data: Any) -> ProposeForm:
        zones = Zone.objects.in_municipality(self.municipality).in_force(self.today).areas()
        area = self.process.area
        if area is not None:
            zones = zones.filter(shapes__geometry__intersects=area.geometry)
        found = Zone.objects.filter(pk__in=zones.values("pk")).by_name(self.language)
        return ProposeForm(data, process=self.process, zones=found)


def _can_propose(view: ProcessView) -> bool:
    """Whether the phase of proposals is under way; ideas on the map are something else."""
    return any(
        phase.kind == PhaseKind.PROPOSALS
        for phase in view.process.phases.all()
        if phase.starts_at <= timezone.now()
        and (phase.ends_at is None or phase.ends_at > timezone.now())
    )
