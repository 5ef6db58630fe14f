"""The letter of an answer for the reporter, who has the link of the report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from incidents.models import AnswerDraft
from incidents.services.letterhead import answer_letter
from incidents.views.desk_answers import pdf_response
from incidents.views.track import TrackPage


class TrackLetterView(TrackPage):
    """An answer that was sent, of the own report or of the one it is worked on with."""

    def get(self, request: HttpRequest, slug: str, token: str, answer: int) -> HttpResponse:
        """The PDF, addressed to this reporter."""
        own = [self.incident.pk, self.incident.leader_id or 0]
        rows = AnswerDraft.objects.filter(step=AnswerDraft.Step.SENT, incident__in=own)
        draft = get_object_or_404(
            rows.select_related(
                "incident__municipality", "incident__department", "incident__category",
                "written_by", "approved_by", "signed_by",
            ),
            pk=answer,
        )  # fmt: skip
        return pdf_response(answer_letter(draft, self.incident), self.incident.reference)
