"""The page on which somebody takes own words back, after a second look."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consultations.models import Contribution
from consultations.present.voices import own_row
from consultations.services.taking_back import take_back
from consultations.services.telling import process_path
from consultations.views.saying import SayingView


class TakeBackView(SayingView, TemplateView):
    """Asks once more, then takes the words back; only their author finds the page."""

    template_name = "consultations/take_back.html"

    @cached_property
    def own_words(self) -> Contribution:
        """The contribution of the address, where the reader said it."""
        rows = Contribution.objects.filter(process=self.process, author=self.person)
        rows = rows.filter(taken_back_at=None).select_related("submission")
        return get_object_or_404(rows, pk=self.kwargs["contribution"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The words, and what becomes of them."""
        one = self.own_words
        return super().get_context_data(
            process=self.process,
            one=own_row(one),
            is_public=one.submission.state == "released",
            **kwargs,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take them back, or say why not."""
        try:
            take_back(contribution=self.own_words, author=self.person, now=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("Your words are taken back and erased."))
        return redirect(process_path(self.process, "said/"))
