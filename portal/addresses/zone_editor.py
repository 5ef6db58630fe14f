"""Where zones are drawn."""

from django.urls import path

from portal.views.zone_editor import (
    BeginView,
    DraftStateView,
    HandInView,
    NewKindView,
    SettleView,
    StepView,
    ZoneDraftView,
    ZoneKindsView,
)

urlpatterns = [
    path("<slug:slug>/plan/zones/", ZoneKindsView.as_view(), name="zone_editor"),
    path("<slug:slug>/plan/zones/new/", NewKindView.as_view(), name="zone_kind_new"),
    path("<slug:slug>/plan/zones/begin/", BeginView.as_view(), name="zone_draft_begin"),
    path("<slug:slug>/plan/zones/<int:pk>/", ZoneDraftView.as_view(), name="zone_draft"),
    path("<slug:slug>/plan/zones/<int:pk>/step/", StepView.as_view(), name="zone_draft_step"),
    path(
        "<slug:slug>/plan/zones/<int:pk>/zones.json",
        DraftStateView.as_view(),
        name="zone_draft_state",
    ),
    path(
        "<slug:slug>/plan/zones/<int:pk>/hand-in/", HandInView.as_view(), name="zone_draft_hand_in"
    ),
    path("<slug:slug>/plan/zones/<int:pk>/settle/", SettleView.as_view(), name="zone_draft_settle"),
]
