"""Consent to messages on this device, and ending them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import PushSubscription
from notifications.paths import preferences_path
from notifications.services.pushing import agree_to_push, end_push
from notifications.views.personal import PersonalAction, PersonalView


class PushAgreeView(PersonalView):
    """Takes the address that this browser got from its maker's service."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Remember it, or say why not."""
        given = {name: request.POST.get(name, "") for name in _FIELDS}
        try:
            subscription = agree_to_push(
                municipality=self.municipality, user=self.user, now=timezone.now(), **given
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            words = _("Messages come to this device from now on, carried by %(service)s.")
            messages.success(request, words % {"service": subscription.service})
        return redirect(preferences_path(slug) + "#push")


class PushEndView(PersonalAction):
    """Ends messages to one browser."""

    def act(self, **kwargs: object) -> str:
        """Only an own one of this town."""
        own = PushSubscription.objects.in_municipality(self.municipality).of(self.request.user)
        subscription = get_object_or_404(own.select_related("address"), pk=kwargs["pk"])
        end_push(subscription=subscription, now=self.now)
        return _("No more messages come to that device.")

    def back(self) -> str:
        """The list of devices."""
        return preferences_path(self.municipality.slug) + "#push"


_FIELDS = ("endpoint", "p256dh", "auth", "consent")
