"""Whatever their descriptions allow, open geodata and the API never break: no answer is a 5xx.

`make drill` asks much more, as every role; the suite asks a little, as a stranger and as an
administrator. The examples follow from a seed, so that each run asks the same.
"""

import json
import os
import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings

from accounts.models import User
from departments.models import Membership
from tests.factories.accounts import MembershipFactory
from tests.whole_town import Town

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(1200)]
IS_DRILL = bool(os.environ.get("MEGDAN_DRILL"))
EXAMPLES = 60 if IS_DRILL else 3
SEED = 20261123
WHO = ["stranger", *Membership.Role.values] if IS_DRILL else ["stranger", "administrator"]


@pytest.fixture(params=WHO)
def reader(request: pytest.FixtureRequest, client: Client, town: Town) -> Client:
    """Somebody who is not signed in, or has a role in the town."""
    if request.param == "administrator":
        client.force_login(town.administrator)
    elif request.param != "stranger":
        client.force_login(_with_role(town, request.param))
    return client


def _with_role(town: Town, role: str) -> User:
    found: Membership = MembershipFactory.create(municipality=town.row, role=role)
    return found.user


def operations(document: dict[str, Any]) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(document)
        found: list[Any] = list(schema.get_all_operations())
        return [one.ok() for one in found]


def breaks(reader: Client, operation: Any, path_of: Callable[[Any], str]) -> list[str]:
    """Addresses of one operation that were answered with 5xx."""
    broken: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        cache.clear()
        path = path_of(case)
        answer = reader.generic(case.method, path)
        if answer.status_code >= 500:
            broken.append(f"{case.method} {path} answers {answer.status_code}")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ask()
    return broken


def _below(base: str) -> Callable[[Any], str]:
    def path(case: Any) -> str:
        query = {name: _plain(value) for name, value in (case.query or {}).items()}
        return f"{base}{case.formatted_path}?{urlencode(query, doseq=True)}"

    return path


def _plain(value: Any) -> Any:
    """A list of numbers as it is written in an address; other lists give a name several times."""
    if isinstance(value, list):
        return ",".join(str(one) for one in value)
    return value


def test_open_geodata_never_breaks(reader: Client, town: Town) -> None:
    document = json.loads(reader.get("/ours/ogc/api").content)
    found = operations(document)
    assert len(found) > 40
    broken = [one for each in found for one in breaks(reader, each, _below("/ours/ogc"))]
    assert broken == []


def test_the_api_never_breaks(reader: Client, town: Town) -> None:
    document = yaml.safe_load(reader.get("/api/schema/").content)
    reading = {"get", "head", "options"}
    document["paths"] = {
        path.replace("{slug}", "ours"): {
            name: _without_slug(value) for name, value in item.items() if name in reading
        }
        for path, item in document["paths"].items()
    }
    found = operations(document)
    assert len(found) > 10
    broken = [one for each in found for one in breaks(reader, each, _below(""))]
    assert broken == []


def _without_slug(operation: dict[str, Any]) -> dict[str, Any]:
    """The town is in the path already."""
    left = [one for one in operation.get("parameters", []) if one.get("name") != "slug"]
    return {**operation, "parameters": left}
