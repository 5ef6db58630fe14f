"""Who may come in: pages of staff name one right, and others are sent to sign in or refused."""

from typing import Any, ClassVar

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from departments.access import Right, membership_for
from departments.models import Membership
from zones.views import TownView


class StaffView(AccessMixin, TownView):
    """A page for those who hold `right` in this very town; `membership` is the hat they wear."""

    right: ClassVar[Right]
    membership: Membership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody who does not hold the right here and now."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        held = membership_for(request.user, self.municipality, self.right, timezone.now())
        if held is None:
            raise PermissionDenied
        self.membership = held
        return super().dispatch(request, *args, **kwargs)


class AdministrationView(StaffView):
    """A page for the town's administrators."""

    right = Right.ADMINISTER
