"""Addresses of sites, signs, the crew and what is done about ratings; all below /<slug>/."""

from sign_registry.addresses import comments, crew, ratings, signs, sites

app_name = "signs"

urlpatterns = [
    *sites.urlpatterns,
    *signs.urlpatterns,
    *crew.urlpatterns,
    *ratings.urlpatterns,
    *comments.urlpatterns,
]
