"""The legal notice as everybody reads it: its days, the proofs, what was answered."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from consultations.models import LegalNotice, OfficialAnswer, PublicationProof
from consultations.present.law import asked_by_law, proof_rows, story_of
from consultations.regimes import NONE
from consultations.services.law import edition_of, kept_days, regime_of
from consultations.services.law_texts import notice_text, public_path
from consultations.views.base import ProcessView
from notifications.paths import absolute

PER_PAGE = 20


class LegalNoticeView(ProcessView, TemplateView):
    """The notice of a published consultation; where no law asks for one there is none."""

    template_name = "consultations/law/notice.html"

    @cached_property
    def notice(self) -> LegalNotice:
        """The notice."""
        rows = LegalNotice.objects.filter(process=self.process).exclude(regime=NONE)
        return get_object_or_404(rows.select_related("process__municipality"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words, days, proofs, answers."""
        notice, process = self.notice, self.process
        origin = self.municipality.sign_origin or self.request.build_absolute_uri("/")[:-1]
        edition = edition_of(notice, self.today)
        answers = OfficialAnswer.objects.filter(
            process=process, contribution__submission__state="released"
        )
        rows = answers.select_related("contribution__submission").order_by("-answered_at", "-pk")
        link = absolute(origin, public_path(process))
        return super().get_context_data(
            process=process,
            notice=notice,
            link=link,
            text=notice_text(notice, self.language, link),
            regime=regime_of(notice),
            asks=asked_by_law(edition) if edition else [],
            story=story_of(notice, kept_days(notice), self.today, is_public=True),
            proofs=proof_rows(list(notice.proofs.order_by("published_on", "pk"))),
            page=Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page")),
            **kwargs,
        )


class ProofTextView(LegalNoticeView):
    """What stood on a channel, letter by letter, so that anybody can take its SHA-256 again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The words as they were kept."""
        proof = PublicationProof.objects.filter(notice=self.notice, pk=kwargs["proof"]).first()
        if proof is None:
            raise Http404
        return HttpResponse(proof.text.encode(), content_type="text/plain; charset=utf-8")
