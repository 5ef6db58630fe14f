"""Serve tiles and their TileJSON: caching, compression and 404s; drawing happens elsewhere."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotFound,
    JsonResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zones.days import civil_day
from zones.models import Municipality
from zones.tiles import grid
from zones.tiles.layers import LAYERS, attribution_of
from zones.tiles.shelf import Edition, Tile, bounds, shelf

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOREVER = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"
FIELDS = {"id": "Number", "kind": "String", "name": "String", "is_synthetic": "Boolean"}


def plain_not_found(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Say what is missing in one line: nobody reads a whole page in place of a tile."""

    @wraps(view)
    def answered(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        try:
            return view(request, **parts)
        except Http404 as error:
            return HttpResponseNotFound(str(error), content_type="text/plain; charset=utf-8")

    return answered


def _edition(slug: str, layer: str) -> Edition:
    if layer not in LAYERS:
        known = ", ".join(LAYERS)
        raise Http404(_("There is no such map layer. Choose one of: %s.") % known)
    try:
        return shelf.edition(slug, layer)
    except Municipality.DoesNotExist as error:
        raise Http404(_("There is no such municipality. Check its short name.")) from error


@require_safe
@plain_not_found
def tile(request: HttpRequest, slug: str, layer: str, z: int, x: int, y: int) -> HttpResponseBase:
    """One vector tile; 204 where nothing is, 404 outside the grid, 304 when known already.

    With `?v=` of the version served it may be kept for ever; TileJSON hands out such addresses.
    """
    if not grid.exists(z, x, y):
        raise Http404(_("There is no such tile. Zoom is 8 to 16, column and row fit the zoom."))
    edition = _edition(slug, layer)
    found = shelf.tile(edition, layer, (z, x, y), timezone.now())
    response = _tile_response(request, found)
    current = request.GET.get("v") == str(edition.version)
    response["Cache-Control"] = FOREVER if current else A_MINUTE
    # The same name for the compressed and the plain form: weak by RFC 9110.
    response["ETag"] = f'W/"{found.etag}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _tile_response(request: HttpRequest, found: Tile) -> HttpResponse:
    if not found.packed:
        return HttpResponse(status=204)
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(found.packed, content_type=MEDIA_TYPE)
        response["Content-Encoding"] = "gzip"
        return response
    return HttpResponse(gzip.decompress(found.packed), content_type=MEDIA_TYPE)


def _takes_gzip(header: str) -> bool:
    """Whether Accept-Encoding names gzip and does not refuse it with q=0."""
    for part in header.lower().split(","):
        name, _sep, quality = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


@require_safe
@plain_not_found
def tilejson(request: HttpRequest, slug: str, layer: str) -> HttpResponseBase:
    """TileJSON 3.0 of a layer: where its tiles are, their zooms, bounds, fields, attribution."""
    edition = _edition(slug, layer)
    town = Municipality.objects.defer("outline", "arms").get(pk=edition.town_id)
    response = JsonResponse(_document(request, town, layer, edition))
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = "no-cache"
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _document(
    request: HttpRequest, town: Municipality, layer: str, edition: Edition
) -> dict[str, Any]:
    first = reverse("tiles:tile", args=[town.slug, layer, 0, 0, 0])
    pattern = request.build_absolute_uri(first).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    names = {f"name_{language}": "String" for language in town.languages}
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": f"{town.slug}/{layer}",
        "scheme": "xyz",
        "tiles": [f"{pattern}?v={edition.version}"],
        "minzoom": grid.MIN_ZOOM,
        "maxzoom": grid.MAX_ZOOM,
        # Map libraries show it as HTML.
        "attribution": " · ".join(escape(line) for line in attribution_of(town)),
        "vector_layers": [
            {
                "id": name,
                "fields": FIELDS | names,
                "minzoom": min_zoom,
                "maxzoom": grid.MAX_ZOOM,
            }
            for name, min_zoom in LAYERS[layer].sources.items()
        ],
    }
    box = bounds(town.pk, edition.version, civil_day(timezone.now(), edition.timezone))
    if box is not None:
        document["bounds"] = [round(degree, 6) for degree in box]
    return document
