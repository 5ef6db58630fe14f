"""Pages of one person: whoever is signed in sees the own rows of this town and nobody else's."""

import datetime as dt
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from residents.models import Resident
from zones.views import TownView


class PersonalView(AccessMixin, TownView):
    """A page for whoever is signed in and, where the town wants it, has finished registration."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send others to sign in, or to the rest of the registration."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if self.municipality.app_needs_registration and not self._is_registered():
            messages.info(request, _("Finish your registration first. It takes a minute."))
            return redirect(f"/{self.municipality.slug}/join/")
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        """The person."""
        return cast(User, self.request.user)

    def _is_registered(self) -> bool:
        own = Resident.objects.in_municipality(self.municipality).of(self.request.user)
        return own.finished().exists()


class PersonalAction(PersonalView):
    """One button, one service; a refusal is a message on the page one comes back to."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it and go back."""
        try:
            messages.success(request, self.act(**kwargs))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.back())

    def act(self, **kwargs: Any) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError

    def back(self) -> str:
        """Path of the page to go to afterwards."""
        raise NotImplementedError

    @property
    def now(self) -> dt.datetime:
        """The moment of this request."""
        return timezone.now()
