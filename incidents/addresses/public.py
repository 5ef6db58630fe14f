"""What everybody sees of reports."""

from django.urls import URLPattern, path

from incidents.views.figures import CaseTimesView, DepartmentListView, DepartmentView, HeatView
from incidents.views.public import (
    PublicFollowView,
    PublicLayerView,
    PublicListView,
    PublicPictureView,
    PublicReportView,
)
from incidents.views.releasing import (
    CoverView,
    DropPictureView,
    HideView,
    ReleasePictureView,
    ReleaseQueueView,
    ReleaseView,
)
from incidents.views.verdict import VerdictView

urlpatterns: list[URLPattern] = [
    path("reports/", PublicListView.as_view(), name="public_list"),
    path("reports/places.geojson", PublicLayerView.as_view(), name="public_layer"),
    path("reports/times.csv", CaseTimesView.as_view(), name="case_times"),
    path("reports/heat/", HeatView.as_view(), name="heat"),
    path("reports/departments/", DepartmentListView.as_view(), name="public_departments"),
    path("reports/departments/<slug:code>/", DepartmentView.as_view(), name="public_department"),
    path("reports/pictures/<int:pk>/", PublicPictureView.as_view(), name="public_picture"),
    path("reports/<slug:reference>/", PublicReportView.as_view(), name="public_report"),
    path("reports/<slug:reference>/follow/", PublicFollowView.as_view(), name="public_follow"),
    path("track/<str:token>/verdict/", VerdictView.as_view(), name="verdict"),
    path("desk/release/", ReleaseQueueView.as_view(), name="release_queue"),
    path("desk/release/pictures/<int:pk>/", ReleasePictureView.as_view(), name="release_picture"),
    path("desk/release/pictures/<int:pk>/cover/", CoverView.as_view(), name="cover_picture"),
    path("desk/release/pictures/<int:pk>/drop/", DropPictureView.as_view(), name="drop_picture"),
    path("desk/release/<slug:reference>/", ReleaseView.as_view(), name="release"),
    path("desk/release/<slug:reference>/hide/", HideView.as_view(), name="hide"),
]
