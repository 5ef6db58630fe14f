"""Addresses of the API, under /api/<slug>/v1/."""

from django.urls import path

from zones.api import questions, views

app_name = "api"
urlpatterns = [
    path("kinds/", views.KindList.as_view(), name="kinds"),
    path("zones/", views.ZoneList.as_view(), name="zones"),
    path("zones/<int:pk>/", views.ZoneDetail.as_view(), name="zone"),
    path("streets/", views.StreetList.as_view(), name="streets"),
    path("streets/<int:pk>/", views.StreetDetail.as_view(), name="street"),
    path("addresses/", views.AddressList.as_view(), name="addresses"),
    path("addresses/<int:pk>/", views.AddressDetail.as_view(), name="address"),
    path("places/", views.PlaceList.as_view(), name="places"),
    path("search/", questions.Search.as_view(), name="search"),
    path("locate/", questions.Locate.as_view(), name="locate"),
    path("geocode/", questions.Geocode.as_view(), name="geocode"),
    path("reverse/", questions.Reverse.as_view(), name="reverse"),
]
