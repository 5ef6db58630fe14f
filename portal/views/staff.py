"""Start page of everybody who works for the town: the doors their roles open."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.generic import TemplateView

from portal.doors import doors_of, works_in
from zones.views import TownView


class StaffHomeView(AccessMixin, TownView, TemplateView):
    """Each door once, in the order of daily work; who holds no role here is refused."""

    template_name = "portal/staff.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Strangers sign in first."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.doors = doors_of(request.user, self.municipality, self.today)
        if not self.doors and not works_in(request.user, self.municipality):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """No query of its own."""
        return super().get_context_data(doors=self.doors, **kwargs)
