"""The planner's pages: where to begin, the list of target areas, and the one that is composed."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from departments.access import Right
from departments.views import StaffView
from portal.area_forms import FORMS, AreaForm, LineForm, initial_of
from portal.area_panel import panel, require_own_ground
from zones import area_steps as steps
from zones.area_lines import lines_in_words
from zones.area_streets import street_label
from zones.exports import csv_file, geojson_file
from zones.forms import add_refusal
from zones.models import Place, Street, TargetArea, ZoneDraft
from zones.recipes import parse_recipe
from zones.services.target_areas import copy_area, delete_area, save_area
from zones.views import ExportedView

MOST_OFFERED = 3000
"""Names in the lists that fields offer; the fields take any other name as well."""

LINE_ACTS: dict[str, Callable[[steps.Lines, int], steps.Lines]] = {
    "mute": steps.muted,
    "up": lambda lines, number: steps.moved(lines, number, -1),
    "down": lambda lines, number: steps.moved(lines, number, 1),
    "remove": steps.without,
}

LARGEST_UNDO = 200_000
"""Characters of lines above which nothing is kept to be undone."""


class PlanningView(StaffView):
    """A page for planners; one whose role is narrowed to zones keeps to them."""

    right = Right.PLAN
    narrows = True

    def area_of(self, pk: int) -> TargetArea:
        """An area of this town."""
        areas = TargetArea.objects.in_municipality(self.municipality)
        return get_object_or_404(areas.select_related("municipality"), pk=pk)

    def require_own_ground(self, area: TargetArea) -> None:
        """Refuse what leaves the zones of the person."""
        require_own_ground(
            area.geometry,
            user=self.membership.user,
            municipality=self.municipality,
            right=self.right,
            today=self.today,
        )


class PlanHomeView(PlanningView, TemplateView):
    """Where planners begin."""

    template_name = "portal/areas/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest areas, and the drafts of zones that are open."""
        areas = TargetArea.objects.in_municipality(self.municipality)
        drafts = ZoneDraft.objects.in_municipality(self.municipality).open()
        return super().get_context_data(
            areas=areas.open().newest_first()[:5],
            used=areas.frozen().newest_first()[:5],
            drafts=drafts.select_related("kind").newest_first(),
            **kwargs,
        )


class AreaListView(PlanningView, ExportedView, ListView[TargetArea]):
    """All areas of the town, newest first."""

    template_name = "portal/areas/list.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[TargetArea]:
        """Those that fit the filters."""
        found = TargetArea.objects.in_municipality(self.municipality).newest_first()
        state = self.request.GET.get("state", "")
        if state in ("open", "used"):
            found = found.open() if state == "open" else found.frozen()
        text = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        return found.named_like(text) if text else found

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table and the shapes."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows with the filters they came by."""
        context = super().get_context_data(**kwargs)
        names = ("q", "state")
        filters = {name: self.request.GET.get(name, "") for name in names}
        states = [("open", _("can be changed")), ("used", _("in use"))]
        return {**context, "page": context["page_obj"], "filters": filters, "states": states}

    def _rows(self) -> Iterator[TargetArea]:
        for row in self.get_queryset().iterator(chunk_size=200):
            row.municipality = self.municipality
            yield row

    def _csv(self) -> HttpResponseBase:
        columns = ("id", "name", "as_of", "area_m2", "in_use_since", "changed", "in_words")
        rows = (
            (
                row.pk,
                row.name,
                row.on.isoformat(),
                round(row.area_m2),
                row.frozen_at.isoformat() if row.frozen_at else "",
                row.changed_at.isoformat(),
                row.description,
            )
            for row in self._rows()
        )
        return csv_file(f"{self.municipality.slug}-areas", columns, rows)

    def _geojson(self) -> HttpResponseBase:
        rows = (
            (row.geometry, {"id": row.pk, "name": row.name, "in_words": row.description})
            for row in self._rows()
        )
        return geojson_file(f"{self.municipality.slug}-areas", rows)


class AreaNewView(PlanningView, TemplateView):
    """Gives a new area its name; the lines follow on its own page."""

    template_name = "portal/areas/new.html"

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Begin an area without lines."""
        form = AreaForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        area = save_area(
            municipality=self.municipality,
            name=form.cleaned_data["name"],
            recipe=[],
            on=form.cleaned_data["on"],
            actor=self.membership.user,
            now=timezone.now(),
        )
        return redirect("portal:area", slug=slug, pk=area.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """An empty form for today."""
        kwargs.setdefault("form", AreaForm(initial={"on": self.today}))
        return super().get_context_data(**kwargs)


class AreaView(PlanningView, TemplateView):
    """One area: its lines, what they give, and every way to change them."""

    template_name = "portal/areas/area.html"

    @cached_property
    def area(self) -> TargetArea:
        """The area of the address."""
        return self.area_of(self.kwargs["pk"])

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """Do the one thing that was asked for, then show the page anew."""
        asked, _colon, number = request.POST.get("act", "").partition(":")
        if asked in FORMS:
            return self._put(asked)
        try:
            if asked in LINE_ACTS and number.isdigit():
                return self._line_act(asked, int(number))
            act = {
                "rename": self._rename,
                "undo": self._undo,
                "redo": self._redo,
                "copy": self._copy,
                "delete": self._delete,
            }.get(asked)
            return act() if act else redirect("portal:area", slug=slug, pk=self.area.pk)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The lines in words, what is known of the area, and a form for each kind of line."""
        area = self.area
        recipe = parse_recipe(area.recipe)
        told = panel(
            recipe=recipe,
            municipality=self.municipality,
            on=area.on,
            now=timezone.now(),
            area=area,
        )
        past = self._steps()
        context = super().get_context_data(
            area=area,
            lines=lines_in_words(recipe, self.municipality),
            told=told,
            told_json=told.as_json(),
            bbox=area.geometry.extent if area.geometry else self.bbox,
            limits=self.bbox,
            area_json={"lines": area.recipe, "on": area.on.isoformat(), "id": area.pk},
            can_undo=bool(past.past),
            can_redo=bool(past.future),
            **kwargs,
        )
        if area.frozen_at is None:
            context |= self._forms(kwargs.get("refused"))
        return context

    def _forms(self, refused: LineForm | None) -> dict[str, Any]:
        """An empty form of each kind, but for the one being edited or put right."""
        made = {name: kind(municipality=self.municipality) for name, kind in FORMS.items()}
        chosen = ""
        number = self.request.GET.get("edit", "")
        if number.isdigit() and 1 <= int(number) <= len(self.area.recipe) and refused is None:
            line = self.area.recipe[int(number) - 1]
            chosen, begin = initial_of(line, self.municipality)
            made[chosen] = FORMS[chosen](
                municipality=self.municipality, initial={**begin, "line": int(number)}
            )
        for name, kind in FORMS.items():
            if isinstance(refused, kind):
                chosen, made[name] = name, refused
        streets = Street.objects.in_municipality(self.municipality).defer("axis")
        places = Place.objects.in_municipality(self.municipality)
        languages = self.municipality.languages
        return {
            "forms": made,
            "chosen": chosen,
            "rename": AreaForm(
                initial={"name": self.area.name, "on": self.area.on}, auto_id="rename-%s"
            ),
            "streets": sorted({street_label(one, languages) for one in streets[:MOST_OFFERED]}),
            "places": sorted({one.name for one in places[:MOST_OFFERED]}),
        }

    def _put(self, kind: str) -> HttpResponseBase:
        """Add the line of a form, or write it in the place of another."""
        form = FORMS[kind](self.request.POST, self.request.FILES, municipality=self.municipality)
        if form.is_valid():
            lines = steps.put(self.area.recipe, form.as_line(), form.cleaned_data["line"])
            try:
                self._save(lines)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                return redirect(self.request.path)
        return self._shown(form)

    def _shown(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(refused=form), status=422)

    def _line_act(self, act: str, number: int) -> HttpResponse:
        lines: steps.Lines = self.area.recipe
        changed = LINE_ACTS[act](lines, number)
        if changed != lines:
            self._save(changed)
        return redirect(self.request.path)

    def _rename(self) -> HttpResponse:
        form = AreaForm(self.request.POST)
        if form.is_valid():
            self._save(self.area.recipe, **form.cleaned_data)
        else:
            messages.error(self.request, _("Give the area a name and a day."))
        return redirect(self.request.path)

    def _undo(self) -> HttpResponse:
        return self._stepped(self._steps().back(self.area.recipe))

    def _redo(self) -> HttpResponse:
        return self._stepped(self._steps().forth(self.area.recipe))

    def _stepped(self, found: tuple[steps.Lines, steps.Steps] | None) -> HttpResponse:
        if found is not None:
            lines, left = found
            self._save(lines)
            self._keep(left)
        return redirect(self.request.path)

    def _copy(self) -> HttpResponse:
        name = _("Copy of %(name)s") % {"name": self.area.name}
        copy = copy_area(
            area=self.area, name=name[:120], actor=self.membership.user, now=timezone.now()
        )
        messages.success(self.request, _("Copied. This is the copy."))
        return redirect("portal:area", slug=self.municipality.slug, pk=copy.pk)

    def _delete(self) -> HttpResponse:
        delete_area(municipality=self.municipality, area=self.area)
        messages.success(self.request, _("Thrown away."))
        return redirect("portal:areas", slug=self.municipality.slug)

    def _save(self, lines: Any, **changes: Any) -> None:
        before = self.area.recipe
        values = {"name": self.area.name, "on": self.area.on, **changes}
        with transaction.atomic():
            saved = save_area(
                municipality=self.municipality,
                recipe=lines,
                actor=self.membership.user,
                now=timezone.now(),
                area=self.area,
                **values,
            )
            self.require_own_ground(saved)
        if lines != before:
            self._keep(self._steps().took(before))
        self.area = saved

    def _steps(self) -> steps.Steps:
        kept = self.request.session.get("area_steps", {}).get(str(self.area.pk), {})
        return steps.Steps(kept.get("past", []), kept.get("future", []))

    def _keep(self, left: steps.Steps) -> None:
        kept = {"past": left.past, "future": left.future}
        if len(json.dumps(kept)) > LARGEST_UNDO:
            kept = {"past": [], "future": []}
        # One area at a time: a session is no archive.
        self.request.session["area_steps"] = {str(self.area.pk): kept}
