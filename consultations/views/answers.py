"""You said, we did: what the town answered, by neighbourhood and by outcome."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import ListView

from consultations.models import OfficialAnswer
from consultations.present.answers import (
    COLUMNS,
    answer_row,
    outcome_counts,
    plain_answer,
    public_answers,
)
from consultations.views.base import ProcessView
from zones.exports import csv_file
from zones.views import ExportedView


class AnswersView(ProcessView, ExportedView, ListView[OfficialAnswer]):
    """Every answer of the town in a consultation; also as CSV."""

    template_name = "consultations/answers.html"
    paginate_by = 20

    @cached_property
    def outcome(self) -> str:
        """One outcome, or all; an unknown one is not found."""
        asked = self.request.GET.get("outcome", "")
        if asked not in ("", *OfficialAnswer.Outcome.values):
            raise Http404
        return asked

    def get_queryset(self) -> QuerySet[OfficialAnswer]:
        """Those of the outcome."""
        rows = public_answers(self.process)
        return rows.filter(outcome=self.outcome) if self.outcome else rows

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Answers and how many there are of each outcome."""
        context = super().get_context_data(**kwargs)
        page, order = context["page_obj"], self.municipality.languages
        page.object_list = [answer_row(one, order) for one in page.object_list]
        return {
            **context,
            "page": page,
            "process": self.process,
            "outcome": self.outcome,
            "outcomes": outcome_counts(public_answers(self.process)),
        }

    def _csv(self) -> HttpResponseBase:
        order = self.municipality.languages
        rows = (plain_answer(one, order) for one in self.get_queryset().iterator(chunk_size=200))
        name = f"{self.municipality.slug}-consultation-{self.process.number}-answers"
        return csv_file(name, COLUMNS, rows)
