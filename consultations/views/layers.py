"""The drawing of a project as GeoJSON: for everybody once published, before that for planners."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_vary_headers

from consultations.present.drawing import collection_of
from consultations.views.base import ConsultProcessView, ProcessView


class LayersView(ProcessView):
    """Layers and area of a published consultation."""

    def get(self, request: HttpRequest, **kwargs: Any) -> JsonResponse:
        """A FeatureCollection in EPSG:4326; names are in the reader's language and in all."""
        answer = JsonResponse(
            collection_of(self.process),
            content_type="application/geo+json",
            json_dumps_params={"ensure_ascii": False},
        )
        patch_vary_headers(answer, ["Accept-Language", "Cookie"])
        return answer


class PlanLayersView(ConsultProcessView, LayersView):
    """The same of a consultation that is still being prepared."""
