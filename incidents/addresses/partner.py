"""Other institutions and outages."""

from django.urls import URLPattern, path

from incidents.views.forwarding import ForwardView, WithdrawView
from incidents.views.outages import (
    OutageAbsorbView,
    OutageAnswerView,
    OutageListView,
    OutageNoticeView,
    OutageView,
)
from incidents.views.partner import DaySheetView, PartnerLegView, PartnerPhotoView

urlpatterns: list[URLPattern] = [
    path("desk/<int:pk>/forward/", ForwardView.as_view(), name="forward"),
    path("desk/<int:pk>/withdraw/", WithdrawView.as_view(), name="withdraw"),
    path("partner/sheet/<str:token>/", DaySheetView.as_view(), name="day_sheet"),
    path("partner/<str:token>/", PartnerLegView.as_view(), name="partner_leg"),
    path("partner/<str:token>/photo/<int:pk>/", PartnerPhotoView.as_view(), name="partner_photo"),
    path("desk/outages/", OutageListView.as_view(), name="outages"),
    path("desk/outages/<int:pk>/", OutageView.as_view(), name="outage"),
    path("desk/outages/<int:pk>/absorb/", OutageAbsorbView.as_view(), name="outage_absorb"),
    path("desk/outages/<int:pk>/answer/", OutageAnswerView.as_view(), name="outage_answer"),
    path("desk/outages/<int:pk>/notice/", OutageNoticeView.as_view(), name="outage_notice"),
]
