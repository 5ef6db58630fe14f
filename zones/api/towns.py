"""What all API views share: the town of the address, open reading, answers known by version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from zones.days import civil_day
from zones.models import Municipality


class FormatFirst(DefaultContentNegotiation):
    """`?format=` decides whatever Accept says: a link to an export works from every program."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """The renderer named in the address, else the one that Accept prefers.

        Raises:
            Http404: there is no such format.
        """
        wanted = request.query_params.get("format")
        if not wanted:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(
                request, renderers, format_suffix
            )
            return chosen
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, renderer.media_type
        known = ", ".join(renderer.format for renderer in renderers)
        raise Http404(_("There is no such format. Choose one of: %s.") % known)


class TownView(APIView):
    """Open to everybody, for reading only, so it needs no session and no sign-in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = FormatFirst
    http_method_names = ["get", "head", "options"]
    town: Municipality

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the town of the address before anything else is looked at."""
        super().initial(request, *args, **kwargs)
        towns = Municipality.objects.defer("outline", "arms")
        try:
            self.town = towns.get(slug=kwargs["slug"])
        except Municipality.DoesNotExist as error:
            raise Http404(
                _("There is no such municipality. Check its short name in the address.")
            ) from error


class VersionedView(TownView, GenericAPIView[Any]):
    """Answers that stay the same until the register changes or the day turns: ETag and 304."""

    def get_serializer_context(self) -> dict[str, Any]:
        """The usual context and the town."""
        return {**super().get_serializer_context(), "town": getattr(self, "town", None)}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """As usual, then name the version; a reader who knows it gets an empty 304."""
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code != 200 or not isinstance(response, Response):
            return response
        response["ETag"] = self.etag()
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return response

    def etag(self) -> str:
        """One name for a version of the register, a day, an address, a format and a language."""
        parts = (
            self.town.register_version,
            civil_day(timezone.now(), self.town.timezone),
            self.request.get_full_path(),
            self.request.accepted_renderer.format,
            get_language(),
        )
        return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

    def known_already(self) -> Any:
        """The 304 for a reader whose copy is the current version, else nothing."""
        return get_conditional_response(self.request._request, etag=self.etag())
