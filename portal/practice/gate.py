"""Lets nobody see a practice copy but those who work in the town, whatever address they ask for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

from outbox.held import is_held
from portal.doors import works_in
from zones.models import Municipality

HIDDEN = "X-Robots-Tag"


class PracticeGate:
    """Stands before every view whose address names a town, so that no page can forget it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """As every middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """What a copy answers is indexed by nobody and kept by no cache on the way."""
        response = self.get_response(request)
        if getattr(request, "is_in_practice", False):
            response[HIDDEN] = "noindex, nofollow"
            patch_cache_control(response, private=True)
        return response

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponseBase],
        _args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        """Ask a stranger to sign in; to everybody else who does not work there, nothing is here.

        No query for addresses of real towns, two for those of a copy.
        """
        slug = kwargs.get("slug")
        if not isinstance(slug, str) or not is_held(slug):
            return None
        town = Municipality.objects.filter(slug=slug).only("pk", "timezone").first()
        if town is None:
            return None
        request.is_in_practice = True  # type: ignore[attr-defined]
        if works_in(request.user, town):
            return None
        if not request.user.is_authenticated and _is_page(request):
            return redirect_to_login(request.get_full_path())
        raise Http404


def _is_page(request: HttpRequest) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")
