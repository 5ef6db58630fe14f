"""Reviewing projects: planners see and assign all, departments those that are assigned to them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from consultations.budget_forms import ReviewForm
from consultations.models import BudgetProject
from consultations.phases import Action
from consultations.project_rows import COLUMNS, ProjectRow, plain
from consultations.result_rows import marks, shapes
from consultations.services.reviewing import add_project, refuse_frozen, review_project
from consultations.views.base import ConsultProcessView
from consultations.views.projects import currency_of
from departments.access import Right
from zones.exports import csv_file
from zones.forms import add_refusal
from zones.views import ExportedView


class ReviewPage(ConsultProcessView):
    """What planners and departments share; drafts as well, and words that wait."""

    assigns = True
    names = ("review", "review_project")

    @property
    def projects(self) -> QuerySet[BudgetProject]:
        """The projects that this person may review here."""
        rows = BudgetProject.objects.filter(process=self.process)
        return rows.select_related(
            "process__municipality", "contribution__submission", "department"
        ).order_by("drawn", "pk")

    @cached_property
    def currency(self) -> str:
        """In what costs are."""
        return currency_of(self)

    @cached_property
    def frozen(self) -> str:
        """Why nothing can be changed any more; empty while it can."""
        try:
            refuse_frozen(self.process, self.act.now)
        except ValidationError as refused:
            return " ".join(refused.messages)
        return ""

    def row(self, number: int, project: BudgetProject) -> ProjectRow:
        """A project as it is shown; who won only with the result, here too."""
        is_open = self.opening(Action.SEE_RESULT).is_open
        return ProjectRow(number, project, self.currency, is_open)

    @property
    def shared(self) -> dict[str, Any]:
        """What both pages show around."""
        slug, number = self.municipality.slug, self.process.pk
        home = f"/{slug}/plan/consultations/{number}/" if self.assigns else ""
        return {
            "process": self.process,
            "plan_path": home,
            "list_name": f"consultations:{self.names[0]}",
            "one_name": f"consultations:{self.names[1]}",
            "assigns": self.assigns,
            "frozen": self.frozen,
            "bbox": self.bbox,
            "limits": self.bbox,
        }


class ReviewListView(ReviewPage, ExportedView, ListView[BudgetProject]):
    """Every project with its state and department; also as CSV."""

    template_name = "consultations/budget/review_list.html"
    paginate_by = 30

    @cached_property
    def state(self) -> str:
        """One state, or all."""
        asked = self.request.GET.get("state", "")
        if asked not in ("", "proposed", "feasible", "refused"):
            raise Http404
        return asked

    def get_queryset(self) -> QuerySet[BudgetProject]:
        """Those of the choice."""
        return self.projects.filter(state=self.state) if self.state else self.projects

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows and states."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [
            self.row(number, one) for number, one in enumerate(page.object_list, page.start_index())
        ]
        states = [(code, BudgetProject.State(code).label) for code in ("proposed", "feasible",
                                                                       "refused")]  # fmt: skip
        return {**context, **self.shared, "page": page, "state": self.state, "states": states}

    def _csv(self) -> HttpResponseBase:
        rows = (self.row(number, one) for number, one in enumerate(self.get_queryset(), 1))
        name = f"{self.municipality.slug}-consultation-{self.process.number}-review"
        return csv_file(name, COLUMNS, (list(plain(row).values()) for row in rows))


class ReviewProjectView(ReviewPage, TemplateView):
    """One project: what was proposed, and the form of what the town says."""

    template_name = "consultations/budget/review_project.html"

    @cached_property
    def project(self) -> BudgetProject:
        """The project of the address; one that this person may not review is not found."""
        return get_object_or_404(self.projects, pk=self.kwargs["project"])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the review."""
        project = self.project
        form = self.review_form(request.POST)
        if form.is_valid():
            try:
                review_project(project=project, review=form.review(), now=self.act.now)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("It is kept."))
                return redirect(
                    f"consultations:{self.names[1]}",
                    self.municipality.slug,
                    self.process.pk,
                    project.pk,
                )
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The project and the form."""
        row = self.row(1, self.project)
        kwargs.setdefault("form", self.review_form())
        said = self.project.contribution
        return super().get_context_data(
            **self.shared,
            row=row,
            waits=bool(said and said.submission.state == "waiting"),
            places=marks([(1, row.geometry)]),
            shapes=shapes([row.geometry]),
            **kwargs,
        )

    def review_form(self, data: Any = None) -> ReviewForm:
        """With what there is."""
        project = self.project
        initial = {
            "state": project.state,
            "cost": project.cost,
            "department": project.department_id,
            "group": project.group,
        }
        return ReviewForm(
            data, process=self.process, project=project, assigns=self.assigns, initial=initial
        )


class ReviewNewView(ReviewPage, TemplateView):
    """A project of the town itself."""

    template_name = "consultations/budget/review_new.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it."""
        form = ReviewForm(request.POST, process=self.process)
        if form.is_valid():
            try:
                project = add_project(
                    process=self.process,
                    review=form.review(),
                    place=form.place(),
                    now=self.act.now,
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("It is kept."))
                return redirect(
                    "consultations:review_project",
                    self.municipality.slug,
                    self.process.pk,
                    project.pk,
                )
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        kwargs.setdefault("form", ReviewForm(process=self.process))
        return super().get_context_data(**self.shared, **kwargs)


class _AssignedOnly(ReviewPage):
    """Those who work on cases of a department see what was assigned to it."""

    right = Right.HANDLE
    narrows = True
    assigns = False
    names = ("opinions", "opinion")

    @property
    def projects(self) -> QuerySet[BudgetProject]:
        """Of the own departments."""
        rows = super().projects.filter(department__isnull=False)
        reach = self.own_departments
        return rows if reach is None else rows.filter(department_id__in=reach)


class OpinionListView(_AssignedOnly, ReviewListView):
    """The projects assigned to the own departments."""


class OpinionView(_AssignedOnly, ReviewProjectView):
    """What a department says about a project assigned to it."""
