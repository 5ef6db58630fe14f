"""Areas that a person follows beside the home: list, add, rename, stop."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from notifications.follow_forms import FORMS, ChangeFollowForm, FollowForm
from notifications.models import FollowedArea
from notifications.services.following import (
    MOST_AREAS,
    AreaWish,
    change_followed,
    follow,
    stop_following,
)
from notifications.topics import Topic
from notifications.views.personal import PersonalAction, PersonalView
from zones.forms import add_refusal


class FollowingView(PersonalView, TemplateView):
    """Everything the person follows here; never more than twenty, so on one page."""

    template_name = "notifications/following.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query."""
        own = FollowedArea.objects.in_municipality(self.municipality).of(self.request.user)
        words = dict(Topic.choices)
        areas: list[dict[str, Any]] = [
            {
                "row": row,
                "number": number,
                "topics": [words[topic] for topic in row.topics if topic in words],
                "centre": row.geometry.point_on_surface,
            }
            for number, row in enumerate(own.order_by("name", "pk"), start=1)
        ]
        places = [
            {"number": area["number"], "place": [area["centre"].x, area["centre"].y]}
            for area in areas
        ]
        return super().get_context_data(
            areas=areas,
            places=places,
            most=MOST_AREAS,
            can_add=len(areas) < MOST_AREAS,
            kinds=[(kind, label) for kind, (label, _form) in FORMS.items()],
            bbox=self.bbox,
            **kwargs,
        )


class FollowView(PersonalView, FormView[FollowForm]):
    """Follows one more area, chosen by `kind`."""

    template_name = "notifications/follow.html"

    @property
    def kind(self) -> str:
        """Which form; the first for an unknown one."""
        asked = self.request.GET.get("kind", "")
        return asked if asked in FORMS else next(iter(FORMS))

    def get_form_class(self) -> type[FollowForm]:
        """The form of the kind."""
        return FORMS[self.kind][1]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Places of this town; a page about a place may have filled some in."""
        given = super().get_form_kwargs()
        known = {name: self.request.GET[name] for name in _FILLED_IN if name in self.request.GET}
        return {
            **given,
            "initial": known,
            "municipality": self.municipality,
            "language": self.language,
        }

    def form_valid(self, form: FollowForm) -> HttpResponse:
        """Follow it, or show what is wrong."""
        try:
            line = form.line()
            wish = AreaWish(form.chosen_name(), line, form.cleaned_data["topics"])
            area = follow(
                municipality=self.municipality, user=self.user, wish=wish, now=timezone.now()
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        messages.success(
            self.request, _("You follow “%(name)s” from now on.") % {"name": area.name}
        )
        return redirect(reverse("notifications:following", args=[self.municipality.slug]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The other kinds as tabs."""
        return super().get_context_data(
            kind=self.kind,
            kinds=[(kind, label) for kind, (label, _form) in FORMS.items()],
            bbox=self.bbox,
            **kwargs,
        )


class FollowedView(PersonalView, FormView[FollowForm]):
    """One followed area: another name, other topics."""

    template_name = "notifications/followed.html"
    form_class = ChangeFollowForm

    @cached_property
    def area(self) -> FollowedArea:
        """An area of this person in this town; anybody else's is not found."""
        return own_area(self, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """What it is called now."""
        known = {"name": self.area.name, "topics": self.area.topics}
        return {
            **super().get_form_kwargs(),
            "initial": known,
            "municipality": self.municipality,
            "language": self.language,
        }

    def form_valid(self, form: FollowForm) -> HttpResponse:
        """Keep it."""
        try:
            change_followed(
                area=self.area,
                name=form.cleaned_data["name"],
                topics=form.cleaned_data["topics"],
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        messages.success(self.request, _("Kept."))
        return redirect(reverse("notifications:following", args=[self.municipality.slug]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The area with its map."""
        west, south, east, north = self.area.geometry.extent
        margin = 0.002
        return super().get_context_data(
            area=self.area,
            shapes=_drawn(self.area),
            bbox=(west - margin, south - margin, east + margin, north + margin),
            limits=self.bbox,
            **kwargs,
        )


class StopFollowingView(PersonalAction):
    """Follows an area no longer."""

    def act(self, **kwargs: Any) -> str:
        """Only an own one."""
        area = own_area(self, kwargs["pk"])
        stop_following(area=area)
        return _("You no longer follow “%(name)s”.") % {"name": area.name}

    def back(self) -> str:
        """The list."""
        return reverse("notifications:following", args=[self.municipality.slug])


_FILLED_IN = ("address", "lon", "lat", "zone", "street_name", "metres")


def _drawn(area: FollowedArea) -> dict[str, Any]:
    drawn = {"type": "Feature", "properties": {"role": "area"}}
    return {
        "type": "FeatureCollection",
        "features": [{**drawn, "geometry": json.loads(area.geometry.json)}],
    }


def own_area(view: PersonalView, pk: int) -> FollowedArea:
    """An area of this person in this town; anybody else's is not found."""
    own = FollowedArea.objects.in_municipality(view.municipality).of(view.request.user)
    return get_object_or_404(own, pk=pk)
