"""Ends letters by e-mail from a link in them, without signing in (RFC 8058)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from notifications.paths import read_stop_token
from notifications.services.preferences import switch_email
from zones.views import TownView


@method_decorator(csrf_exempt, name="dispatch")
class StopLettersView(TownView):
    """The link's signature says whose letters of which town; no cookie is looked at.

    So a forged request can do no more than whoever holds the letter: that is why the usual token
    of forms is not asked for, which mail programs pressing the button for a reader do not have.
    """

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Ask; opening a link must change nothing, as scanners of mail servers open all."""
        self._person(token)
        return self._page("ask")

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Stop, or resume when that is asked for."""
        is_on = request.POST.get("undo") == "1"
        switch_email(
            municipality=self.municipality,
            user=self._person(token),
            is_on=is_on,
            now=timezone.now(),
        )
        return self._page("resumed" if is_on else "stopped")

    def _person(self, token: str) -> User:
        link = read_stop_token(token)
        if link is None or link.municipality_id != self.municipality.pk or link.way != "email":
            raise Http404
        return get_object_or_404(User, pk=link.user_id)

    def _page(self, state: str) -> HttpResponse:
        context: dict[str, Any] = {"state": state}
        answer = render(self.request, "notifications/stop.html", context)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer
