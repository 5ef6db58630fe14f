"""Addresses of the pages about figures, joined from one module for each group of users."""

from satisfaction.addresses import exports, mine, open_data, places, press, reports

app_name = "satisfaction"

urlpatterns = [
    *press.urlpatterns,
    *exports.urlpatterns,
    *reports.urlpatterns,
    *mine.urlpatterns,
    *places.urlpatterns,
    *open_data.urlpatterns,
]
