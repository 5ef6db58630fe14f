"""The page of somebody who follows another's report: confirm, read on, stop; by a signed link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from incidents.incident_words import PUBLIC_KINDS
from incidents.models import Follower
from incidents.services.following import confirm_following, leader_of, stop_following
from incidents.track_paths import read_follow
from incidents.views.gate import ReportsView
from incidents.views.track import unseen
from incidents.views.track_present import entries_of, owner_of, status_of


@method_decorator(csrf_exempt, name="dispatch")
class FollowView(ReportsView):
    """No cookie is looked at: a forged request can do no more than whoever holds the letter.

    Mail programs that press the button for a reader (RFC 8058) have no token of forms.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As for all links of letters."""
        return unseen(super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, slug: str, signed: str) -> HttpResponse:
        """What everybody may know of it; nothing is changed by opening a link."""
        return self._show(self._follower(signed))

    def post(self, request: HttpRequest, slug: str, signed: str) -> HttpResponse:
        """Confirm, or stop."""
        follower = self._follower(signed)
        if "confirm" in request.POST:
            confirm_following(follower=follower, now=timezone.now())
            return self._show(follower)
        stop_following(follower=follower)
        return render(request, "incidents/follow_stopped.html", {"incident": follower.incident})

    def _follower(self, signed: str) -> Follower:
        rows = Follower.objects.filter(incident__municipality=self.municipality)
        return get_object_or_404(
            rows.select_related("incident__category", "incident__department", "incident__leader"),
            pk=read_follow(signed),
        )

    def _show(self, follower: Follower) -> HttpResponse:
        incident = leader_of(follower.incident)
        incident.municipality = self.municipality
        context = {
            "follower": follower,
            "incident": incident,
            "status": status_of(incident),
            "office": owner_of(incident),
            "entries": entries_of(incident, PUBLIC_KINDS),
            "needs_confirming": follower.confirmed_at is None and follower.user_id is None,
        }
        return render(self.request, "incidents/follow.html", context)
