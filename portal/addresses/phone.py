"""The town as an app on a phone: its worker, its name and pictures, and pages without a network."""

from django.urls import path

from portal.views.phone import (
    GroundView,
    IconView,
    ManifestView,
    PhoneView,
    ScanView,
    WorkerView,
)

urlpatterns = [
    path("<slug:slug>/sw.js", WorkerView.as_view(), name="worker"),
    path("<slug:slug>/app.webmanifest", ManifestView.as_view(), name="manifest"),
    path("<slug:slug>/phone/", PhoneView.as_view(), name="phone"),
    path("<slug:slug>/phone/ground.json", GroundView.as_view(), name="ground"),
    path("<slug:slug>/phone/icon-192.png", IconView.as_view(size=192), name="icon_small"),
    path("<slug:slug>/phone/icon-512.png", IconView.as_view(size=512), name="icon"),
    path(
        "<slug:slug>/phone/maskable-512.png",
        IconView.as_view(size=512, is_maskable=True),
        name="icon_maskable",
    ),
    path("<slug:slug>/scan/", ScanView.as_view(), name="scan"),
]
