"""Planning of rounds by the head of the crew, and the places without a sign."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, ListView

from departments.access import Right
from departments.views import StaffView
from sign_registry.coverage import by_category, by_zone, sites_without_sign
from sign_registry.crew_forms import WORK, PlanForm, RoundMoveForm, crew_of
from sign_registry.models import CrewRound, Sign, Site
from sign_registry.services.rounds import Shift, plan_rounds, reassign
from sign_registry.workflow import State
from zones.exports import csv_file, geojson_file
from zones.views import ExportedView


class PlanRoundsView(StaffView, FormView[PlanForm]):
    """Makes rounds of the signs that wait."""

    right = Right.RUN_SIGNS
    template_name = "signs/crew_plan.html"
    form_class = PlanForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form knows its town, and begins today."""
        return {
            **super().get_form_kwargs(),
            "municipality": self.municipality,
            "people": crew_of(self.municipality, self.today),
            "initial": {"first_day": self.today},
        }

    def form_valid(self, form: PlanForm) -> HttpResponse:
        """Plan, or put the refusal above the form."""
        given = form.cleaned_data
        try:
            rounds = plan_rounds(
                municipality=self.municipality,
                signs=self._signs(given),
                shift=Shift(list(given["members"]), given["first_day"], given["per_day"]),
                actor=self.membership,
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
            return self.form_invalid(form)
        said = ngettext("%(n)d round is planned.", "%(n)d rounds are planned.", len(rounds))
        messages.success(self.request, said % {"n": len(rounds)})
        # Signs without a sheet are printed next; the sheets come in the order of these rounds.
        unprinted = Sign.objects.in_state(State.APPROVED).filter(stops__round__in=rounds)
        following = "signs:print" if unprinted.exists() else "signs:crew"
        return redirect(following, slug=self.municipality.slug)

    def _signs(self, given: dict[str, Any]) -> QuerySet[Sign]:
        signs = Sign.objects.in_municipality(self.municipality)
        signs = signs.in_state(*WORK[given["work"]][1])
        sites = Site.objects.in_municipality(self.municipality)
        if given["category"]:
            signs = signs.filter(site__in=sites.of_category(given["category"], self.today))
        if given["zone"]:
            signs = signs.filter(site__in=sites.in_zone(given["zone"].pk))
        return signs


class RoundMoveView(StaffView):
    """Gives a round to somebody else or another day."""

    right = Right.RUN_SIGNS

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Store it and go back to the round."""
        rounds = CrewRound.objects.in_municipality(self.municipality)
        crew_round = get_object_or_404(rounds, pk=pk)
        form = RoundMoveForm(request.POST, people=crew_of(self.municipality, self.today))
        if not form.is_valid():
            messages.error(request, _("Choose a person and a day."))
            return redirect("signs:crew_round", slug=slug, pk=pk)
        try:
            reassign(
                crew_round=crew_round,
                member=form.cleaned_data["member"],
                planned_on=form.cleaned_data["planned_on"],
                actor=self.membership,
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("The round is moved."))
        return redirect("signs:crew_round", slug=slug, pk=pk)


class CoverageView(StaffView, ExportedView, ListView[Site]):
    """Places without a sign that hangs: counts by kind and zone, list, map, files."""

    right = Right.SEE_RATINGS
    template_name = "signs/crew_coverage.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Site]:
        """The places of the filters."""
        zone = self.request.GET.get("zone", "")
        return sites_without_sign(
            self.municipality,
            self.today,
            category=self.request.GET.get("category", ""),
            zone=int(zone) if zone.isascii() and zone.isdigit() and len(zone) < 18 else None,
        )

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and a map layer."""
        return {"csv": self._csv, "geojson": self._geojson}

    def _csv(self) -> HttpResponseBase:
        columns = ("code", "name", "kind", "address", "longitude", "latitude")
        rows = (
            (
                site.code,
                site.name,
                site.kind,
                site.address_text,
                site.place.x if site.place else None,  # type: ignore[attr-defined]
                site.place.y if site.place else None,  # type: ignore[attr-defined]
            )
            for site in self.get_queryset().iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-without-sign", columns, rows)

    def _geojson(self) -> HttpResponseBase:
        features = (
            (site.place, {"code": site.code, "name": site.name, "kind": site.kind})  # type: ignore[attr-defined]
            for site in self.get_queryset().iterator(chunk_size=500)
        )
        return geojson_file(f"{self.municipality.slug}-without-sign", features)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts beside the list, and points for the map of this page of it."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return {
            **context,
            "page": page,
            "categories": by_category(self.municipality, self.today),
            "zones": by_zone(self.municipality, self.today),
            "category": self.request.GET.get("category", ""),
            "zone": self.request.GET.get("zone", ""),
            "bbox": self.bbox,
            "places": [
                {"number": "", "place": [site.place.x, site.place.y]}
                for site in page.object_list
                if site.place
            ],
        }
