"""Addresses of those who prepare a consultation."""

from django.urls import URLPattern, path

from consultations.views.layers import LayersView, PlanLayersView

urlpatterns: list[URLPattern] = [
    path("consultations/<int:pk>/layers.geojson", LayersView.as_view(), name="layers"),
    path(
        "plan/consultations/<int:pk>/layers.geojson",
        PlanLayersView.as_view(),
        name="plan_layers",
    ),
]
