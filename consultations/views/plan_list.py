"""All consultations of a town for those who prepare them, and beginning a new one."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from consultations.blueprints import BLUEPRINTS, blueprint_of
from consultations.due import NOTICE, PHASE, SOON
from consultations.models import Process
from consultations.phases import under_way
from consultations.plan_forms import BeginForm
from consultations.services.preparing import Beginning, begin
from consultations.views.base import ConsultView
from zones.exports import csv_file
from zones.forms import add_refusal
from zones.models import Zone, ZoneShape
from zones.names import in_language
from zones.views import ExportedView

COLUMNS = ("number", "title", "kind", "state", "area", "department", "from", "until", "published")


class ProcessListView(ConsultView, ExportedView, ListView[Process]):
    """Drafts, published and withdrawn ones, the newest first; also as CSV."""

    template_name = "consultations/plan/list.html"
    paginate_by = 30

    @cached_property
    def state(self) -> str:
        """Those of one state, or all; an unknown one is not found."""
        asked = self.request.GET.get("state", "")
        if asked not in ("", *Process.State.values):
            raise Http404
        return asked

    @cached_property
    def due(self) -> str:
        """Those whose time runs out by a phase or by a legal term, or all."""
        asked = self.request.GET.get("due", "")
        if asked not in ("", PHASE, NOTICE):
            raise Http404
        return asked

    @cached_property
    def zone(self) -> Zone | None:
        """The zone whose consultations are asked for; one of another town is not found."""
        asked = self.request.GET.get("zone", "")
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 12:
            raise Http404
        zone = Zone.objects.in_municipality(self.municipality).filter(pk=int(asked)).first()
        if zone is None:
            raise Http404
        return zone

    def get_queryset(self) -> QuerySet[Process]:
        """What the filters leave; those of the whole town concern every zone."""
        rows = Process.objects.in_municipality(self.municipality)
        if self.state:
            rows = rows.filter(state=self.state)
        if self.due == PHASE:
            rows = rows.phase_ends_within(timezone.now(), SOON)
        elif self.due == NOTICE:
            rows = rows.notice_runs(self.today)
        if self.zone is not None:
            shapes = ZoneShape.objects.filter(zone=self.zone).in_force(self.today)
            touched = Q(area__isnull=True)
            for geometry in shapes.values_list("geometry", flat=True):
                touched |= Q(area__geometry__intersects=geometry)
            rows = rows.filter(touched)
        rows = rows.select_related("municipality", "area", "department")
        return rows.prefetch_related("phases").order_by("-number")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows and filters."""
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        zones = Zone.objects.in_municipality(self.municipality).in_force(self.today).areas()
        return {
            **context,
            "page": context["page_obj"],
            "rows": [_row(one, now) for one in context["page_obj"]],
            "state": self.state,
            "states": Process.State.choices,
            "zone": self.zone,
            "due": self.due,
            "zones": zones.by_name(self.language),
        }

    def _csv(self) -> HttpResponseBase:
        order = self.municipality.languages
        rows = (
            (
                one.number,
                in_language(one.names, order),
                one.template,
                one.state,
                one.area.name if one.area else "",
                one.department.code,
                *_days(one),
                one.published_at.isoformat() if one.published_at else "",
            )
            for one in self.get_queryset().iterator(chunk_size=200)
        )
        return csv_file(f"{self.municipality.slug}-consultations", COLUMNS, rows)


class ProcessNewView(ConsultView, TemplateView):
    """Choosing a template, a title and a first day."""

    template_name = "consultations/plan/new.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Begin it and go to its steps; or say what is missing."""
        form = self._form(request.POST)
        if form.is_valid():
            try:
                process = self._begun(form)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                return redirect("consultations:plan_process", slug=kwargs["slug"], pk=process.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        form = kwargs.pop("form", None) or self._form(None)
        return super().get_context_data(form=form, **kwargs)

    def _form(self, data: Any) -> BeginForm:
        first = self.today + dt.timedelta(days=7)
        initial: dict[str, Any] = {"starts_on": first.isoformat(), "template": "street_works"}
        area = self.request.GET.get("area", "")
        if area.isdecimal() and len(area) <= 12:
            initial["area"] = int(area)
        return BeginForm(data, initial=initial, municipality=self.municipality)

    def _begun(self, form: BeginForm) -> Process:
        data = form.cleaned_data
        return begin(
            municipality=self.municipality,
            beginning=Beginning(
                blueprint=BLUEPRINTS[data["template"]],
                names=form.words("names"),
                texts=form.words("texts"),
                department=data["department"],
                starts_on=data["starts_on"],
                area=data["area"],
            ),
            actor=self.membership.user,
            now=timezone.now(),
        )


def _row(one: Process, now: dt.datetime) -> dict[str, Any]:
    """A line of the list: where it stands by the clock."""
    phases = sorted(one.phases.all(), key=lambda phase: phase.starts_at)
    current = under_way(phases, now) if one.state == Process.State.PUBLISHED else []
    coming = next((phase for phase in phases if phase.starts_at > now), None)
    blueprint = blueprint_of(one.template)
    return {
        "one": one,
        "kind": blueprint.label if blueprint else "",
        "current": current,
        "coming": coming,
    }


def _days(one: Process) -> tuple[str, str]:
    """The first moment and the last end, on the clock of the world."""
    phases = sorted(one.phases.all(), key=lambda phase: phase.starts_at)
    if not phases:
        return "", ""
    ends = [phase.ends_at for phase in phases]
    last = "" if None in ends else max(end for end in ends if end is not None).isoformat()
    return phases[0].starts_at.isoformat(), last
