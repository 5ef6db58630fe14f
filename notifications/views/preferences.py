"""What somebody wants to hear and how, and things that were muted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from notifications.models import Announcement, Mute, Preference, PushSubscription
from notifications.paths import preferences_path
from notifications.services.preferences import mute, save_preference, unmute
from notifications.services.pushing import CONSENT
from notifications.views.personal import PersonalAction, PersonalView
from notifications.wish_forms import PreferenceForm
from outbox.vapid import public_key
from zones.forms import add_refusal


class PreferencesView(PersonalView, FormView[PreferenceForm]):
    """One form; browsers for messages and muted things below it."""

    template_name = "notifications/preferences.html"
    form_class = PreferenceForm

    @cached_property
    def preference(self) -> Preference:
        """What was chosen, or what holds for whoever never chose."""
        own = Preference.objects.in_municipality(self.municipality).of(self.request.user)
        return own.first() or Preference(by_email=bool(self.user.email))

    def get_initial(self) -> dict[str, Any]:
        """What was chosen before."""
        return PreferenceForm.initial_of(self.preference)

    def form_valid(self, form: PreferenceForm) -> HttpResponse:
        """Store, or show the refusal at its field."""
        try:
            save_preference(
                municipality=self.municipality,
                user=self.user,
                wishes=form.wishes(),
                now=timezone.now(),
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        messages.success(self.request, _("Kept. It holds from now on."))
        return redirect(preferences_path(self.municipality.slug))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Muted things and browsers. Two queries."""
        mutes = Mute.objects.in_municipality(self.municipality).of(self.request.user)
        browsers = PushSubscription.objects.in_municipality(self.municipality)
        return super().get_context_data(
            bounced_at=self.preference.bounced_at,
            mutes=[
                {"id": row.pk, "name": _name_of(row), "muted_at": row.muted_at}
                for row in mutes.select_related(
                    "announcement__municipality", "works__municipality"
                ).order_by("-muted_at", "-pk")
            ],
            push_key=public_key(),
            push_consent=CONSENT,
            browsers=browsers.of(self.request.user).listening().order_by("-agreed_at"),
            **kwargs,
        )


class MuteView(PersonalView):
    """“No more about this”: asks first, as links in letters lead here."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Show what would be muted."""
        context = {"announcement": self._announcement(pk)}
        return render(request, "notifications/mute.html", context)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Mute it and show the list, where it can be undone."""
        mute(user=self.user, announcement=self._announcement(pk), now=timezone.now())
        messages.success(request, _("You hear no more about this. Here you can undo it."))
        return redirect(preferences_path(slug) + "#muted")

    def _announcement(self, pk: int) -> Announcement:
        public = Announcement.objects.in_municipality(self.municipality).public(timezone.now())
        return get_object_or_404(public.select_related("works", "municipality"), pk=pk)


class UnmuteView(PersonalAction):
    """Hear of it again."""

    def act(self, **kwargs: Any) -> str:
        """Only what this person muted in this town."""
        own = Mute.objects.in_municipality(self.municipality).of(self.request.user)
        unmute(mute=get_object_or_404(own, pk=kwargs["pk"]))
        return _("You hear about it again.")

    def back(self) -> str:
        """The list."""
        return preferences_path(self.municipality.slug) + "#muted"


def _name_of(row: Mute) -> str:
    return row.works.name if row.works else row.announcement.title if row.announcement else ""
