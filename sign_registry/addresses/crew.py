"""Addresses of the crew's pages, of install links and of the places without a sign."""

from django.urls import URLPattern, path

from sign_registry.views.crew import CrewDataView, CrewHomeView, CrewPrintView, CrewRoundView
from sign_registry.views.crew_links import InstallLinkMakeView, InstallView
from sign_registry.views.crew_plan import CoverageView, PlanRoundsView, RoundMoveView
from sign_registry.views.crew_sync import CrewSyncView

urlpatterns: list[URLPattern] = [
    path("crew/", CrewHomeView.as_view(), name="crew"),
    path("crew/data.json", CrewDataView.as_view(), name="crew_data"),
    path("crew/sync/", CrewSyncView.as_view(), name="crew_sync"),
    path("crew/plan/", PlanRoundsView.as_view(), name="crew_plan"),
    path("crew/rounds/<int:pk>/", CrewRoundView.as_view(), name="crew_round"),
    path("crew/rounds/<int:pk>/print/", CrewPrintView.as_view(), name="crew_print"),
    path("crew/rounds/<int:pk>/move/", RoundMoveView.as_view(), name="crew_round_move"),
    path("crew/signs/<int:pk>/link/", InstallLinkMakeView.as_view(), name="install_link"),
    path("install/<str:secret>/", InstallView.as_view(), name="install"),
    path("signs/coverage/", CoverageView.as_view(), name="coverage"),
]
