"""Addresses of surveys, of those who write and those who answer."""

from django.urls import URLPattern, path

from consultations.views.survey_answering import SurveyView
from consultations.views.survey_result import SurveyResultView
from consultations.views.survey_words import SurveyWordsView
from consultations.views.survey_writing import (
    QuestionFormView,
    QuestionMoveView,
    QuestionRemoveView,
    SurveyBuilderView,
    SurveyPreviewView,
)

_PLAN = "plan/consultations/<int:pk>/survey/"
_OWN = "consultations/<int:pk>/survey/"

urlpatterns: list[URLPattern] = [
    path("plan/consultations/survey-words/", SurveyWordsView.as_view(), name="survey_words"),
    path(_PLAN, SurveyBuilderView.as_view(), name="survey_plan"),
    path(f"{_PLAN}new/", QuestionFormView.as_view(), name="question_new"),
    path(f"{_PLAN}preview/", SurveyPreviewView.as_view(), name="survey_preview"),
    path(f"{_PLAN}<int:question>/", QuestionFormView.as_view(), name="question"),
    path(f"{_PLAN}<int:question>/move/", QuestionMoveView.as_view(), name="question_move"),
    path(f"{_PLAN}<int:question>/remove/", QuestionRemoveView.as_view(), name="question_remove"),
    path(_OWN, SurveyView.as_view(), name="survey"),
    path(f"{_OWN}result/", SurveyResultView.as_view(), name="survey_result"),
]
