"""Addresses of the pages, joined from one module for each group of users."""

from notifications.addresses import mine, news, writing

app_name = "notifications"

urlpatterns = [*news.urlpatterns, *writing.urlpatterns, *mine.urlpatterns]
