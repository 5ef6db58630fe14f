"""Addresses of the legal notice."""

from django.urls import URLPattern, path

from consultations.views.law import LawOverrideView, LawProofView, LawView
from consultations.views.law_files import NoticeSheetView, PostersView, RegisterView
from consultations.views.legal_notice import LegalNoticeView, ProofTextView

_LAW = "plan/consultations/<int:pk>/law/"
_NOTICE = "consultations/<int:pk>/notice/"

urlpatterns: list[URLPattern] = [
    path(_LAW, LawView.as_view(), name="law"),
    path(f"{_LAW}proofs/", LawProofView.as_view(), name="law_proof"),
    path(f"{_LAW}override/", LawOverrideView.as_view(), name="law_override"),
    path(f"{_LAW}notice.pdf", NoticeSheetView.as_view(), name="law_sheet"),
    path(f"{_LAW}posters.pdf", PostersView.as_view(), name="law_posters"),
    path(f"{_LAW}register.csv", RegisterView.as_view(), name="law_register"),
    path(_NOTICE, LegalNoticeView.as_view(), name="legal_notice"),
    path(f"{_NOTICE}proofs/<int:proof>.txt", ProofTextView.as_view(), name="legal_proof"),
]
