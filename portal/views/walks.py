"""Walks somebody through the demonstration step by step, and shows the same ways as guides."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.security import DEMO_MARK
from departments.models import Membership
from portal.views.demo import DemoOnly, demo_memberships, demo_residents
from portal.walk_rows import WALK_MARK, paths_of
from portal.walks import RESIDENT, STRANGER, Step, Walk, walk_called, walks_in
from zones.models import Municipality
from zones.views import TownView


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with its number from one, its address here, who sees it, and its picture."""

    number: int
    text: StrOrPromise
    path: str
    who: StrOrPromise
    picture: str
    is_on_phone: bool


class WalkView(DemoOnly):
    """Goes to one step of a way, signed in as whoever sees it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """404 for what is no step; the address comes from our own list, never from the form."""
        town = get_object_or_404(Municipality, slug=request.POST.get("town", ""))
        walk = walk_called(request.POST.get("walk", ""), town.modules)
        number = request.POST.get("step", "")
        if walk is None or not number.isdecimal() or not 1 <= int(number) <= len(walk.steps):
            raise Http404
        step, path = walk.steps[int(number) - 1], paths_of(walk, town)[int(number) - 1]
        if not path:
            raise Http404
        _become(request, town, step)
        request.session[WALK_MARK] = [town.slug, walk.code, int(number)]
        if step.is_outside:
            return redirect("portal:guide", town.slug, walk.code)
        return redirect(path)


class WalkEndView(DemoOnly):
    """Takes the strip away and goes back to the choice of ways."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Also where no way was begun."""
        request.session.pop(WALK_MARK, None)
        return redirect("portal:demo")


class GuideListView(TownView, TemplateView):
    """The guides of this town, one for each way of a user."""

    template_name = "portal/guides.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """No query of its own."""
        return super().get_context_data(walks=walks_in(self.municipality.modules), **kwargs)


class GuideView(TownView, TemplateView):
    """One guide: each step in a sentence with its picture, and the way there."""

    template_name = "portal/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query for each kind of row that the way names."""
        walk = walk_called(self.kwargs["walk"], self.municipality.modules)
        if walk is None:
            raise Http404
        return super().get_context_data(
            guide=walk, steps=shown_steps(walk, self.municipality, self.language), **kwargs
        )


def shown_steps(walk: Walk, town: Municipality, language: str) -> list[ShownStep]:
    """The steps that can be gone in this town, numbered from one."""
    return [
        ShownStep(
            number, step.text, path, _who(step), _picture(walk, number, language), step.is_on_phone
        )
        for number, (step, path) in enumerate(
            zip(walk.steps, paths_of(walk, town), strict=True), start=1
        )
        if path
    ]


def _become(request: HttpRequest, town: Municipality, step: Step) -> None:
    """Sign in as an invented person of the step, or out where a stranger sees it."""
    user = _person(town, step.who)
    if user is None:
        logout(request)
    elif request.user != user:
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[DEMO_MARK] = True


def _person(town: Municipality, who: str) -> User | None:
    if who == STRANGER:
        return None
    if who == RESIDENT:
        row = demo_residents().filter(municipality=town).first()
    else:
        row = demo_memberships().filter(municipality=town, role=who).first()
    if row is None:
        raise Http404
    person: User = row.user
    return person


def _who(step: Step) -> StrOrPromise:
    if step.who == STRANGER:
        return _("everybody")
    if step.who == RESIDENT:
        return _("resident")
    return Membership.Role(step.who).label


def _picture(walk: Walk, number: int, language: str) -> str:
    """Where its picture lies below static, in the reader's language or in English."""
    for code in (language, "en"):
        name = f"portal/guides/{walk.code}-{number}-{code}.webp"
        if finders.find(name):
            return name
    return ""
