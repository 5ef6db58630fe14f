"""Pages of those who write surveys: the questions in their order, one question, the preview."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from consultations.models import Phase, Question
from consultations.question_forms import QuestionForm
from consultations.services.surveys import (
    is_fixed,
    keep_question,
    move_question,
    remove_question,
    survey_phases,
)
from consultations.views.base import ConsultProcessView
from consultations.views.survey_answering import survey_form


class SurveyWritingView(ConsultProcessView):
    """A page about one survey of a consultation: the one asked for, else the last."""

    @cached_property
    def phases(self) -> list[Phase]:
        """Every survey of the consultation."""
        return survey_phases(self.process)

    @cached_property
    def phase(self) -> Phase:
        """The survey the page is about."""
        asked = self.request.GET.get("phase", "")
        found = [one for one in self.phases if not asked or str(one.pk) == asked]
        if not found:
            raise Http404
        # The same town and area for all that is asked about it.
        found[-1].process = self.process
        return found[-1]

    @cached_property
    def is_fixed(self) -> bool:
        """Whether its questions stand."""
        return is_fixed(self.phase, timezone.now())

    def question(self) -> Question:
        """The question of the address; one of another consultation is not found."""
        rows = Question.objects.filter(phase__process=self.process)
        found = get_object_or_404(
            rows.select_related("phase__process__municipality"), pk=self.kwargs["question"]
        )
        self.phase = found.phase
        return found

    def back(self) -> HttpResponse:
        """To the list of questions of the same survey."""
        where = redirect("consultations:survey_plan", slug=self.kwargs["slug"], pk=self.process.pk)
        where["Location"] += f"?phase={self.phase.pk}"
        return where


class SurveyBuilderView(SurveyWritingView, TemplateView):
    """The questions in their order."""

    template_name = "consultations/survey/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Questions, and whether they may still be changed."""
        if not self.phases:
            return super().get_context_data(process=self.process, phase=None, **kwargs)
        return super().get_context_data(
            process=self.process,
            phases=self.phases,
            phase=self.phase,
            questions=self.phase.questions.order_by("position", "pk"),
            is_fixed=self.is_fixed,
            **kwargs,
        )


class QuestionFormView(SurveyWritingView, TemplateView):
    """Adding a question, or changing one."""

    template_name = "consultations/survey/question.html"

    @cached_property
    def edited(self) -> Question | None:
        """The question to change; none when one is added."""
        return self.question() if "question" in self.kwargs else None

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it; or say what is missing."""
        edited = self.edited
        form = QuestionForm(request.POST, process=self.process, question=edited)
        if form.is_valid():
            try:
                keep_question(
                    phase=self.phase, text=form.text(), question=edited, now=timezone.now()
                )
            except ValidationError as refused:
                form.refuse(refused)
            else:
                return self.back()
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        edited = self.edited
        form = kwargs.pop("form", None) or QuestionForm(process=self.process, question=edited)
        return super().get_context_data(
            process=self.process,
            phase=self.phase,
            edited=edited,
            is_fixed=self.is_fixed,
            form=form,
            **kwargs,
        )


class QuestionMoveView(SurveyWritingView, View):
    """A question goes up or down by one."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Move it, or say why not."""
        question = self.question()
        try:
            move_question(
                question=question, is_up=request.POST.get("to") == "up", now=timezone.now()
            )
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        return self.back()


class QuestionRemoveView(SurveyWritingView, View):
    """A question is taken out."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take it out, or say why not."""
        try:
            remove_question(question=self.question(), now=timezone.now())
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        return self.back()


class SurveyPreviewView(SurveyWritingView, TemplateView):
    """The survey as those who fill it in will see it; it takes no answers."""

    template_name = "consultations/survey/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The empty form."""
        return super().get_context_data(
            process=self.process,
            phase=self.phase,
            **survey_form(self, self.phase, None),
            **kwargs,
        )
