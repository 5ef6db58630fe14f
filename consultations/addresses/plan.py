"""Addresses of those who prepare a consultation."""

from django.urls import URLPattern, path

from consultations.views.layers import LayersView, PlanLayersView
from consultations.views.plan_drawing import DrawingView, ImportView, LayerView, PartView
from consultations.views.plan_list import ProcessListView, ProcessNewView
from consultations.views.plan_process import PlanProcessView, PublishView, WithdrawView
from consultations.views.plan_steps import (
    AreaView,
    PhasesView,
    RealisationView,
    TextsView,
    VoteFormView,
    WhoView,
)

_ALL = "plan/consultations/"
_ONE = f"{_ALL}<int:pk>/"
_LAYER = f"{_ONE}drawing/<int:layer>/"

urlpatterns: list[URLPattern] = [
    path("consultations/<int:pk>/layers.geojson", LayersView.as_view(), name="layers"),
    path(_ALL, ProcessListView.as_view(), name="plan_list"),
    path(f"{_ALL}new/", ProcessNewView.as_view(), name="plan_new"),
    path(_ONE, PlanProcessView.as_view(), name="plan_process"),
    path(f"{_ONE}layers.geojson", PlanLayersView.as_view(), name="plan_layers"),
    path(f"{_ONE}texts/", TextsView.as_view(), name="plan_texts"),
    path(f"{_ONE}phases/", PhasesView.as_view(), name="plan_phases"),
    path(f"{_ONE}phases/<int:phase>/", VoteFormView.as_view(), name="plan_vote_form"),
    path(f"{_ONE}area/", AreaView.as_view(), name="plan_area"),
    path(f"{_ONE}who/", WhoView.as_view(), name="plan_who"),
    path(f"{_ONE}realisation/", RealisationView.as_view(), name="plan_realisation"),
    path(f"{_ONE}publish/", PublishView.as_view(), name="plan_publish"),
    path(f"{_ONE}withdraw/", WithdrawView.as_view(), name="plan_withdraw"),
    path(f"{_ONE}drawing/", DrawingView.as_view(), name="plan_drawing"),
    path(f"{_ONE}drawing/import/", ImportView.as_view(), name="plan_import"),
    path(_LAYER, LayerView.as_view(), name="plan_layer"),
    path(f"{_LAYER}parts/new/", PartView.as_view(), name="plan_part_new"),
    path(f"{_LAYER}parts/<int:part>/", PartView.as_view(), name="plan_part"),
]
