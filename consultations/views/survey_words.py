"""The desk of what people wrote in surveys: moderators release or refuse it, oldest first."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import ListView

from consultations.models import Question, ResponseValue
from consultations.services.moderating import DECISIONS, decide_words
from consultations.views.base import ConsultationsView
from departments.access import Right
from departments.views import StaffView
from submissions.models import Submission

State = Submission.State


class SurveyWordsView(ConsultationsView, StaffView, ListView[ResponseValue]):
    """Everything written in the town's surveys that waits; who wrote it is not shown."""

    right = Right.MODERATE
    template_name = "consultations/survey/words.html"
    paginate_by = 25

    @property
    def own(self) -> QuerySet[ResponseValue]:
        """Words in surveys of this town."""
        return ResponseValue.objects.filter(
            question__phase__process__municipality=self.municipality,
            question__kind=Question.Kind.TEXT,
            submission__isnull=False,
        )

    def get_queryset(self) -> QuerySet[ResponseValue]:
        """What waits; the random number of the submission hides in which order it came that day."""
        rows = self.own.filter(submission__state=State.WAITING).exclude(submission__text="")
        return rows.select_related("submission", "question__phase__process").order_by(
            "submission__received_on", "submission_id"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of them."""
        context = super().get_context_data(**kwargs)
        return {**context, "page": context["page_obj"]}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Decide about one; words of another town are not found."""
        number, state = request.POST.get("words", ""), request.POST.get("state", "")
        if not number.isdecimal() or len(number) > 12 or state not in DECISIONS:
            raise Http404
        rows = self.own.select_related(
            "submission", "response__user", "response__phase__process__municipality"
        )
        row = get_object_or_404(rows, pk=int(number))
        try:
            decide_words(
                value=row,
                state=state,
                actor=self.membership.user,
                now=self.act.now,
                reason=request.POST.get("reason", "").replace("\x00", ""),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(
                request,
                _("Everybody can see it with the result.")
                if state == State.RELEASED
                else _("Nobody outside sees it."),
            )
        return redirect(request.path)
