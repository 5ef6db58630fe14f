"""Addresses of those who write notices."""

from django.urls import URLPattern, path

from notifications.views.attachments import AttachmentAddView, AttachmentView
from notifications.views.notices import LetterPreviewView, NoticeStepView, NoticeView
from notifications.views.paper import PaperFileView, PaperView, PostView
from notifications.views.writing import NoticeFormView, NoticeListView

urlpatterns: list[URLPattern] = [
    path("notices/", NoticeListView.as_view(), name="notices"),
    path("notices/new/", NoticeFormView.as_view(), name="notice_new"),
    path("notices/<int:pk>/", NoticeView.as_view(), name="notice"),
    path("notices/<int:pk>/change/", NoticeFormView.as_view(), name="notice_change"),
    path("notices/<int:pk>/step/", NoticeStepView.as_view(), name="notice_step"),
    path(
        "notices/<int:pk>/letter/<str:language>/",
        LetterPreviewView.as_view(),
        name="notice_letter",
    ),
    path("notices/<int:pk>/files/", AttachmentAddView.as_view(), name="notice_attach"),
    path("notices/files/<int:pk>/", AttachmentView.as_view(), name="notice_attachment"),
    path("notices/<int:pk>/paper/", PaperView.as_view(), name="notice_paper"),
    path("notices/paper/<int:pk>.pdf", PaperFileView.as_view(), name="notice_paper_file"),
    path("notices/<int:pk>/post/", PostView.as_view(), name="notice_post"),
]
