"""Open311 GeoReport v2: the same calls at two endpoints, one of which keeps nothing."""

from django.urls import URLPattern, path

from incidents.api.views import (
    DiscoveryView,
    RequestsView,
    RequestView,
    ServicesView,
    ServiceView,
    TokenView,
)
from incidents.views.keys import KeyListView, Open311View, RevokeKeyView


def _calls(base: str, prefix: str, *, is_trial: bool) -> list[URLPattern]:
    calls = {
        "services.<slug:suffix>": (ServicesView, "services"),
        "services/<slug:code>.<slug:suffix>": (ServiceView, "service"),
        "requests.<slug:suffix>": (RequestsView, "requests"),
        "requests/<slug:reference>.<slug:suffix>": (RequestView, "request"),
        "tokens/<slug:token>.<slug:suffix>": (TokenView, "token"),
    }
    return [
        path(f"{base}{route}", view.as_view(is_trial=is_trial), name=f"{prefix}_{name}")
        for route, (view, name) in calls.items()
    ]


urlpatterns: list[URLPattern] = [
    path("open311/", Open311View.as_view(), name="open311"),
    path("open311/discovery.<slug:suffix>", DiscoveryView.as_view(), name="open311_discovery"),
    path(
        "open311/v2/discovery.<slug:suffix>", DiscoveryView.as_view(), name="open311_v2_discovery"
    ),
    *_calls("open311/v2/", "open311", is_trial=False),
    *_calls("open311/test/v2/", "open311_test", is_trial=True),
    path("town/keys/", KeyListView.as_view(), name="keys"),
    path("town/keys/<int:pk>/revoke/", RevokeKeyView.as_view(), name="key_revoke"),
]
