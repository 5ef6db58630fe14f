"""What readers may ask of us: about, accessibility, help; and what programs ask of the site."""

from django.urls import path

from portal.views.help import HelpPageView, HelpView
from portal.views.trust import (
    AboutView,
    AccessibilityView,
    RobotsView,
    SecurityTextView,
    SitemapView,
)

app_name = "trust"

urlpatterns = [
    path(".well-known/security.txt", SecurityTextView.as_view(), name="security_text"),
    path("robots.txt", RobotsView.as_view(), name="robots"),
    path("sitemap.xml", SitemapView.as_view(), name="sitemap"),
    path("<slug:slug>/about/", AboutView.as_view(), name="about"),
    path("<slug:slug>/help/", HelpView.as_view(), name="help"),
    path("<slug:slug>/help/<slug:topic>/", HelpPageView.as_view(), name="help_page"),
    path("<slug:slug>/accessibility/", AccessibilityView.as_view(), name="accessibility"),
]
