"""Addresses that only the controls of the matrix see: pages whose guard is missing or wrong."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from config.urls import urlpatterns as real
from departments.access import Right
from departments.views import StaffView
from zones.models import Correction
from zones.views import TownView


class UnguardedView(TownView):
    """Shows what only administrators may see to whoever asks."""

    def get(self, request: HttpRequest, **_values: str) -> HttpResponse:
        """Answer everybody."""
        return HttpResponse("open")


class WrongRightView(StaffView):
    """Lets in the crew where the table says administrators."""

    right = Right.CREW

    def get(self, request: HttpRequest, **_values: str) -> HttpResponse:
        """Answer the crew."""
        return HttpResponse("open")


class EveryTownView(StaffView):
    """Looks a row up among those of all towns."""

    right = Right.ADMINISTER

    def get(self, request: HttpRequest, pk: int, **_values: str) -> HttpResponse:
        """Answer with any row."""
        return HttpResponse(str(Correction.objects.get(pk=pk)))


class OpenForFormsView(View):
    """Takes forms of other sites."""

    def post(self, request: HttpRequest, **_values: str) -> HttpResponse:
        """Answer everybody."""
        return HttpResponse("taken")


urlpatterns = [
    path("<slug:slug>/unguarded/", UnguardedView.as_view()),
    path("<slug:slug>/wrong/", WrongRightView.as_view()),
    path("<slug:slug>/remarks/<int:pk>/", EveryTownView.as_view()),
    path("forms/", csrf_exempt(OpenForFormsView.as_view())),
    *real,
]
