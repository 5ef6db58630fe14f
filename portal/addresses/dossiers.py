"""Addresses of dossiers of areas."""

from django.urls import path

from portal.views.dossiers import (
    AreaDossierPdfView,
    AreaDossierView,
    ZoneDossierPdfView,
    ZoneDossierView,
)

ZONE, AREA = "<slug:slug>/zones/<int:pk>/", "<slug:slug>/plan/areas/<int:pk>/"

urlpatterns = [
    path(f"{ZONE}dossier/", ZoneDossierView.as_view(), name="zone_dossier"),
    path(f"{ZONE}dossier.pdf", ZoneDossierPdfView.as_view(), name="zone_dossier_pdf"),
    path(f"{AREA}dossier/", AreaDossierView.as_view(), name="area_dossier"),
    path(f"{AREA}dossier.pdf", AreaDossierPdfView.as_view(), name="area_dossier_pdf"),
]
