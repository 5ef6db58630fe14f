"""Addresses of the pages about figures, joined from one module for each group of users."""

from satisfaction.addresses import mine, open_data, places, press

app_name = "satisfaction"

urlpatterns = [*press.urlpatterns, *mine.urlpatterns, *places.urlpatterns, *open_data.urlpatterns]
