"""Addresses of reports, joined from one module for each group of users."""

from incidents.addresses import (
    desk,
    intake,
    ledger,
    open311,
    partner,
    public,
    report,
    rules,
    terms,
)

app_name = "incidents"

urlpatterns = [
    *report.urlpatterns,
    *intake.urlpatterns,
    *desk.urlpatterns,
    *terms.urlpatterns,
    *partner.urlpatterns,
    *rules.urlpatterns,
    *public.urlpatterns,
    *ledger.urlpatterns,
    *open311.urlpatterns,
]
