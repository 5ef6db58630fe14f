"""Whatever way out is taken: of a report that is not public, nothing is found.

One report of each kind that must stay in carries canaries in words, place and reference; one public
report carries one that must be seen, so that an empty answer proves nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from incidents.models import Category, Incident
from incidents.services.recording import Actor, record
from incidents.services.releasing import release_by_rule
from incidents.services.reporting import NewReporter
from incidents.workflow import Kind
from submissions.services import take_picture
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.submissions import picture
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
SEEN = "canary-of-the-public-one"
#: Far from the public one, and exact to the centimetre.
HIDDEN_SPOTS = {"unreleased": (2.12345, 2.54321), "never": (3.13131, 2.42424)}
PLACE_ONLY = (1.23456, 3.34567)


@dataclass(frozen=True)
class Town:
    """A town with one report of each kind, and what must not be found of them."""

    municipality: Municipality
    public: Incident
    rough: Incident
    hidden: dict[str, Incident]

    @property
    def secrets(self) -> list[str]:
        """What must stand nowhere."""
        found = ["canary-words"]
        for one in self.hidden.values():
            assert one.geometry is not None
            found += [one.reference, f"{one.geometry.x:.5f}", f"{one.geometry.y:.5f}"]
        found += [one.tracking for one in Incident.objects.all()]
        point = self.rough.geometry
        assert point is not None
        return [*found, f"{point.x:.4f}", f"{point.y:.4f}", "canary-name", "canary@example.org"]


@pytest.fixture
def town() -> Town:
    cache.clear()
    town = MunicipalityFactory.create(modules=["reports", "notices"])
    zone_with_shape(town, code="middle", geometry=square(0, 0, 4, 4))
    office = DepartmentFactory.create(municipality=town, code="office")
    who = NewReporter(user=UserFactory.create(), name="canary-name", email="canary@example.org")

    def one(visibility: str, release: str, at: tuple[float, float], words: str) -> Incident:
        category = CategoryFactory.create(municipality=town, visibility=visibility, release=release)
        incident = reported(
            town,
            category=category,
            geometry=spot(*at),
            words=words,
            reporter=who,
            photos=[take_picture(raw=picture(), origin="report", received_on=TODAY)],
        )
        record(
            incident=incident,
            kind=Kind.ROUTED,
            data={"department": office.pk, "rule": None},
            actor=Actor("dispatcher"),
            now=NOON,
        )
        return incident

    public = one("public", "rule", (0.5, 0.5), SEEN)
    rough = one("place", "rule", PLACE_ONLY, "canary-words")
    hidden = {
        "unreleased": one("public", "person", HIDDEN_SPOTS["unreleased"], "canary-words"),
        "never": one("never", "person", HIDDEN_SPOTS["never"], "canary-words"),
    }
    # Even a cache that says otherwise opens nothing of a category that is never shown.
    Incident.objects.filter(pk=hidden["never"].pk).update(is_released=True)
    return Town(town, public, rough, hidden)


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
