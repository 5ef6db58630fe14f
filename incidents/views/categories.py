"""Categories of reports for administrators, and which role is for which of them."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from departments.views.base import ChangeView, StaffView
from incidents.loading import CATEGORY_COLUMNS, category_cells
from incidents.models import Category
from incidents.querysets import CategoryQuerySet
from incidents.rule_forms import CategoryForm, ScopeForm
from incidents.services.categories import narrow_role, save_report_category
from incidents.views.gate import ReportsView
from zones.exports import csv_file
from zones.views import ExportedView

HANDLING = ROLES_WITH[Right.HANDLE] | ROLES_WITH[Right.SORT]


class CategoriesView(ReportsView, StaffView):
    """Anything about categories; only who sets the rules for the whole town."""

    right = Right.SET_RULES

    @property
    def categories(self) -> CategoryQuerySet:
        """Of this town."""
        return Category.objects.in_municipality(self.municipality).select_related("parent")

    def back(self) -> str:
        """To the list."""
        return reverse("incidents:categories", args=[self.municipality.slug])


class CategoryListView(CategoriesView, ExportedView, TemplateView):
    """Groups with what belongs to them, in the order in which people choose."""

    template_name = "incidents/categories/list.html"

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The columns of load_report_categories."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query."""
        return super().get_context_data(rows=self._rows(), **kwargs)

    def _rows(self) -> list[Category]:
        """Each group before its parts."""
        every = list(self.categories.order_by("position", "code"))
        groups = [one for one in every if one.parent_id is None]
        return [
            one for group in groups for one in (group, *(p for p in every if p.parent == group))
        ]

    def _csv(self) -> HttpResponseBase:
        names = [column.name for column in CATEGORY_COLUMNS]
        rows = map(category_cells, self._rows())
        return csv_file(f"{self.municipality.slug}-report-categories", names, rows)


class CategoryChangeView(CategoriesView, ChangeView):
    """Adds a category or a group, or changes one."""

    template_name = "incidents/categories/form.html"
    form_class = CategoryForm
    submit = gettext_lazy("Save")

    @cached_property
    def category(self) -> Category | None:
        """The one to change; none when one is added."""
        if "pk" not in self.kwargs:
            return None
        return get_object_or_404(self.categories, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        """What is done."""
        return self.category.name if self.category else _("Add a kind of fault")

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the town has."""
        given = super().get_form_kwargs()
        return given | {"municipality": self.municipality, "category": self.category}

    def store(self, form: Any) -> str:
        """Add or change."""
        saved = save_report_category(
            municipality=self.municipality,
            facts=form.facts(),
            act=self.act,
            category=self.category,
        )
        return _("“%(name)s” is saved.") % {"name": saved.name}


class ScopeListView(CategoriesView, TemplateView):
    """Roles that work on reports, with the categories each is for."""

    template_name = "incidents/categories/scopes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Three queries."""
        roles = (
            Membership.objects.in_municipality(self.municipality)
            .not_ended(self.today)
            .with_role(HANDLING)
            .select_related("user", "department")
            .prefetch_related("report_scopes__category")
            .order_by("user__full_name", "pk")
        )
        page = Paginator(roles, 50).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, **kwargs)


class ScopeView(CategoriesView, ChangeView):
    """Narrows one role to some categories."""

    form_class = ScopeForm
    submit = gettext_lazy("Save")

    @cached_property
    def role(self) -> Membership:
        """A role of this town that works on reports."""
        roles = Membership.objects.in_municipality(self.municipality).with_role(HANDLING)
        return get_object_or_404(roles.select_related("user", "department"), pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        """Whose role."""
        return f"{self.role.user} · {self.role.get_role_display()}"

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the town has, and what the role is for."""
        given = super().get_form_kwargs() | {"municipality": self.municipality}
        given["initial"] = {
            "categories": [one.category_id for one in self.role.report_scopes.all()]
        }
        return given

    def store(self, form: Any) -> str:
        """Narrow it."""
        chosen = form.cleaned_data["categories"]
        narrow_role(membership=self.role, categories=chosen, act=self.act)
        return _("The role is saved.")

    def back(self) -> str:
        """To the list of roles."""
        return reverse("incidents:scopes", args=[self.municipality.slug])
