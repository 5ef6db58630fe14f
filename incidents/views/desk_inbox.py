"""The desk: what waits, the list by term with its map, saved lists, work on many at once."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from accounts.models import User
from departments.access import Right
from departments.models import Department
from incidents.models import Incident, SavedFilter
from incidents.present.desk_inbox import (
    Filters,
    filter_choices,
    filtered,
    places_of,
    read_filters,
    row_of,
)
from incidents.reach import Hat
from incidents.services import assigning, closing, dialogue
from incidents.services.standing import acting
from incidents.services.waiting import under, waiting_for
from incidents.views.desk_base import DeskView
from incidents.workflow import Outcome
from zones.exports import csv_file
from zones.models import Zone
from zones.views import ExportedView

COLUMNS = (
    "reference", "status", "waits_for", "category", "department", "handler", "place", "reported",
    "registered", "register_number", "due", "outcome",
)  # fmt: skip
MOST_SAVED = 20
MOST_AT_ONCE = 100


class InboxView(DeskView, ExportedView, ListView[Incident]):
    """Every report that the hats cover, what is due first comes first; also as a map and CSV."""

    template_name = "incidents/desk/inbox.html"
    paginate_by = 30

    @cached_property
    def filters(self) -> Filters:
        """What the address asks."""
        return read_filters(self.request.GET)

    def get_queryset(self) -> QuerySet[Incident]:
        """What the filters leave."""
        rows = filtered(self.cases(), self.filters, user_id=self.person.pk, today=self.today)
        return rows.by_due()  # type: ignore[attr-defined,no-any-return]

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows, filters and what waits."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        rows = [row_of(one, self.today) for one in page.object_list]
        return {
            **context,
            **filter_choices(self.municipality),
            "page": page,
            "rows": rows,
            "places": places_of(rows),
            "filters": self.filters,
            "waiting": self._waiting(),
            "offices": self._own_offices(),
            "kinds": self.kinds(),
            "zones": self._zones(),
            "saved": SavedFilter.objects.in_municipality(self.municipality)
            .filter(user=self.person)
            .order_by("name"),
            "bbox": self.bbox,
            "may_sort": bool(under(self.held, Right.SORT)),
            "may_sign": bool(under(self.held, Right.SIGN)),
        }

    def _waiting(self) -> dict[str, int]:
        return waiting_for(
            municipality=self.municipality, user=self.person, held=self.held, today=self.today
        )

    def _own_offices(self) -> QuerySet[Department]:
        rows = self.offices()
        if any(hat.departments is None for hat in self.held):
            return rows
        return rows.filter(pk__in={pk for hat in self.held for pk in hat.departments or ()})

    def _zones(self) -> Iterable[Zone]:
        """Neighbourhoods, or only those that the hats are narrowed to."""
        rows = Zone.objects.in_municipality(self.municipality).in_force(self.today)
        if all(hat.zones is not None for hat in self.held):
            return rows.filter(pk__in=_union(self.held)).by_name(self.language)
        return rows.areas().by_name(self.language)

    def _csv(self) -> HttpResponseBase:
        return csv_file(
            f"{self.municipality.slug}-reports",
            COLUMNS,
            (
                (
                    one.reference,
                    one.status,
                    one.waits_for,
                    one.category.code if one.category else "",
                    one.department.code if one.department else "",
                    str(one.handler) if one.handler else "",
                    one.place_text,
                    one.reported_at.isoformat(),
                    one.registered_on or "",
                    one.register_number,
                    one.due_on or "",
                    one.outcome,
                )
                for one in self.get_queryset().defer("geometry").iterator(chunk_size=500)
            ),
        )


def _union(held: Iterable[Hat]) -> set[int]:
    return {zone for hat in held for zone in hat.zones or ()}


class SaveFilterView(DeskView):
    """Keep a list under a name, or forget it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what the form names; the newest of a name counts."""
        name, query = self.said("name")[:60], read_filters(_parsed(self.said("query"))).query()
        own = SavedFilter.objects.in_municipality(self.municipality).filter(user=self.person)
        if not name:
            messages.error(request, _("Give the list a name."))
        elif own.exclude(name=name).count() >= MOST_SAVED:
            messages.error(request, _("Remove a saved list first: there are many already."))
        else:
            SavedFilter.objects.update_or_create(
                municipality=self.municipality,
                user=self.person,
                name=name,
                defaults={"query": query[:400]},
            )
            messages.success(request, _("The list is saved."))
        return redirect(f"{self.desk()}?{query}")


class ForgetFilterView(DeskView):
    """A saved list that is not needed any more."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Remove one's own; another's is not found."""
        own = SavedFilter.objects.in_municipality(self.municipality).filter(user=self.person)
        get_object_or_404(own, pk=kwargs["pk"]).delete()
        messages.success(request, _("The saved list is gone."))
        return redirect(self.desk())


class BulkView(DeskView):
    """The same for many reports: asked once more before it is done, counted afterwards."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask, or do it once it is confirmed."""
        verb = self.said("verb")
        if verb not in ("assign", "note", "close"):
            raise Http404
        picked = [int(one) for one in request.POST.getlist("pick") if _is_number(one)]
        cases = list(self.cases().filter(pk__in=picked[:MOST_AT_ONCE]).order_by("pk"))
        if not cases:
            messages.error(request, _("Tick the reports first."))
            return redirect(self.next_path(self.desk()))
        if not self.said("sure"):
            return self._ask(verb, cases)
        done, refused = self._do(verb, cases)
        if done:
            messages.success(
                request,
                ngettext("%(count)d report is done.", "%(count)d reports are done.", done)
                % {"count": done},
            )
        for reference, why in refused[:5]:
            messages.error(request, f"{reference}: {why}")
        return redirect(self.next_path(self.desk()))

    def _ask(self, verb: str, cases: list[Incident]) -> HttpResponse:
        context = {
            "verb": verb,
            "cases": cases,
            "colleagues": assigning.colleagues(cases[0], timezone.now()),
            "outcomes": Outcome.choices,
            "next": self.next_path(self.desk()),
        }
        return render(self.request, "incidents/desk/bulk.html", context)

    def _do(self, verb: str, cases: list[Incident]) -> tuple[int, list[tuple[str, str]]]:
        """Each on its own: one that cannot be done does not stop the others."""
        done, refused = 0, []
        act = {"assign": self._assign, "note": self._note, "close": self._close}[verb]
        for incident in cases:
            try:
                act(incident)
                done += 1
            except ValidationError as error:
                refused.append((incident.reference, " ".join(error.messages)))
            except PermissionDenied:
                refused.append((incident.reference, _("Your role does not cover this report.")))
        return done, refused

    def _assign(self, incident: Incident) -> None:
        now = timezone.now()
        handler = self.chosen("handler", User.objects.filter(is_active=True))
        actor = acting(self.person, incident, Right.HANDLE, now)
        assigning.assign(incident=incident, handler=handler, actor=actor, now=now)

    def _note(self, incident: Incident) -> None:
        now = timezone.now()
        actor = acting(self.person, incident, Right.HANDLE, now)
        dialogue.note(incident=incident, text=self.said("text"), actor=actor, now=now)

    def _close(self, incident: Incident) -> None:
        now = timezone.now()
        closing.close(
            incident=incident,
            outcome=self.said("outcome"),
            why=self.said("why"),
            actor=acting(self.person, incident, Right.HANDLE, now),
            now=now,
        )


def _parsed(query: str) -> dict[str, str]:
    return {name: str(value) for name, value in QueryDict(query[:400]).items()}


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= 12
