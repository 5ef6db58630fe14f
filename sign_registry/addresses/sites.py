"""Addresses of the pages about sites."""

from django.urls import URLPattern, path

from sign_registry.views.site_loading import (
    CategoryChangeView,
    CategoryListView,
    CategoryLoadView,
    SiteEntrancesView,
    SiteImportView,
)
from sign_registry.views.sites import SiteListView
from sign_registry.views.sites_office import (
    SiteChangeView,
    SiteClosingView,
    SiteOfficeListView,
    SiteZoneView,
)

urlpatterns: list[URLPattern] = [
    path("sites/", SiteListView.as_view(), name="sites"),
    path("town/sites/", SiteOfficeListView.as_view(), name="site_office"),
    path("town/sites/add/", SiteChangeView.as_view(), name="site_add"),
    path("town/sites/import/", SiteImportView.as_view(), name="site_import"),
    path("town/sites/entrances/", SiteEntrancesView.as_view(), name="site_entrances"),
    path("town/sites/<int:pk>/", SiteChangeView.as_view(), name="site_edit"),
    path("town/sites/<int:pk>/closing/", SiteClosingView.as_view(), name="site_closing"),
    path("town/sites/<int:pk>/zone/", SiteZoneView.as_view(), name="site_zone"),
    path("town/site-categories/", CategoryListView.as_view(), name="site_categories"),
    path("town/site-categories/load/", CategoryLoadView.as_view(), name="site_categories_load"),
    path("town/site-categories/<int:pk>/", CategoryChangeView.as_view(), name="site_category"),
]
