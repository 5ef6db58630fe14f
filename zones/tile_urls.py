"""Addresses of the vector tiles of a municipality, under /<slug>/tiles/."""

from django.urls import path

from zones.tiles import views

app_name = "tiles"
urlpatterns = [
    path("<slug:layer>.json", views.tilejson, name="tilejson"),
    path("<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]
