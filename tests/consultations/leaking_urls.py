"""Addresses that only the control of the walker sees: each tells something of a running vote."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as real
from consultations.models import Process
from consultations.phases import PhaseKind
from consultations.services import intake


def _cast(pk: int) -> int:
    phase = Process.objects.get(pk=pk).phases.get(kind=PhaseKind.VOTE)
    return sum(intake.counts(phase.pk).values())


def number(_request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How many voted, in so many words."""
    return HttpResponse(f"{slug}: {_cast(pk)}")


def etag(_request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The same page to everybody, but a cache learns of each vote."""
    return HttpResponse(slug, headers={"ETag": f'"{_cast(pk)}"'})


def length(_request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Nothing to read, and as long as there are votes."""
    return HttpResponse(slug + " " * _cast(pk))


urlpatterns = [
    path("<slug:slug>/consultations/<int:pk>/leak-number/", number),
    path("<slug:slug>/consultations/<int:pk>/leak-etag/", etag),
    path("<slug:slug>/consultations/<int:pk>/leak-length/", length),
    *real,
]
