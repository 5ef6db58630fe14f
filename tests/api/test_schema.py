"""The OpenAPI document is valid, complete and made without a warning."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from zones.api import urls

#: What a client of the API relies on in each list.
FILTERS = {
    "zones": {"kind", "q", "bbox", "on", "limit", "offset", "format"},
    "streets": {"q", "bbox", "limit", "offset", "format"},
    "addresses": {"street", "zone", "postal_code", "number", "bbox", "limit", "offset", "format"},
}


@pytest.fixture(scope="module")
def schema() -> dict[str, dict[str, dict[str, dict[str, list[dict[str, str]]]]]]:
    """The document as the program makes it."""
    GENERATOR_STATS.reset()
    generator: Any = SchemaGenerator
    found = generator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    check: Any = validate_schema
    check(found)
    return dict(found)


def test_every_address_of_the_api_is_described(schema: dict[str, dict[str, object]]) -> None:
    described = {path for path in schema["paths"] if path.startswith("/api/{slug}/v1/")}
    assert len(described) == len(urls.urlpatterns)
    assert "api" in get_resolver().namespace_dict


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_described(
    schema: dict[str, dict[str, dict[str, dict[str, list[dict[str, str]]]]]], name: str
) -> None:
    parameters = schema["paths"][f"/api/{{slug}}/v1/{name}/"]["get"]["parameters"]
    assert {one["name"] for one in parameters if one["in"] == "query"} == FILTERS[name]


@pytest.mark.django_db
def test_the_document_is_served(client: Client) -> None:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    assert b"/api/{slug}/v1/locate/" in answer.content
