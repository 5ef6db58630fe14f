"""Interruptions of a service: which reports belong to them, and one answer for all of these."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from departments.access import Right, may
from departments.last_days import day_before
from departments.models import Works
from incidents.intake_forms import OutageAnswerForm
from incidents.models import OutageScope
from incidents.services import outages
from incidents.services.recording import Actor, Role
from incidents.services.standing import is_wide
from incidents.views.desk_base import DeskView
from notifications.models import Announcement
from zones.forms import add_refusal


class OutagesView(DeskView):
    """A page for those who answer for the whole town."""

    right: ClassVar[Right] = Right.HANDLE
    narrows = False

    def require_wide(self) -> None:
        """Refuse whoever handles some kinds of reports only."""
        if not any(is_wide(hat) for hat in self.held):
            raise PermissionDenied

    def works(self) -> QuerySet[Works]:
        """Interruptions that go on or are to come."""
        self.require_wide()
        rows = Works.objects.in_municipality(self.municipality).not_over(self.today)
        rows = rows.filter(kind=Works.Kind.OUTAGE).select_related("owner", "municipality")
        return rows.order_by("-starts_on", "-pk")

    def one(self) -> Works:
        """The interruption of the address."""
        return get_object_or_404(self.works(), pk=self.kwargs["pk"])

    def scope_of(self, works: Works) -> OutageScope | None:
        """What belongs to it, where that was said."""
        rows = OutageScope.objects.filter(works=works).select_related("works__municipality")
        return rows.first()

    @property
    def actor(self) -> Actor:
        """Who acts."""
        role: Role = "head" if self.membership.role == "head" else "dispatcher"
        return Actor(role, self.person)


class OutageListView(OutagesView, ListView[Works]):
    """All of them."""

    template_name = "incidents/outages/list.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[Works]:
        """Going on, and to come."""
        return self.works().prefetch_related("report_scope__categories")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page, with the last day of each."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        rows = [
            {"works": one, "last_day": day_before(one.ends_on), "kinds": _kinds(one)}
            for one in page.object_list
        ]
        can_enter = may(self.person, self.municipality, Right.EDIT_WORKS)
        return {**context, "page": page, "rows": rows, "can_enter": can_enter}


class OutageView(OutagesView):
    """One of them: kinds of reports, what would be taken in, the answer, the notice."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """As it stands."""
        return self.show(self.one(), OutageAnswerForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Say which kinds belong to it."""
        works = self.one()
        asked = {int(one) for one in request.POST.getlist("kinds") if one.isdecimal()}
        kinds = [one for one in self.kinds() if one.pk in asked]
        outages.set_scope(works=works, categories=kinds, actor=self.person, now=timezone.now())
        messages.success(request, _("Saved. New reports of these kinds belong to it from now on."))
        return redirect("incidents:outage", self.municipality.slug, works.pk)

    def show(self, works: Works, form: OutageAnswerForm, status: int = 200) -> HttpResponse:
        """The page."""
        scope = self.scope_of(works)
        chosen = set(scope.categories.values_list("pk", flat=True)) if scope else set()
        notices = Announcement.objects.in_municipality(self.municipality).filter(works=works)
        context = {
            "works": works,
            "last_day": day_before(works.ends_on),
            "form": form,
            "kinds": [(one, one.pk in chosen) for one in self.kinds()],
            "has_scope": bool(chosen),
            "waiting": outages.inside(scope).count() if scope and chosen else 0,
            "taken": outages.taken_in(scope).count() if scope else 0,
            "entrances": outages.entrances(works),
            "notice": notices.order_by("-pk").first(),
            "may_notify": may(self.person, self.municipality, Right.NOTIFY),
        }
        return render(self.request, "incidents/outages/outage.html", context, status=status)


class OutageActView(OutageView):
    """A button on the page of an interruption."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Opening the address changes nothing."""
        return redirect("incidents:outage", self.municipality.slug, self.one().pk)

    def scope(self) -> OutageScope:
        """What belongs to the interruption, or no such page."""
        rows = OutageScope.objects.select_related("works__municipality", "works__owner")
        return get_object_or_404(rows, works=self.one())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it and go back."""
        scope = self.scope()
        try:
            messages.success(request, self.act_on(scope))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("incidents:outage", self.municipality.slug, scope.works_id)

    def act_on(self, scope: OutageScope) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError


class OutageAbsorbView(OutageActView):
    """Takes in what is open."""

    def act_on(self, scope: OutageScope) -> str:
        """Take them in."""
        number = outages.absorb(scope=scope, actor=self.actor, now=timezone.now())
        said = ngettext(
            "%(number)d report belongs to it now.", "%(number)d reports belong to it now.", number
        )
        return said % {"number": number}


class OutageAnswerView(OutageActView):
    """Answers all that belong to it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Answer, or show what is wrong."""
        scope = self.scope()
        form = OutageAnswerForm(request.POST)
        if not form.is_valid():
            return self.show(scope.works, form, 400)
        try:
            number = outages.answer_all(
                scope=scope, **form.cleaned_data, actor=self.actor, now=timezone.now()
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.show(scope.works, form, 400)
        said = ngettext(
            "%(number)d report is answered.", "%(number)d reports are answered.", number
        )
        messages.success(request, said % {"number": number})
        return redirect("incidents:outage", self.municipality.slug, scope.works_id)


class OutageNoticeView(OutageActView):
    """Drafts a notice for the entrances inside."""

    def act_on(self, scope: OutageScope) -> str:
        """Draft it."""
        outages.prepare_notice(scope=scope, actor=self.person, now=timezone.now())
        return _("The notice is drafted. Somebody who may send notices reads it and sends it.")


def _kinds(works: Works) -> list[str]:
    scope = getattr(works, "report_scope", None)
    return [one.name for one in scope.categories.all()] if scope else []
