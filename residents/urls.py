"""Addresses of the pages, joined from one module for each group of users."""

from residents.addresses import desk, join, me

app_name = "residents"

urlpatterns = [*join.urlpatterns, *me.urlpatterns, *desk.urlpatterns]
