"""Addresses of counts and results."""

from django.urls import URLPattern, path

from consultations.views.by_zone import ZonesView
from consultations.views.count import CountView
from consultations.views.representation import ReachView
from consultations.views.result import RecountView, ResultFileView, ResultView
from consultations.views.simulate import SimulateView

_PLAN = "plan/consultations/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("consultations/<int:pk>/result/", ResultView.as_view(), name="result"),
    path("consultations/<int:pk>/result.pb", ResultFileView.as_view(), name="result_file"),
    path("consultations/<int:pk>/recount.html", RecountView.as_view(), name="recount"),
    path(f"{_PLAN}count/", CountView.as_view(), name="count"),
    path(f"{_PLAN}simulate/", SimulateView.as_view(), name="simulate"),
    path("consultations/<int:pk>/zones/", ZonesView.as_view(), name="zones"),
    path(f"{_PLAN}reach/", ReachView.as_view(), name="reach"),
]
