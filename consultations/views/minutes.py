"""The minutes of a consultation as a PDF, in a language of the town, once the result is open."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from consultations.documents.minutes import Seal, minutes_sheet
from consultations.phases import Action
from consultations.services.minutes import minute_facts
from consultations.views.base import ProcessView
from satisfaction.documents.sheets import as_pdf


class MinutesView(ProcessView):
    """The PDF; what seals it comes from the register of reports, which is no part of this app."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The minutes; not found while nothing of the result is public."""
        if not self.opening(Action.SEE_RESULT).is_open:
            raise Http404
        language = self._language(request.GET.get("language", ""))
        page = reverse("consultations:page", args=[self.municipality.slug, self.process.pk])
        facts = minute_facts(self.process, request.build_absolute_uri(page))
        sheet = minutes_sheet(facts, language, self.seal())
        name = f"{self.municipality.slug}-consultation-{self.process.number}-{language}.pdf"
        return HttpResponse(
            as_pdf(sheet),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )

    def seal(self) -> Seal | None:
        """The newest signed root of the town, where there is one."""
        return None

    def _language(self, asked: str) -> str:
        """One of the town's languages: the one asked for, else the reader's, else the first."""
        own = self.municipality.languages
        if asked and asked not in own:
            raise Http404
        return asked or (self.language if self.language in own else own[0])
