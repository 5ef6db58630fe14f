"""Departments and institutions as a tree: list, add, change, close."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from departments.access import Right
from departments.forms import DepartmentForm
from departments.loading import DEPARTMENT_COLUMNS, department_cells
from departments.models import Department
from departments.services import close_department, reopen_department, save_department
from departments.tree import Branch, in_tree_order
from departments.views.base import ActionView, AdministrationView, ChangeView
from zones.exports import csv_file
from zones.querysets import collated
from zones.views import ExportedView


class DepartmentListView(AdministrationView, ExportedView, TemplateView):
    """The tree, paged, and as a file that can be loaded back."""

    template_name = "departments/departments.html"
    rows_per_page = 60

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The columns of load_departments."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries; a search shows what it finds without the tree."""
        page = Paginator(self.branches, self.rows_per_page).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page, query=self.query, total=len(self.branches), **kwargs
        )

    @property
    def query(self) -> str:
        """What the reader filters by."""
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:100]

    @cached_property
    def branches(self) -> list[Branch]:
        """Every office of the town in reading order. One query."""
        working = Q(memberships__valid_until__isnull=True) | Q(
            memberships__valid_until__gt=self.today
        )
        rows = (
            Department.objects.in_municipality(self.municipality)
            .select_related("parent", "calendar")
            .annotate(people=Count("memberships__user", filter=working, distinct=True))
            .order_by("-is_active", "kind", collated(self.language), "pk")
        )
        if self.query:
            rows = rows.named_like(self.query)
        return in_tree_order(rows)

    def _csv(self) -> HttpResponseBase:
        names = [column.name for column in DEPARTMENT_COLUMNS]
        rows = (department_cells(branch.node) for branch in self.branches)
        return csv_file(f"{self.municipality.slug}-departments", names, rows)


class DepartmentChangeView(ChangeView):
    """Adds a department, or changes one."""

    right = Right.ADMINISTER
    form_class = DepartmentForm

    @cached_property
    def department(self) -> Department | None:
        """The one to change; none when one is added."""
        if "pk" not in self.kwargs:
            return None
        own = Department.objects.in_municipality(self.municipality)
        return get_object_or_404(own, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from what there is."""
        own = {"municipality": self.municipality, "department": self.department}
        return {**super().get_form_kwargs(), **own}

    def store(self, form: Any) -> str:
        """Save it."""
        saved = save_department(
            municipality=self.municipality,
            facts=form.facts(),
            act=self.act,
            department=self.department,
        )
        return _("%(name)s is saved.") % {"name": saved.name}

    def back(self) -> str:
        """The tree."""
        return departments_path(self.municipality.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its name, and the button that closes or opens it."""
        one = self.department
        return super().get_context_data(
            title=one.name if one else _("Add a department"),
            submit=_("Save"),
            closing=one,
            **kwargs,
        )


class DepartmentClosingView(ActionView):
    """Closes an office, or opens a closed one."""

    right = Right.ADMINISTER

    def act_on(self, **kwargs: Any) -> str:
        """Do the one that fits its state."""
        own = Department.objects.in_municipality(self.municipality)
        one = get_object_or_404(own, pk=kwargs["pk"])
        if one.is_active:
            close_department(department=one, act=self.act)
            return _("%(name)s is closed.") % {"name": one.name}
        reopen_department(department=one, act=self.act)
        return _("%(name)s is in use again.") % {"name": one.name}

    def back(self) -> str:
        """The tree."""
        return departments_path(self.municipality.slug)


def departments_path(slug: str) -> str:
    """Path of the tree."""
    return reverse("departments:departments", args=[slug])
