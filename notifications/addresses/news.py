"""Addresses of public news."""

from django.urls import URLPattern, path

from notifications.views.feeds import NewsCalendarView, NewsEventView, NewsFeedView
from notifications.views.news import NewsFileView, NewsListView, NewsView

urlpatterns: list[URLPattern] = [
    path("news/", NewsListView.as_view(), name="news"),
    path("news.rss", NewsFeedView.as_view(), name="news_rss"),
    path("news.ics", NewsCalendarView.as_view(), name="news_ics"),
    path("news/<int:pk>/", NewsView.as_view(), name="news_page"),
    path("news/<int:pk>/event.ics", NewsEventView.as_view(), name="news_event"),
    path("news/files/<int:pk>/", NewsFileView.as_view(), name="news_file"),
]
