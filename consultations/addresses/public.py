"""Addresses of what everybody reads and says."""

from django.urls import URLPattern, path

from consultations.views.answers import AnswersView
from consultations.views.letters import TellParticipantsView
from consultations.views.reading import ProcessListView, ProcessPageView
from consultations.views.saying import SaidView, SayView, SupportView
from consultations.views.taking_back import TakeBackView
from consultations.views.voices_desk import (
    AnswerSaidView,
    AnswerZoneView,
    DecideView,
    ModerationView,
    TellAreaView,
    VoicesView,
)

urlpatterns: list[URLPattern] = [
    path("consultations/", ProcessListView.as_view(), name="list"),
    path("consultations/<int:pk>/", ProcessPageView.as_view(), name="page"),
    path("consultations/<int:pk>/said/", SaidView.as_view(), name="said"),
    path("consultations/<int:pk>/say/", SayView.as_view(), name="say"),
    path(
        "consultations/<int:pk>/said/<int:contribution>/support/",
        SupportView.as_view(),
        name="support",
    ),
    path(
        "consultations/<int:pk>/said/<int:contribution>/take-back/",
        TakeBackView.as_view(),
        name="take_back",
    ),
    path("consultations/<int:pk>/answers/", AnswersView.as_view(), name="answers"),
    path("plan/consultations/voices/", ModerationView.as_view(), name="moderation"),
    path("plan/consultations/<int:pk>/voices/", VoicesView.as_view(), name="voices"),
    path("plan/consultations/<int:pk>/voices/decide/", DecideView.as_view(), name="voices_decide"),
    path(
        "plan/consultations/<int:pk>/voices/answer/", AnswerSaidView.as_view(), name="voices_answer"
    ),
    path("plan/consultations/<int:pk>/voices/zone/", AnswerZoneView.as_view(), name="voices_zone"),
    path("plan/consultations/<int:pk>/voices/tell/", TellAreaView.as_view(), name="voices_tell"),
    path(
        "plan/consultations/<int:pk>/voices/tell-participants/",
        TellParticipantsView.as_view(),
        name="voices_letter",
    ),
]
