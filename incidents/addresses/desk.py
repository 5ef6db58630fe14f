"""The desk of departments: sorting, inbox, cases, answers."""

from django.urls import URLPattern, path

from incidents.views import answer_letters
from incidents.views import desk_acts as acts
from incidents.views import desk_answers as answers
from incidents.views import desk_case as case
from incidents.views import desk_inbox as inbox
from incidents.views import desk_templates as templates

_DESK = "desk/"
_CASE = f"{_DESK}<int:pk>/"
_TOWN = "town/answer-templates/"

urlpatterns: list[URLPattern] = [
    path(_DESK, inbox.InboxView.as_view(), name="desk"),
    path(f"{_DESK}many/", inbox.BulkView.as_view(), name="desk_many"),
    path(f"{_DESK}lists/", inbox.SaveFilterView.as_view(), name="desk_list_save"),
    path(
        f"{_DESK}lists/<int:pk>/remove/",
        inbox.ForgetFilterView.as_view(),
        name="desk_list_remove",
    ),
    path(f"{_DESK}sorting/", case.SortingView.as_view(), name="desk_sorting"),
    path(f"{_DESK}sorting/<int:pk>/accept/", acts.AcceptView.as_view(), name="sort_accept"),
    path(f"{_DESK}sorting/<int:pk>/send/", acts.SortSendView.as_view(), name="sort_send"),
    path(
        f"{_DESK}sorting/<int:pk>/category/",
        acts.SortCategoryView.as_view(),
        name="sort_category",
    ),
    path(f"{_DESK}sorting/<int:pk>/ask/", acts.SortAskView.as_view(), name="sort_ask"),
    path(f"{_DESK}sorting/<int:pk>/refuse/", acts.RefuseView.as_view(), name="sort_refuse"),
    path(f"{_DESK}sorting/<int:pk>/outside/", acts.OutsideView.as_view(), name="sort_outside"),
    path(f"{_DESK}to-send/", answers.ToSendView.as_view(), name="desk_to_send"),
    path(f"{_DESK}to-send/<int:pk>/", answers.SendAnswerView.as_view(), name="desk_send_answer"),
    path(
        f"{_DESK}to-send/<int:pk>/letter/<int:answer>/",
        answers.ToSendLetterView.as_view(),
        name="desk_to_send_letter",
    ),
    path(f"{_DESK}templates/", templates.TemplateListView.as_view(), name="desk_templates"),
    path(f"{_DESK}templates/new/", templates.TemplateView.as_view(), name="desk_template_new"),
    path(f"{_DESK}templates/<int:pk>/", templates.TemplateView.as_view(), name="desk_template"),
    path(_TOWN, templates.TownTemplateListView.as_view(), name="town_templates"),
    path(f"{_TOWN}new/", templates.TownTemplateView.as_view(), name="town_template_new"),
    path(f"{_TOWN}<int:pk>/", templates.TownTemplateView.as_view(), name="town_template"),
    path(_CASE, case.CaseView.as_view(), name="case"),
    path(f"{_CASE}here/", case.HereView.as_view(), name="case_here"),
    path(f"{_CASE}photos/<int:photo>/", case.PhotoView.as_view(), name="case_photo"),
    path(f"{_CASE}assign/", acts.AssignView.as_view(), name="case_assign"),
    path(f"{_CASE}question/", acts.QuestionView.as_view(), name="case_question"),
    path(f"{_CASE}note/", acts.NoteView.as_view(), name="case_note"),
    path(f"{_CASE}opinion/", acts.AskOpinionView.as_view(), name="case_ask_opinion"),
    path(f"{_CASE}opinion/give/", acts.GiveOpinionView.as_view(), name="case_give_opinion"),
    path(f"{_CASE}send/", acts.SendView.as_view(), name="case_send"),
    path(f"{_CASE}back/", acts.HandBackView.as_view(), name="case_back"),
    path(f"{_CASE}category/", acts.CategoryView.as_view(), name="case_category"),
    path(f"{_CASE}place/", acts.PlaceView.as_view(), name="case_place"),
    path(f"{_CASE}close/", acts.CloseView.as_view(), name="case_close"),
    path(f"{_CASE}reopen/", acts.ReopenView.as_view(), name="case_reopen"),
    path(f"{_CASE}merge/", acts.MergeView.as_view(), name="case_merge"),
    path(f"{_CASE}unmerge/", acts.UnmergeView.as_view(), name="case_unmerge"),
    path(f"{_CASE}split/", acts.SplitView.as_view(), name="case_split"),
    path(f"{_CASE}answer/", answers.WriteAnswerView.as_view(), name="case_answer"),
    path(f"{_CASE}answer/pass-on/", answers.PassOnView.as_view(), name="case_pass_on"),
    path(f"{_CASE}answer/give-back/", answers.GiveBackView.as_view(), name="case_give_back"),
    path(
        f"{_CASE}answer/<int:answer>/letter/",
        answers.AnswerLetterView.as_view(),
        name="case_letter",
    ),
    path(
        "track/<str:token>/letter/<int:answer>/",
        answer_letters.TrackLetterView.as_view(),
        name="track_letter",
    ),
]
