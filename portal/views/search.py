"""Search by words: several places are shown for choosing, never guessed between; then what is told.

Suggestions of the search box do not come from here; they know places alone and stay quick.
"""

from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from portal.town_search import KINDS, Found, find_words
from portal.views.zones import search_text
from zones.geocoder import Answer, OutsideGeocoderError, Suggestion, geocode_text, suggest
from zones.paths import suggestion_path
from zones.views import TownView

MOST_RESULTS = 20
FIRST_OF_A_KIND = 5
ROWS_A_PAGE = 20


class SearchView(TownView, TemplateView):
    """Places that fit what was typed, then news, consultations, reports, works and help."""

    template_name = "portal/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Places are answered from memory; words by a fixed number of queries."""
        query, kind = self.query, self.kind
        error = None
        results: list[dict[str, Any]] = []
        if query and not kind:
            try:
                results = self._results(query)
            except OutsideGeocoderError:
                error = _("The address service of the town does not answer. Try again later.")
        return super().get_context_data(
            query=query,
            results=results,
            groups=[self._group(found) for found in self._found()],
            kind=kind,
            error=error,
            **kwargs,
        )

    @cached_property
    def query(self) -> str:
        """What was typed."""
        return search_text(self.request)

    @cached_property
    def kind(self) -> str:
        """The kind that is looked through alone; an unknown one is none."""
        asked = self.request.GET.get("kind", "")
        return asked if asked in {kind.code for kind in KINDS} else ""

    def _found(self) -> list[Found]:
        if not self.query:
            return []
        return find_words(self.municipality, self.query, now=timezone.now(), wanted=self.kind)

    def _group(self, found: Found) -> dict[str, Any]:
        """The first rows of a kind, or a page of all when it is looked through alone."""
        size = ROWS_A_PAGE if self.kind else FIRST_OF_A_KIND
        number = self.request.GET.get("page") if self.kind else None
        page = Paginator(found.rows, size).get_page(number)
        return {"kind": found.kind, "page": page, "count": page.paginator.count}

    def _results(self, query: str) -> list[dict[str, Any]]:
        town = self.municipality
        found: list[Suggestion | Answer] = [*geocode_text(town, query, limit=MOST_RESULTS)]
        found = found or [*suggest(town, query, limit=MOST_RESULTS)]
        return [
            {
                "label": one.label,
                "kind_label": "",
                "precision": str(one.precision),
                "precision_label": _("named place") if one.kind == "place" else "",
                "score": one.score,
                "longitude": one.longitude,
                "latitude": one.latitude,
                "url": suggestion_path(town.slug, one),
            }
            for one in found
        ]
