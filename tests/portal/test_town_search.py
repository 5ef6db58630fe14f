"""Search by words: forgiving letters, the better fit first, and nothing that is not public."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from geo.matching.finding import asked_words, likeness
from incidents.models import Incident
from portal.town_search import find_words
from tests.factories.consultations import ProcessFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.notifications import AnnouncementFactory
from tests.factories.sites import SiteFactory
from tests.factories.zones import MunicipalityFactory, spot
from tests.portal.test_nearby import works
from zones.models import Municipality

NOW = timezone.now()
ENGLISH = {"accept-language": "en"}
MODULES = ["ratings", "notices", "consultations", "reports"]


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman", modules=MODULES)


def found(town: Municipality, question: str) -> dict[str, list[str]]:
    groups = find_words(town, question, now=NOW)
    return {one.kind.code: [row.title for row in one.rows] for one in groups}


@pytest.mark.parametrize(
    ("question", "title", "language"),
    [
        ("piata", "Piața din Mărăței", "ro"),
        ("PIAŢA", "piața", "ro"),
        ("маратеи", "Mărăței", "ro"),
        ("kazanski", "Спряна вода в „Казански“", "bg"),
        ("Voda Kazan", "Спряна вода в „Казански“", "bg"),
        ("цар", "New asphalt on bul. Tsar Simeon", "bg"),
        ("car simeon", "бул. „Цар Симеон Велики“", "bg"),
    ],
)
def test_letters_are_forgiven(question: str, title: str, language: str) -> None:
    assert likeness(asked_words(question, language), [title], [], language)


@pytest.mark.parametrize("question", ["", "  ", "…", "qwertz", "piata qwertz", "ta"])
def test_a_word_that_is_nowhere_finds_nothing(question: str) -> None:
    asked = asked_words(question, "ro")
    assert not likeness(asked, ["Piața mare"], ["Despre piață"], "ro")


def test_the_title_tells_more_than_the_text_and_a_word_more_than_its_beginning() -> None:
    asked = asked_words("parc", "ro")
    scores = [
        likeness(asked, ["Un parc"], [], "ro"),
        likeness(asked, ["Un parcaj"], [], "ro"),
        likeness(asked, [""], ["lângă parc"], "ro"),
        likeness(asked, [""], ["un parcaj"], "ro"),
    ]
    assert scores == sorted(set(scores), reverse=True)


@pytest.mark.django_db
def test_each_kind_is_found_by_its_words(town: Municipality) -> None:
    AnnouncementFactory.create(
        municipality=town, titles={"en": "Fountain repaired"}, published_at=NOW
    )
    ProcessFactory.create(municipality=town, names={"en": "A fountain for the park"})
    works(town, spot(1, 1), names={"en": "Fountain", "ro": "Fântână"})
    SiteFactory.create(municipality=town, names={"en": "Fountain square"})
    incident = reported(town, words="The fountain leaks.")
    Incident.objects.filter(pk=incident.pk).update(is_released=True, status="working")

    kinds = found(town, "fountain")

    assert set(kinds) == {"news", "consultations", "works", "ratings"}
    assert found(town, "fântână")["works"] == ["Fountain"]


@pytest.mark.django_db
def test_what_is_not_public_or_of_another_town_is_never_found(town: Municipality) -> None:
    hidden = {"en": "Canary"}
    other = MunicipalityFactory.create(slug="other", modules=MODULES)
    for where in (town, other):
        is_here = where == town
        AnnouncementFactory.create(
            municipality=where, titles=hidden, published_at=NOW,
            state="draft" if is_here else "sent",
        )  # fmt: skip
        ProcessFactory.create(
            municipality=where, names=hidden, state="draft" if is_here else "published"
        )
        works(where, spot(1, 1), names=hidden, is_public=not is_here)
        SiteFactory.create(municipality=where, names=hidden, is_staff_sensitive=is_here)
        incident = reported(where, words="Canary")
        Incident.objects.filter(pk=incident.pk).update(is_released=not is_here, status="working")

    assert found(town, "canary") == {}
    assert found(other, "canary")


@pytest.mark.django_db
def test_words_of_a_report_that_wait_for_release_are_not_found(town: Municipality) -> None:
    category = CategoryFactory.create(municipality=town, names={"en": "Noise"})
    incident = reported(town, category=category, words="Canary sings at night.")
    Incident.objects.filter(pk=incident.pk).update(is_released=True, status="working")

    assert "reports" not in found(town, "canary")
    assert "reports" in found(town, "noise")


@pytest.mark.django_db
def test_a_kind_whose_module_is_off_is_left_out(town: Municipality) -> None:
    AnnouncementFactory.create(municipality=town, titles={"en": "Fountain"}, published_at=NOW)
    town.modules = ["ratings"]

    assert "news" not in found(town, "fountain")


@pytest.mark.django_db
def test_the_page_groups_and_pages_what_it_found(client: Client, town: Municipality) -> None:
    for number in range(23):
        AnnouncementFactory.create(
            municipality=town, titles={"en": f"Fountain {number}"},
            published_at=NOW - dt.timedelta(hours=number),
        )  # fmt: skip

    first = client.get("/roman/search/?q=fountain", headers=ENGLISH).content.decode()
    first = first.partition("<main")[2]
    second = client.get("/roman/search/?q=fountain&kind=news&page=2", headers=ENGLISH)

    assert "All 23" in first
    assert first.count("/roman/news/") == 5
    assert second.content.decode().partition("<main")[2].count("/roman/news/") == 3
    assert client.get("/roman/search/?q=fountain&kind=x&page=9").status_code == 200


@pytest.mark.django_db
def test_a_search_asks_the_same_number_of_questions_for_many_rows(
    client: Client, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        AnnouncementFactory.create(
            municipality=town, titles={"en": f"Fountain {number}"}, published_at=NOW
        )
        works(town, spot(1, 1), names={"en": f"Fountain {number}"})
        ProcessFactory.create(municipality=town, names={"en": f"Fountain {number}"})
        SiteFactory.create(municipality=town, names={"en": f"Fountain {number}"})
        incident = reported(town, words="Fountain")
        Incident.objects.filter(pk=incident.pk).update(is_released=True, status="working")

    with django_assert_max_num_queries(24):
        client.get("/roman/search/?q=fountain")
