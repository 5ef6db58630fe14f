"""Published roots and the proof."""

from django.urls import URLPattern, path

from incidents.views.ledger import RootListView, RootsFileView, TrackedEventsView

urlpatterns: list[URLPattern] = [
    path("ledger/", RootListView.as_view(), name="ledger"),
    path("ledger/roots.json", RootsFileView.as_view(), name="ledger_roots"),
    path("track/<str:token>/ledger.json", TrackedEventsView.as_view(), name="track_ledger"),
]
