"""Reporting and following a report, without an account."""

from django.urls import URLPattern, path

from incidents.views.follow import FollowView
from incidents.views.report import CategorySearchView, ReportPhotoView, ReportView
from incidents.views.report_known import KnownView
from incidents.views.report_sync import ReportSyncView
from incidents.views.track import (
    ConfirmView,
    EraseView,
    ReceiptView,
    ReplyView,
    SideView,
    TrackPhotoView,
    TrackView,
)

urlpatterns: list[URLPattern] = [
    path("report/", ReportView.as_view(), name="report"),
    path("report/categories/", CategorySearchView.as_view(), name="report_categories"),
    path("report/known/", KnownView.as_view(), name="report_known"),
    path("report/sync/", ReportSyncView.as_view(), name="report_sync"),
    path("report/photo/", ReportPhotoView.as_view(), name="report_photo"),
    path("track/confirm/<str:signed>/", ConfirmView.as_view(), name="report_confirm"),
    path("track/follow/<str:signed>/", FollowView.as_view(), name="report_follow"),
    path("track/<str:token>/", TrackView.as_view(), name="track"),
    path("track/<str:token>/receipt/", ReceiptView.as_view(), name="receipt"),
    path("track/<str:token>/reply/", ReplyView.as_view(), name="track_reply"),
    path("track/<str:token>/side/", SideView.as_view(), name="track_side"),
    path("track/<str:token>/erase/", EraseView.as_view(), name="track_erase"),
    path("track/<str:token>/photo/<int:pk>/", TrackPhotoView.as_view(), name="track_photo"),
]
