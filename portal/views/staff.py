"""Start page of everybody who works for the town: what is due first, then the doors."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import TemplateView

from accounts.security import signed_in_with_second_factor, way_to_second_factor
from departments.due import Urgency
from portal.doors import doors_of, works_in
from portal.due import due_for
from zones.views import TownView


class StaffHomeView(AccessMixin, TownView, TemplateView):
    """What waits for a person, and each door once; who holds no role here is refused."""

    template_name = "portal/staff.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Strangers sign in first, with the second step where the town asks for one."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.doors = doors_of(request.user, self.municipality, self.today)
        if not self.doors and not works_in(request.user, self.municipality):
            raise PermissionDenied
        if settings.MEGDAN_STAFF_SECOND_FACTOR and not signed_in_with_second_factor(request):
            return redirect(way_to_second_factor(request))
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is pressing apart from what only waits."""
        lines = due_for(self.request.user, self.municipality, timezone.now())
        groups = [
            {"code": "now", "lines": [one for one in lines if one.urgency <= Urgency.TODAY]},
            {"code": "soon", "lines": [one for one in lines if one.urgency == Urgency.SOON]},
            {"code": "waits", "lines": [one for one in lines if one.urgency == Urgency.WAITS]},
        ]
        return super().get_context_data(
            doors=self.doors,
            due=lines,
            groups=[group for group in groups if group["lines"]],
            late=Urgency.LATE,
            today=self.today,
            **kwargs,
        )
