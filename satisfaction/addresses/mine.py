"""Addresses of the pages for the owners of places."""

from django.urls import URLPattern, path

from satisfaction.views.mine import MineView
from satisfaction.views.mine_alerts import AnswerAlertView, CloseAlertView
from satisfaction.views.mine_notice import NoticeView
from satisfaction.views.mine_place import MinePlaceView, PrintAgainView

urlpatterns: list[URLPattern] = [
    path("mine/", MineView.as_view(), name="mine"),
    path("mine/<int:pk>/", MinePlaceView.as_view(), name="mine_place"),
    path("mine/<int:pk>/print/", PrintAgainView.as_view(), name="mine_print_again"),
    path("mine/<int:pk>/notice.pdf", NoticeView.as_view(), name="mine_notice"),
    path("mine/alerts/<int:pk>/", AnswerAlertView.as_view(), name="mine_alert"),
    path("mine/alerts/<int:pk>/close/", CloseAlertView.as_view(), name="mine_alert_close"),
]
