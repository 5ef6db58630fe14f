"""What is published about how a vote was kept: marks, ballots, and what looked odd."""

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from consultations.models import Roll
from consultations.phases import Action
from consultations.present.admissions import admission_rows, admission_sums
from consultations.present.integrity import report_rows
from consultations.services.counting_votes import vote_of
from consultations.views.base import ProcessView


class IntegrityView(ProcessView, TemplateView):
    """After the close everybody reads that marks and ballots agree; before, nobody."""

    template_name = "consultations/vote/integrity.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Figures of the close, those of few people left out."""
        phase = vote_of(self.process)
        is_open = self.opening(Action.SEE_RESULT).is_open
        roll = Roll.objects.filter(phase=phase, closed_at__isnull=False).first()
        if roll is None or not is_open:
            raise Http404
        return super().get_context_data(
            process=self.process,
            roll=roll,
            digest=bytes(roll.digest).hex(),
            salt=bytes(roll.salt).hex(),
            report=report_rows(roll.report),
            rows=admission_rows(roll),
            sums=admission_sums(roll),
            **kwargs,
        )
