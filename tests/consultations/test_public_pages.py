"""What everybody reads of consultations, and what nobody may."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from consultations.models import Process
from consultations.phases import PhaseKind
from tests.consultations.test_speaking import process_with_area, resident_at
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    ContributionFactory,
    LayerFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.departments import NOON
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import square, zone_with_shape

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
PAGES = ("page", "said", "answers")
HIDDEN = "Words that nobody released"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """While the phases of the factories are under way."""
    with time_machine.travel(NOON, tick=False):
        yield


def path_of(process: Process, name: str = "page") -> str:
    """A page of a consultation."""
    return reverse(f"consultations:{name}", args=[process.municipality.slug, process.pk])


def body(client: Client, path: str) -> str:
    """What a page or a file says."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.getvalue().decode()


class TestList:
    """Open ones first; only those of the town; narrowed by place."""

    def test_open_ones_come_first(self, client: Client) -> None:
        town = ProcessFactory.create().municipality
        older = PhaseFactory.create(
            process__municipality=town, process__published_at=NOON - 20 * DAY
        ).process

        page = client.get(reverse("consultations:list", args=[town.slug]))

        rows = page.context["page"].object_list
        assert (rows[0]["pk"], rows[0]["is_active"], len(rows)) == (older.pk, True, 2)

    @pytest.mark.parametrize("name", ["", "?format=csv", "?format=geojson"])
    def test_drafts_and_other_towns_are_not_in_it(self, client: Client, name: str) -> None:
        draft = ProcessFactory.create(state="draft", names={"ro": "Ciornă secretă"})
        ProcessFactory.create(names={"ro": "Alt oraș"})

        found = body(client, reverse("consultations:list", args=[draft.municipality.slug]) + name)

        assert "Ciornă" not in found
        assert "Alt oraș" not in found

    def test_zone_keeps_what_meets_it(self, client: Client) -> None:
        process = process_with_area()
        town = process.municipality
        path = reverse("consultations:list", args=[town.slug])
        near = zone_with_shape(town, code="near", geometry=square(0, 0))
        far = zone_with_shape(town, code="far", geometry=square(3, 3))

        found = [
            len(client.get(f"{path}?zone={zone.pk}").context["page"].object_list)
            for zone in (near, far)
        ]

        assert found == [1, 0]

    def test_queries_do_not_grow(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        town = ProcessFactory.create().municipality
        for _ in range(8):
            PhaseFactory.create(process__municipality=town)

        with django_assert_max_num_queries(14):  # type: ignore[operator]
            client.get(reverse("consultations:list", args=[town.slug]))

    def test_module_off_is_not_found(self, client: Client) -> None:
        process = ProcessFactory.create(municipality__modules=["ratings"])

        path = reverse("consultations:list", args=[process.municipality.slug])
        assert client.get(path).status_code == 404
        assert client.get(path_of(process)).status_code == 404


class TestPage:
    """Whom it concerns, what may be done, and whether I count."""

    @pytest.mark.parametrize("name", PAGES)
    def test_draft_is_not_found(self, client: Client, name: str) -> None:
        process = ProcessFactory.create(state="draft")

        assert client.get(path_of(process, name)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    def test_other_town_does_not_show_it(self, client: Client, name: str) -> None:
        process, other = ProcessFactory.create(), ProcessFactory.create()

        path = reverse(f"consultations:{name}", args=[other.municipality.slug, process.pk])
        assert client.get(path).status_code == 404

    def test_withdrawn_one_says_why(self, client: Client) -> None:
        process = ProcessFactory.create(state="withdrawn", withdrawn_why="Din greșeală.")

        assert "Din greșeală." in body(client, path_of(process))

    @pytest.mark.parametrize(
        ("kind", "shown", "hidden"),
        [
            (PhaseKind.DEBATE, ["say/"], ["vote/", "result/", "zones/", "survey/"]),
            (PhaseKind.VOTE, ["vote/"], ["say/", "result/", "zones/"]),
            (PhaseKind.SURVEY, ["survey/"], ["vote/", "say/"]),
            (PhaseKind.RESULT, ["zones/"], ["vote/", "say/"]),
        ],
    )
    def test_doors_follow_the_phase(
        self, client: Client, kind: str, shown: list[str], hidden: list[str]
    ) -> None:
        process = PhaseFactory.create(kind=kind).process
        base = path_of(process)

        found = body(client, base)

        assert all(f'href="{base}{page}"' in found for page in shown)
        assert not any(f'href="{base}{page}"' in found for page in hidden)

    @pytest.mark.parametrize(("column", "why"), [(0.5, "counted"), (2, "outside")])
    def test_panel_tells_a_resident(self, client: Client, column: float, why: str) -> None:
        process = process_with_area()
        client.force_login(resident_at(process, column, 0.5))

        assert client.get(path_of(process)).context["told"].why == why

    def test_panel_tells_who_has_no_home_here(self, client: Client) -> None:
        process = process_with_area()
        client.force_login(UserFactory.create())

        told = client.get(path_of(process)).context["told"]

        assert (told.why, told.page) == ("no_residence", "join/")

    def test_queries_do_not_grow(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        process = process_with_area()
        LayerFactory.create_batch(4, process=process)
        ContributionFactory.create_batch(10, process=process)
        client.force_login(resident_at(process, 0.5, 0.5))

        with django_assert_max_num_queries(26):  # type: ignore[operator]
            client.get(path_of(process))


class TestSaid:
    """Only what was released, nowhere anything of the author."""

    @pytest.mark.parametrize("state", ["waiting", "refused", "held"])
    @pytest.mark.parametrize("name", ["", "?format=csv", "?format=geojson"])
    def test_hidden_words_never_come_out(self, client: Client, state: str, name: str) -> None:
        process = process_with_area()
        hidden = SubmissionFactory.create(state=state, text=HIDDEN)
        parent = ContributionFactory.create(process=process, submission=hidden)
        ContributionFactory.create(
            process=process,
            parent=parent,
            submission=SubmissionFactory.create(state="released", text=f"Reply to: {HIDDEN}"),
        )
        client.force_login(UserFactory.create())

        assert HIDDEN not in body(client, path_of(process, "said") + name)
        assert HIDDEN not in body(client, path_of(process, "answers"))

    def test_author_sees_the_own_that_wait(self, client: Client) -> None:
        process = process_with_area()
        hidden = SubmissionFactory.create(state="waiting", text=HIDDEN)
        author = UserFactory.create()
        ContributionFactory.create(process=process, submission=hidden, author=author)
        client.force_login(author)

        assert HIDDEN in body(client, path_of(process, "said"))

    @pytest.mark.parametrize("name", ["", "?format=csv", "?format=geojson"])
    def test_author_and_home_are_not_told(self, client: Client, name: str) -> None:
        process = process_with_area()
        zone = zone_with_shape(process.municipality, code="home-zone", geometry=square(0, 0))
        zone.names = {"ro": "Acasa Mea"}
        zone.save()
        author = UserFactory.create(full_name="Ana Pop")
        one = ContributionFactory.create(process=process, zone=zone, assurance=3, author=author)

        found = body(client, path_of(process, "said") + name)

        assert one.submission.text in found
        assert "Ana Pop" not in found
        assert author.email not in found
        assert "Acasa Mea" not in found

    def test_standings_are_shown_apart(self, client: Client) -> None:
        process = process_with_area()
        layer = LayerFactory.create(process=process)
        for standing in ("inside", "inside", "outside", "business"):
            ContributionFactory.create(process=process, standing=standing, layer=layer)

        page = client.get(path_of(process, "said") + "?standing=inside")

        table = {one["code"]: one["many"] for one in page.context["table"][0]["cells"]}
        assert table == {"inside": 2, "outside": 1, "business": 1, "association": 0}
        assert len(page.context["page"].object_list) == 2

    @pytest.mark.parametrize("query", ["standing=king", "layer=x", "part=-1"])
    def test_unknown_choice_is_not_found(self, client: Client, query: str) -> None:
        process = process_with_area()

        assert client.get(f"{path_of(process, 'said')}?{query}").status_code == 404

    def test_file_of_places_is_geojson(self, client: Client) -> None:
        process = process_with_area()
        one = ContributionFactory.create(process=process, geometry=square(0, 0)[0].centroid)

        found = json.loads(body(client, path_of(process, "said") + "?format=geojson"))

        feature = found["features"][0]
        assert (feature["geometry"]["type"], feature["properties"]["id"]) == ("Point", one.pk)

    def test_queries_do_not_grow(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        process = process_with_area()
        for parent in ContributionFactory.create_batch(10, process=process):
            ContributionFactory.create(process=process, parent=parent)
        client.force_login(UserFactory.create())

        with django_assert_max_num_queries(22):  # type: ignore[operator]
            client.get(path_of(process, "said"))
