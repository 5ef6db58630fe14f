"""Where a town's copy to practise on is made, and where its letters are read."""

from django.urls import path

from portal.views.practice import (
    PracticeLetterView,
    PracticeMailView,
    PracticeStateView,
    PracticeView,
)

_OFFICE, _MAIL = "<slug:slug>/town/practice/", "<slug:slug>/practice/mail/"

urlpatterns = [
    path(_OFFICE, PracticeView.as_view(), name="practice"),
    path(f"{_OFFICE}state.json", PracticeStateView.as_view(), name="practice_state"),
    path(_MAIL, PracticeMailView.as_view(), name="practice_mail"),
    path(f"{_MAIL}<int:pk>/", PracticeLetterView.as_view(), name="practice_letter"),
]
