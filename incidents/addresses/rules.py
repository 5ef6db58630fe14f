"""Categories of reports, rules of competence and what roles are narrowed to: below town/."""

from django.urls import URLPattern, path

from incidents.views.categories import (
    CategoryChangeView,
    CategoryListView,
    ScopeListView,
    ScopeView,
)
from incidents.views.rule_checks import RuleCheckView, RuleReplayView
from incidents.views.rules import (
    DraftBeginView,
    DraftDiscardView,
    RuleChangeView,
    RuleListView,
    RuleMoveView,
    RulePublishView,
    RuleRemoveView,
    RuleView,
)

urlpatterns: list[URLPattern] = [
    path("town/report-categories/", CategoryListView.as_view(), name="categories"),
    path("town/report-categories/add/", CategoryChangeView.as_view(), name="category_add"),
    path("town/report-categories/<int:pk>/", CategoryChangeView.as_view(), name="category"),
    path("town/report-roles/", ScopeListView.as_view(), name="scopes"),
    path("town/report-roles/<int:pk>/", ScopeView.as_view(), name="scope"),
    path("town/rules/", RuleListView.as_view(), name="rules"),
    path("town/rules/draft/", DraftBeginView.as_view(), name="rules_draft"),
    path("town/rules/discard/", DraftDiscardView.as_view(), name="rules_discard"),
    path("town/rules/publish/", RulePublishView.as_view(), name="rules_publish"),
    path("town/rules/check/", RuleCheckView.as_view(), name="rules_check"),
    path("town/rules/replay/", RuleReplayView.as_view(), name="rules_replay"),
    path("town/rules/add/", RuleChangeView.as_view(), name="rule_add"),
    path("town/rules/<int:pk>/", RuleView.as_view(), name="rule"),
    path("town/rules/<int:pk>/change/", RuleChangeView.as_view(), name="rule_change"),
    path("town/rules/<int:pk>/move/", RuleMoveView.as_view(), name="rule_move"),
    path("town/rules/<int:pk>/remove/", RuleRemoveView.as_view(), name="rule_remove"),
]
