"""Search by words: several answers are shown for choosing, never guessed between."""

from typing import Any

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from portal.views.zones import search_text
from zones.geocoder import Answer, OutsideGeocoderError, Suggestion, geocode_text, suggest
from zones.paths import suggestion_path
from zones.views import TownView

MOST_RESULTS = 20


class SearchView(TownView, TemplateView):
    """Addresses, streets, quarters, settlements and places that fit what was typed."""

    template_name = "portal/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Answered from memory; a query only when the register has changed."""
        query = search_text(self.request)
        error = None
        results: list[dict[str, Any]] = []
        if query:
            try:
                results = self._results(query)
            except OutsideGeocoderError:
                error = _("The address service of the town does not answer. Try again later.")
        return super().get_context_data(query=query, results=results, error=error, **kwargs)

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
