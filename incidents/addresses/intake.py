"""Reports by telephone, on paper and by mail."""

from django.urls import URLPattern, path

from incidents.views.letters import (
    LetterAtOnceView,
    LetterJoinView,
    LetterPictureView,
    LetterRefuseView,
    LettersView,
    LetterView,
)
from incidents.views.take_in import RegisterFileView, RegisterView, TakeInView, TakenInView

urlpatterns: list[URLPattern] = [
    path("desk/take-in/", TakeInView.as_view(), name="take_in"),
    path("desk/take-in/<int:pk>/", TakenInView.as_view(), name="taken_in"),
    path("desk/register/", RegisterView.as_view(), name="register"),
    path("desk/register/numbers.csv", RegisterFileView.as_view(), name="register_file"),
    path("desk/letters/", LettersView.as_view(), name="letters"),
    path("desk/letters/<int:pk>/", LetterView.as_view(), name="letter"),
    path("desk/letters/<int:pk>/make/", LetterAtOnceView.as_view(), name="letter_make"),
    path("desk/letters/<int:pk>/join/", LetterJoinView.as_view(), name="letter_join"),
    path("desk/letters/<int:pk>/refuse/", LetterRefuseView.as_view(), name="letter_refuse"),
    path(
        "desk/letters/<int:pk>/pictures/<uuid:picture>/",
        LetterPictureView.as_view(),
        name="letter_picture",
    ),
]
