"""Addresses of consultations, joined from one module for each group of users."""

from consultations.addresses import budget, counted, law, plan, public, survey, vote

app_name = "consultations"

urlpatterns = [
    *plan.urlpatterns,
    *law.urlpatterns,
    *survey.urlpatterns,
    *vote.urlpatterns,
    *budget.urlpatterns,
    *counted.urlpatterns,
    *public.urlpatterns,
]
