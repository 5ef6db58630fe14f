"""Pages of the registry of signs: the list, planning, one sign with its life, and moving it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView, ListView, TemplateView

from departments.access import Right
from departments.views import StaffView
from sign_registry.codes import grouped
from sign_registry.models import Sign, SignCode, SignEvent, Site
from sign_registry.services.crew import move_and_tick_off
from sign_registry.services.moves import who_is
from sign_registry.services.print_order import place_of
from sign_registry.services.signs import approve_signs, plan_signs
from sign_registry.sign_forms import MoveForm, PlanSignsForm, SignSearch
from sign_registry.workflow import IllegalTransition, State, moves_of
from zones.exports import csv_file
from zones.views import ExportedView


class OfficeView(StaffView):
    """Anything about signs that the office decides."""

    right = Right.RUN_SIGNS

    @property
    def signs(self) -> QuerySet[Sign]:
        """The signs of this town."""
        return Sign.objects.in_municipality(self.municipality)


class SignListView(OfficeView, ExportedView, ListView[Sign]):
    """Every sign of the town, to be narrowed down; also as CSV."""

    template_name = "signs/signs.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Sign]:
        """Signs of the choice by their number, with what a row shows."""
        self.form = SignSearch(self.request.GET, municipality=self.municipality)
        chosen = self.form.chosen(Sign.objects.in_municipality(self.municipality), self.today)
        living = Prefetch("codes", SignCode.objects.living(), to_attr="living_codes")
        return chosen.select_related("site__parent").prefetch_related(living).order_by("number")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table for the office."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("number", "state", "purpose", "size", "site", "place", "code", "longitude",
                   "latitude", "installed_on")  # fmt: skip
        rows = (_table_row(sign) for sign in self.get_queryset().iterator(chunk_size=500))
        return csv_file(f"{self.municipality.slug}-signs", columns, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them, and how many signs are in each state."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [shown(sign) for sign in page.object_list]
        counted = self.signs.order_by().values_list("state").annotate(Count("pk"))
        counts = dict(counted)
        return {
            **context,
            "page": page,
            "places": [row["pin"] for row in page.object_list if row["pin"]],
            "limits": self.bbox,
            "bbox": self.bbox,
            "form": self.form,
            "found": page.paginator.count,
            "is_narrowed": any(self.request.GET.get(name) for name in self.form.fields),
            "states": [
                {"value": value, "label": label, "count": counts[value]}
                for value, label in Sign.State.choices
                if value in counts
            ],
            "planned": counts.get(State.PLANNED, 0),
        }


class ApproveView(OfficeView):
    """Approves every planned sign of a choice."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Approve, say how many, go back to the same choice."""
        form = SignSearch(request.GET, municipality=self.municipality)
        count = approve_signs(
            municipality=self.municipality,
            signs=form.chosen(Sign.objects.in_municipality(self.municipality), self.today),
            actor=self.membership,
            now=timezone.now(),
        )
        messages.success(
            request,
            ngettext("%(count)d sign is approved.", "%(count)d signs are approved.", count)
            % {"count": count},
        )
        return redirect("signs:signs", slug=slug)


class PlanSignsView(OfficeView, FormView[PlanSignsForm]):
    """Plans one sign for each place that has none of that purpose."""

    template_name = "signs/plan.html"
    form_class = PlanSignsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The choices are of this town."""
        return {**super().get_form_kwargs(), "municipality": self.municipality}

    def form_valid(self, form: PlanSignsForm) -> HttpResponse:
        """Plan, approve if wished, and show what came of it."""
        given, now = form.cleaned_data, timezone.now()
        sites = Site.objects.in_municipality(self.municipality).open_on(self.today)
        if given["category"]:
            sites = sites.of_category(given["category"], self.today)
        if given["zone"]:
            sites = sites.in_zone(int(given["zone"]))
        planned = plan_signs(
            municipality=self.municipality,
            sites=sites.distinct(),
            purpose=given["purpose"],
            now=now,
            actor=self.membership,
            format=given["size"],
        )
        if given["approve"]:
            approve_signs(
                municipality=self.municipality, signs=planned, actor=self.membership, now=now
            )
        count = len(planned)
        messages.success(
            self.request,
            ngettext("%(count)d sign is planned.", "%(count)d signs are planned.", count)
            % {"count": count},
        )
        return redirect(
            "signs:print" if given["approve"] else "signs:signs", self.municipality.slug
        )


class SignView(OfficeView, TemplateView):
    """One sign: what it is, its codes, everything that happened, and what can happen next."""

    template_name = "signs/sign.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sign with its life, newest first."""
        sign = get_object_or_404(self.signs.select_related("site__parent"), pk=kwargs["pk"])
        events = sign.events.select_related("actor__user").order_by("-recorded_at", "-pk")
        form = kwargs.pop("form", None) or self.form_for(sign)
        return super().get_context_data(
            sign=shown(sign),
            row=sign,
            codes=[_code_row(code) for code in sign.codes.order_by("-issued_at")],
            events=[_event_row(event) for event in events],
            form=form if form.has_moves else None,
            now=timezone.now(),
            **kwargs,
        )

    def form_for(self, sign: Sign, data: Any = None) -> MoveForm:
        """The moves open to this person."""
        return MoveForm(data, start=sign.state, states=self._states(sign))

    def _states(self, sign: Sign) -> list[State]:
        found: dict[State, None] = {}
        for who in sorted(who_is(self.membership, sign.municipality_id)):
            found |= dict.fromkeys(moves_of(sign.state, who))
        # Printing is done by a print run, replacing by hanging another sign.
        return [to for to in found if not _by_other_ways(sign.state, to)]

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Move the sign, or show the page again with the refusal."""
        sign = get_object_or_404(self.signs, pk=pk)
        form = self.form_for(sign, request.POST)
        if form.is_valid() and self._moved(sign, form):
            messages.success(request, _("The move is written into the history of the sign."))
            return redirect("signs:sign", slug=slug, pk=pk)
        return self.render_to_response(self.get_context_data(pk=pk, form=form), status=422)

    def _moved(self, sign: Sign, form: MoveForm) -> bool:
        given = form.cleaned_data
        try:
            move_and_tick_off(
                sign=sign,
                to=given["to"],
                actor=self.membership,
                now=timezone.now(),
                reason=given["reason"],
            )
        except ValidationError as refused:
            field = "reason" if refused.code in {"needs_reason", "needs_point"} else None
            form.add_error(field, refused.messages)
        except (IllegalTransition, PermissionDenied):
            form.add_error("to", _("This cannot be done with the sign now. Load the page again."))
        return not form.errors


def _by_other_ways(start: str, to: State) -> bool:
    return to == State.REPLACED or (start, to) == (State.APPROVED, State.PRINTED)


def shown(sign: Sign) -> dict[str, Any]:
    """One sign as lists and its page show it."""
    return {
        "pk": sign.pk,
        "number": sign.number,
        "state": sign.state,
        "state_label": sign.get_state_display(),
        "purpose": sign.get_purpose_display(),
        "format": sign.format,
        "place": sign.site.name if sign.site else "",
        "address": sign.site.address_text if sign.site else "",
        "note": sign.mount_note,
        "code": grouped(_living(sign)),
        "installed_on": sign.installed_on,
        "tone": _tone(sign.state),
        "pin": _pin(sign),
    }


def _pin(sign: Sign) -> dict[str, Any] | None:
    """The sign on the map beside the list, if it hangs anywhere on it."""
    place = place_of(sign)
    if place is None:
        return None
    return {"sign": sign.pk, "number": sign.number, "place": [place.x, place.y]}


def _living(sign: Sign) -> str:
    codes: Iterable[SignCode] = getattr(sign, "living_codes", None) or sign.codes.living()
    return next((code.token for code in codes), "")


def _tone(state: str) -> str:
    if state == State.INSTALLED:
        return "is-good"
    troubled = {State.DAMAGED, State.MISSING, State.SUSPECTED_TAMPERED, State.LOST_IN_STORE}
    return "is-warn" if state in troubled else ""


def _table_row(sign: Sign) -> tuple[object, ...]:
    place = place_of(sign)
    return (
        sign.number,
        sign.state,
        sign.purpose,
        sign.format,
        sign.site.code if sign.site else "",
        sign.site.name if sign.site else "",
        _living(sign),
        place.x if place else "",
        place.y if place else "",
        sign.installed_on or "",
    )


def _code_row(code: SignCode) -> dict[str, Any]:
    return {
        "code": grouped(code.token),
        "issued_at": code.issued_at,
        "ended_at": code.ended_at,
        "grace_until": code.grace_until,
    }


def _event_row(event: SignEvent) -> dict[str, Any]:
    actor = event.actor_label or (str(event.actor.user) if event.actor else "")
    return {
        "label": event.get_to_state_display(),
        "actor": actor,
        "happened_at": event.happened_at,
        "reason": event.reason,
        "distance_m": event.distance_m,
        "tone": _tone(event.to_state),
    }
