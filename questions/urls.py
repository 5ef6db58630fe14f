"""Addresses of questions to the town."""

from django.urls import path

from questions.views import AnswerView, AskView, QuestionListView, QuestionOfficeView

app_name = "questions"

urlpatterns = [
    path("questions/", QuestionListView.as_view(), name="list"),
    path("questions/ask/", AskView.as_view(), name="ask"),
    path("town/questions/", QuestionOfficeView.as_view(), name="office"),
    path("town/questions/add/", AnswerView.as_view(), name="add"),
    path("town/questions/<int:pk>/", AnswerView.as_view(), name="answer"),
]
