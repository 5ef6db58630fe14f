"""Terms, warnings, sheets of the head."""

from django.urls import URLPattern, path

from incidents.views.terms import ExtendView, MonthView, PetitionsView, TermsView

urlpatterns: list[URLPattern] = [
    path("desk/terms/", TermsView.as_view(), name="terms"),
    path("desk/terms/month/", MonthView.as_view(), name="terms_month"),
    path("desk/terms/petitions/", PetitionsView.as_view(), name="terms_petitions"),
    path("desk/<int:pk>/extend/", ExtendView.as_view(), name="case_extend"),
]
