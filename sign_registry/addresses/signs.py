"""Addresses of the pages about signs and their printing."""

from django.urls import URLPattern, path

from sign_registry.views.printing import (
    BatchCertificateView,
    BatchFileView,
    BatchNfcView,
    BatchView,
    PrintView,
)
from sign_registry.views.signs import ApproveView, PlanSignsView, SignListView, SignView

urlpatterns: list[URLPattern] = [
    path("signs/", SignListView.as_view(), name="signs"),
    path("signs/plan/", PlanSignsView.as_view(), name="plan"),
    path("signs/approve/", ApproveView.as_view(), name="approve"),
    path("signs/<int:pk>/", SignView.as_view(), name="sign"),
    path("signs/print/", PrintView.as_view(), name="print"),
    path("signs/print/<int:pk>/", BatchView.as_view(), name="batch"),
    path("signs/print/<int:pk>/signs.pdf", BatchFileView.as_view(), name="batch_file"),
    path("signs/print/<int:pk>/nfc.csv", BatchNfcView.as_view(), name="batch_nfc"),
    path("signs/print/<int:pk>/proof.csv", BatchCertificateView.as_view(), name="batch_proof"),
]
