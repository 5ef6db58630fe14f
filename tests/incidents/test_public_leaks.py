"""Whatever way out is taken: of a report that is not public, nothing is found.

One report of each kind that must stay in carries canaries in words, place and reference; one public
report carries one that must be seen, so that an empty answer proves nothing.
"""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from incidents.models import Category, Incident
from incidents.services.recording import Actor, record
from incidents.services.releasing import release_by_rule
from incidents.workflow import Kind
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON
from tests.factories.incidents import reported
from tests.incidents.leak_town import SEEN, Town, town_with_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    cache.clear()
    return town_with_secrets()


OUTPUTS: dict[str, tuple[str, str]] = {
    "list": ("reports/", SEEN),
    "list by street": ("reports/?street=a", ""),
    "csv": ("reports/?format=csv", SEEN),
    "geojson": ("reports/?format=geojson", SEEN),
    "layer": ("reports/places.geojson", "2026-000001"),
    "heat": ("reports/heat/", ""),
    "heat by area": ("reports/heat/?by=areas", ""),
    "departments": ("reports/departments/", ""),
    "department": ("reports/departments/office/", ""),
    "times": ("reports/times.csv", "2026-05-04"),
    "open311 xml": ("open311/v2/requests.xml?start_date=2026-05-01", SEEN),
    "open311 json": ("open311/v2/requests.json?start_date=2026-05-01", SEEN),
    "open311 ids": (
        "open311/v2/requests.json?service_request_id=2026-000001,2026-000002,2026-000003,2026-000004",
        SEEN,
    ),
    "home": ("", ""),
}


def body_of(response: object) -> str:
    content = getattr(response, "streaming_content", None)
    raw = b"".join(content) if content is not None else response.content  # type: ignore[attr-defined]
    return bytes(raw).decode(errors="replace")


@pytest.mark.parametrize("output", OUTPUTS)
def test_nothing_leaks_by_any_output(output: str, town: Town, client: Client) -> None:
    path, seen = OUTPUTS[output]
    response = client.get(f"/{town.municipality.slug}/{path}")
    assert response.status_code == 200
    said = body_of(response)
    assert seen in said
    assert [secret for secret in town.secrets if secret in said] == []


@pytest.mark.parametrize("kind", ["unreleased", "never"])
@pytest.mark.parametrize(
    "path", ["reports/{}/", "open311/v2/requests/{}.xml", "open311/v2/requests/{}.json"]
)
def test_the_page_of_a_hidden_report_is_not_found(
    kind: str, path: str, town: Town, client: Client
) -> None:
    hidden = town.hidden[kind]
    where = path.format(hidden.reference)
    assert client.get(f"/{town.municipality.slug}/{where}").status_code == 404
    where = path.format(town.public.reference)
    assert client.get(f"/{town.municipality.slug}/{where}").status_code == 200


def test_pictures_are_shown_only_once_they_were_looked_at(town: Town, client: Client) -> None:
    for incident in (town.public, town.rough, *town.hidden.values()):
        photo = incident.attachments.get(role="photo")
        path = f"/{town.municipality.slug}/reports/pictures/{photo.pk}/"
        assert _status(client, path) == 404
        photo.submission.state = "released"
        photo.submission.save()
        is_shown = incident.pk == town.public.pk
        assert _status(client, path) == (200 if is_shown else 404)


def _status(client: Client, path: str) -> int:
    response = client.get(path)
    body_of(response)  # a file read to its end is closed
    return response.status_code


LAYERS: list[tuple[str, Callable[[str], bool]]] = [
    ("reports/places.geojson?bbox={}", lambda said: "2026-000002" in said),
    ("open311/v2/requests.json?start_date=2026-05-01&bbox={}", lambda said: "2026-000002" in said),
]


@pytest.mark.parametrize(("path", "is_in"), LAYERS)
def test_a_rough_place_cannot_be_found_out_by_smaller_and_smaller_boxes(
    path: str, is_in: Callable[[str], bool], town: Town, client: Client
) -> None:
    point = town.rough.geometry
    assert point is not None
    shown = (round(point.x, 3), round(point.y, 3))
    for (x, y), expected in (((point.x, point.y), False), (shown, True)):
        box = f"{x - 1e-5:.6f},{y - 1e-5:.6f},{x + 1e-5:.6f},{y + 1e-5:.6f}"
        said = body_of(client.get(f"/{town.municipality.slug}/{path.format(box)}"))
        assert is_in(said) is expected


def test_figures_do_not_know_of_hidden_reports(town: Town, client: Client) -> None:
    office = f"/{town.municipality.slug}/reports/departments/office/"
    for _number in range(7):  # with the two public ones nine: one too few
        incident = reported(town.municipality, category=town.public.category)
        record(
            incident=incident,
            kind=Kind.ROUTED,
            data={"department": town.public.department_id, "rule": None},
            actor=Actor("dispatcher"),
            now=NOON,
        )
    with_time = Incident.objects.filter(municipality=town.municipality)
    assert with_time.count() == 11
    with time_machine.travel(NOON, tick=False):
        assert "fewer than 10" in body_of(client.get(office, HTTP_ACCEPT_LANGUAGE="en"))
        hidden = town.hidden["unreleased"]
        assert hidden.category is not None
        Category.objects.filter(pk=hidden.category.pk).update(release="rule")
        hidden.refresh_from_db()
        release_by_rule(incident=hidden, now=NOON)
        assert (
            "fewer than 10 reports"
            not in body_of(client.get(office, HTTP_ACCEPT_LANGUAGE="en"))
            .split("<tbody>")[1]
            .split("</tr>")[0]
        )


def test_nothing_tells_which_reports_are_of_one_person(town: Town, client: Client) -> None:
    paths = [path for path, _seen in OUTPUTS.values() if path]
    before = [
        _without_times(body_of(client.get(f"/{town.municipality.slug}/{path}"))) for path in paths
    ]
    for incident in Incident.objects.all():
        incident.reporter.user = UserFactory.create()
        incident.reporter.email = f"{incident.reference}@example.org"
        incident.reporter.name = incident.reference
        incident.reporter.save()
    after = [
        _without_times(body_of(client.get(f"/{town.municipality.slug}/{path}"))) for path in paths
    ]
    assert before == after


def _without_times(said: str) -> str:
    """Pages hold a nonce and a token of their own."""
    return re.sub(r'(nonce|value|content)="[^"]{20,}"', "", said)
