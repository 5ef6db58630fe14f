"""Pages of reports exist only in towns that have switched reports on."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from zones.views import TownView

MODULE = "reports"


class ReportsView(TownView):
    """The first parent of a view: a town without reports answers 404 before anything else."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on only where reports are switched on."""
        if MODULE not in self.municipality.modules:
            raise Http404
        return super().dispatch(request, *args, **kwargs)
