"""Addresses of ballots, rolls and papers."""

from django.urls import URLPattern, path

from consultations.views.admissions import AdmitView, MarkBackView
from consultations.views.buildings import BuildingsView
from consultations.views.integrity import IntegrityView
from consultations.views.papers import (
    EnterPaperView,
    HandOutView,
    PapersListView,
    PapersView,
    PrintPapersView,
    VoidPaperView,
)
from consultations.views.roll import (
    CloseVoteView,
    MakeRollView,
    RollListView,
    RollLooksView,
    RollView,
)
from consultations.views.vote import BallotView, VoteDoneView

_VOTE = "consultations/<int:pk>/"
_ROLL = "plan/consultations/<int:pk>/roll/"
_DESK = "desk/ballots/"

urlpatterns: list[URLPattern] = [
    path(f"{_VOTE}vote/", BallotView.as_view(), name="vote"),
    path(f"{_VOTE}vote/done/", VoteDoneView.as_view(), name="vote_done"),
    path(f"{_VOTE}integrity/", IntegrityView.as_view(), name="integrity"),
    path("plan/consultations/rolls/", RollListView.as_view(), name="roll_list"),
    path(_ROLL, RollView.as_view(), name="roll"),
    path(f"{_ROLL}looks/", RollLooksView.as_view(), name="roll_looks"),
    path(f"{_ROLL}buildings/", BuildingsView.as_view(), name="roll_buildings"),
    path(f"{_ROLL}make/", MakeRollView.as_view(), name="roll_make"),
    path(f"{_ROLL}close/", CloseVoteView.as_view(), name="vote_close"),
    path(_DESK, PapersListView.as_view(), name="papers_list"),
    path(f"{_DESK}<int:pk>/", PapersView.as_view(), name="papers"),
    path(f"{_DESK}<int:pk>/hand-out/", HandOutView.as_view(), name="papers_hand_out"),
    path(f"{_DESK}<int:pk>/print/", PrintPapersView.as_view(), name="papers_print"),
    path(f"{_DESK}<int:pk>/enter/", EnterPaperView.as_view(), name="papers_enter"),
    path(f"{_DESK}<int:pk>/admit/", AdmitView.as_view(), name="papers_admit"),
    path(f"{_DESK}<int:pk>/mark-back/", MarkBackView.as_view(), name="papers_mark_back"),
    path(f"{_DESK}<int:pk>/void/", VoidPaperView.as_view(), name="papers_void"),
]
