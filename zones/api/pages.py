"""Cut lists into pages; a page that cannot be is refused, not silently changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

LONGEST_PAGE = 1_000
LAST_OFFSET = 10_000_000


class Pages(LimitOffsetPagination):
    """`limit` rows (100 unless said, at most 1000) from row `offset` on.

    A GeoJSON page is a FeatureCollection with the members count, next and previous beside it.
    """

    default_limit = 100
    max_limit = LONGEST_PAGE

    def get_limit(self, request: Request) -> int:
        """How many rows the reader asks for."""
        return self._whole(request, "limit", self.default_limit, 1, LONGEST_PAGE)

    def get_offset(self, request: Request) -> int:
        """How many rows the reader skips."""
        return self._whole(request, "offset", 0, 0, LAST_OFFSET)

    @staticmethod
    def _whole(request: Request, name: str, default: int, least: int, most: int) -> int:
        text = request.query_params.get(name, str(default))
        if text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most:
            return int(text)
        raise ValidationError(
            {
                name: _("Give a whole number from %(least)d to %(most)d.")
                % {"least": least, "most": most}
            },
            code="number",
        )

    def get_paginated_response(self, data: Any) -> Response:
        """The page with how many rows there are in all, and where the next and previous are."""
        place = {
            "count": self.count,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
        }
        rows = data if isinstance(data, dict) else {"results": data}
        return Response(place | rows)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The same in OpenAPI; GeoJSON pages have their rows under `features`."""
        shared: dict[str, Any] = {
            "count": {"type": "integer"},
            "next": {"type": "string", "format": "uri", "nullable": True},
            "previous": {"type": "string", "format": "uri", "nullable": True},
        }
        rows = {"results": schema} if schema.get("type") == "array" else {}
        page: dict[str, Any] = {"type": "object", "properties": shared | rows}
        return page if rows else {"allOf": [page, schema]}
