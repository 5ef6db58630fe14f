"""Templates of answers: heads keep those of their departments, administrators all."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from departments.access import Right
from departments.models import Department
from incidents.desk_forms import AnswerTemplateForm
from incidents.models import AnswerTemplate
from incidents.views.desk_base import DeskView


class TemplatesView(DeskView):
    """What the person may change: the own departments', or all for a role for the whole town."""

    right = Right.SIGN
    folder = "desk/templates/"

    @property
    def is_wide(self) -> bool:
        """Whether a role for every department is among the hats."""
        return any(hat.departments is None for hat in self.held)

    def own_offices(self) -> QuerySet[Department]:
        """Departments a template can be for."""
        rows = self.offices()
        if self.is_wide:
            return rows
        return rows.filter(pk__in={pk for hat in self.held for pk in hat.departments or ()})

    def own(self) -> QuerySet[AnswerTemplate]:
        """Templates that can be changed."""
        rows = AnswerTemplate.objects.in_municipality(self.municipality)
        if not self.is_wide:
            rows = rows.filter(department__in=self.own_offices())
        return rows.select_related("category", "department").order_by("code")

    def home(self) -> str:
        """Path of the list."""
        return f"/{self.municipality.slug}/{self.folder}"


class TemplateListView(TemplatesView):
    """All of them."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """By code."""
        context = {"templates": self.own(), "home": self.home()}
        return render(request, "incidents/desk/templates.html", context)


class TemplateView(TemplatesView):
    """One of them, or a new one."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form."""
        return self.show(self.form(None))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=400)
        one = form.template or AnswerTemplate(municipality=self.municipality)
        for name, value in form.values().items():
            setattr(one, name, value)
        one.save()
        messages.success(request, _("The template is kept."))
        return redirect(self.home())

    def form(self, data: Any) -> AnswerTemplateForm:
        """Empty, or with what it holds."""
        one = get_object_or_404(self.own(), pk=self.kwargs["pk"]) if "pk" in self.kwargs else None
        names = ("code", "category", "department", "outcome", "is_active")
        return AnswerTemplateForm(
            data,
            initial={name: getattr(one, name) for name in names} if one else None,
            municipality=self.municipality,
            offices=self.own_offices(),
            is_wide=self.is_wide,
            template=one,
        )

    def show(self, form: AnswerTemplateForm, status: int = 200) -> HttpResponse:
        """The page."""
        context = {"form": form, "home": self.home(), "one": form.template}
        return render(self.request, "incidents/desk/template.html", context, status=status)


class TownTemplateListView(TemplateListView):
    """The same for administrators."""

    right = Right.SET_RULES
    folder = "town/answer-templates/"


class TownTemplateView(TemplateView):
    """The same for administrators."""

    right = Right.SET_RULES
    folder = "town/answer-templates/"
