"""Addresses of the desk."""

from django.urls import URLPattern, path

from residents.views.desk import (
    CardBackView,
    ConfirmHomeView,
    DeskHomeView,
    DeskMoveView,
    DeskRegisterView,
    OrderLetterView,
    ResidentView,
)
from residents.views.desk_papers import CardView, LettersView
from residents.views.desk_questions import QuestionListView, QuestionView

_DESK = "desk/residents/"

urlpatterns: list[URLPattern] = [
    path(_DESK, DeskHomeView.as_view(), name="desk"),
    path(f"{_DESK}new/", DeskRegisterView.as_view(), name="desk_register"),
    path(f"{_DESK}letters/", LettersView.as_view(), name="desk_letters"),
    path(f"{_DESK}questions/", QuestionListView.as_view(), name="desk_questions"),
    path(f"{_DESK}questions/<int:pk>/", QuestionView.as_view(), name="desk_question"),
    path(f"{_DESK}<int:pk>/", ResidentView.as_view(), name="desk_resident"),
    path(f"{_DESK}<int:pk>/move/", DeskMoveView.as_view(), name="desk_move"),
    path(f"{_DESK}<int:pk>/confirm/", ConfirmHomeView.as_view(), name="desk_confirm"),
    path(f"{_DESK}<int:pk>/letter/", OrderLetterView.as_view(), name="desk_letter"),
    path(f"{_DESK}<int:pk>/card/", CardView.as_view(), name="desk_card"),
    path(f"{_DESK}<int:pk>/card/withdraw/", CardBackView.as_view(), name="desk_card_back"),
]
