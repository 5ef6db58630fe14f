"""Questions and answers for everybody, asking, and the town's side of both."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView

from departments.access import Right
from departments.views import StaffView
from questions.forms import AnswerForm, AskForm
from questions.models import Question
from questions.services import ask, publish, refuse, write
from submissions.limits import Limit, refused_until
from zones.forms import add_refusal
from zones.views import TownView

ASKED = (Limit(5, 3600), Limit(20, 86_400))
LONGEST_QUERY = 100
State = Question.State


class QuestionListView(TownView, ListView[Question]):
    """What was answered in public, in the town's order; with a search."""

    template_name = "questions/list.html"
    paginate_by = 30

    @cached_property
    def query(self) -> str:
        """Words that are looked for."""
        return " ".join(self.request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]

    def get_queryset(self) -> QuerySet[Question]:
        """Public ones alone."""
        rows = Question.objects.in_municipality(self.municipality).public()
        rows = rows.holding(self.query) if self.query else rows
        return rows.select_related("municipality", "department")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page and what was looked for."""
        context = super().get_context_data(**kwargs)
        return {**context, "page": context["page_obj"], "query": self.query}


class AskView(TownView, FormView[AskForm]):
    """A resident's question, without an account."""

    template_name = "questions/ask.html"
    form_class = AskForm

    def form_valid(self, form: AskForm) -> HttpResponse:
        """Keep it and say what happens next."""
        now = timezone.now()
        if refused_until(self.request, "question", ASKED, now) is not None:
            form.add_error(None, _("Very much was sent from your network. Try again in an hour."))
            return self.form_invalid(form, status=429)
        try:
            ask(municipality=self.municipality, text=form.cleaned_data["text"], now=now)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("The town hall has your question. Once it is answered, it stands on this page."),
        )
        return redirect("questions:list", slug=self.municipality.slug)

    def form_invalid(self, form: AskForm, status: int = 422) -> HttpResponse:
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=status)


class QuestionOfficeView(StaffView, ListView[Question]):
    """What waits for an answer first; the others by their state."""

    right = Right.MODERATE
    template_name = "questions/office.html"
    paginate_by = 30

    @cached_property
    def state(self) -> str:
        """Those of one state; at first what waits."""
        asked = self.request.GET.get("state", "")
        return asked if asked in State.values else str(State.WAITING)

    def get_queryset(self) -> QuerySet[Question]:
        """The oldest first; what is public in its order."""
        rows = Question.objects.in_municipality(self.municipality)
        if self.state == State.PUBLIC:
            rows = rows.public()
        else:
            rows = rows.filter(state=self.state).order_by("asked_on", "pk")
        return rows.select_related("municipality", "department", "asked")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows and states."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return {**context, "page": page, "state": self.state, "states": State.choices}


class AnswerView(StaffView, FormView[AnswerForm]):
    """One question in the town's words: kept, published, refused; without a number a new one."""

    right = Right.MODERATE
    template_name = "questions/answer.html"
    form_class = AnswerForm

    @cached_property
    def question(self) -> Question | None:
        """The question of the address; one of another town is not found."""
        if "pk" not in self.kwargs:
            return None
        rows = Question.objects.in_municipality(self.municipality)
        rows = rows.select_related("municipality", "asked", "department")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """The languages and departments of the town."""
        own = {"municipality": self.municipality, "question": self.question}
        return {**super().get_form_kwargs(), **own}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The typed words beside the form."""
        return super().get_context_data(question=self.question, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse by its own button; everything else goes through the form."""
        if "refuse" in request.POST and self.question is not None:
            return self._refused(self.question)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        """Keep it, and publish where that button was pressed; a refusal changes nothing."""
        now = self.act.now
        try:
            with transaction.atomic():
                row = write(
                    municipality=self.municipality,
                    wording=form.wording(),
                    now=now,
                    question=self.question,
                )
                if "publish" in self.request.POST:
                    publish(question=row, actor=self.membership.user, now=now)
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        is_public = "publish" in self.request.POST
        said = _("Everybody can read it now.") if is_public else _("Kept.")
        messages.success(self.request, said)
        return self._back()

    def form_invalid(self, form: AnswerForm) -> HttpResponse:
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _refused(self, question: Question) -> HttpResponse:
        reason = self.request.POST.get("reason", "").replace("\x00", "")[:300]
        try:
            refuse(question=question, reason=reason, actor=self.membership.user, now=self.act.now)
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
            return redirect(self.request.path)
        messages.success(self.request, _("Nobody outside sees it."))
        return self._back()

    def _back(self) -> HttpResponse:
        return redirect(reverse("questions:office", args=[self.municipality.slug]))
