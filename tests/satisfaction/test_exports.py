"""What leaves the house: who may take it, what is in it, and what is withheld until a day."""

import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import geopandas
import pyarrow.parquet as pq
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from departments.models import Membership
from satisfaction.charts import FORMATS
from satisfaction.exports import COLUMNS
from satisfaction.models import Alert, GroupFigure, SiteFigure, Snapshot
from satisfaction.present.pictures import What
from sign_registry.models import Site, SiteCategory
from tests.factories.accounts import MembershipFactory
from tests.factories.satisfaction import (
    AlertFactory,
    GroupFigureFactory,
    SiteFigureFactory,
    SnapshotFactory,
)
from tests.factories.sites import SiteCategoryFactory, rated_site
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role
FILES = [*(f"picture.{form}" for form in FORMATS), "text.txt", "table.csv", "table.geojson",
         "table.parquet", "export/"]  # fmt: skip
MOST_QUESTIONS = 20


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    """The sixteenth of November: October is public since a week."""
    with time_machine.travel("2026-11-16T10:00Z", tick=False):
        yield


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(outline=None)


@pytest.fixture
def snapshot(town: Municipality) -> Snapshot:
    return SnapshotFactory.create(municipality=town)


@pytest.fixture
def press(client: Client, town: Municipality) -> Client:
    client.force_login(MembershipFactory.create(municipality=town, role=Role.PRESS).user)
    return client


@pytest.fixture
def figure(snapshot: Snapshot) -> SiteFigure:
    """The town, its playgrounds, one area, and one place with a figure in October."""
    town = snapshot.municipality
    category = SiteCategoryFactory.create(municipality=town)
    site = place(category)
    zone = zone_with_shape(town, code="zone", geometry=square(0, 0))
    GroupFigureFactory.create(snapshot=snapshot)
    GroupFigureFactory.create(snapshot=snapshot, kind=GroupFigure.Kind.CATEGORY, category=category)
    GroupFigureFactory.create(snapshot=snapshot, kind=GroupFigure.Kind.ZONE, zone=zone)
    found: SiteFigure = SiteFigureFactory.create(snapshot=snapshot, site=site, category=category)
    return found


def place(category: SiteCategory, **fields: Any) -> Site:
    """A place of a kind that can be rated."""
    return rated_site(municipality=category.municipality, category=category, **fields)


def ask(client: Client, town: Municipality, path: str) -> Any:
    return client.get(f"/{town.slug}/press/{path}", headers={"accept-language": "en"})


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


@pytest.mark.parametrize("path", FILES)
def test_the_press_office_takes_everything_along(
    press: Client, town: Municipality, figure: SiteFigure, path: str
) -> None:
    assert ask(press, town, path).status_code == 200


@pytest.mark.parametrize("path", FILES)
def test_who_only_sees_figures_takes_the_table_and_nothing_else(
    client: Client, town: Municipality, figure: SiteFigure, path: str
) -> None:
    client.force_login(MembershipFactory.create(municipality=town, role=Role.OBSERVER).user)
    assert ask(client, town, path).status_code == (200 if path == "table.csv" else 403)


@pytest.mark.parametrize("path", FILES)
def test_another_towns_press_office_takes_nothing(
    client: Client, town: Municipality, figure: SiteFigure, path: str
) -> None:
    client.force_login(MembershipFactory.create(role=Role.PRESS).user)
    assert ask(client, town, path).status_code == 403


@pytest.mark.parametrize("path", FILES)
def test_a_town_without_figures_has_no_files(press: Client, town: Municipality, path: str) -> None:
    assert ask(press, town, path).status_code == 404


@pytest.mark.parametrize("what", [What.PLACES, What.CATEGORIES, What.DISTRIBUTION, What.ZONES])
@pytest.mark.parametrize("language", ["en", "ro", "bg"])
def test_a_picture_names_its_figures(
    press: Client, town: Municipality, figure: SiteFigure, what: str, language: str
) -> None:
    answer = ask(press, town, f"picture.png?what={what}&shape=square&lang={language}")
    image = Image.open(io.BytesIO(body(answer)))
    assert image.size == (1080, 1080)
    assert "month-2026-10-v1" in image.info["Source"]
    assert f"/{town.slug}/press/?span=month" in image.info["Source"]
    name = f"{town.slug}-month-2026-10-v1-{what}-square-{language}.png"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert image.info["Description"].count("7,1" if language != "en" else "7.1") >= 1


def test_a_frozen_figure_gives_the_same_file(
    press: Client, town: Municipality, figure: SiteFigure
) -> None:
    for form in FORMATS:
        first, second = (body(ask(press, town, f"picture.{form}")) for _turn in range(2))
        assert first == second


def test_a_trend_needs_two_periods(press: Client, town: Municipality, figure: SiteFigure) -> None:
    assert ask(press, town, "picture.png?what=trend").status_code == 404
    september = SnapshotFactory.create(
        municipality=town, first_day=date(2026, 9, 1), until=date(2026, 10, 1)
    )
    GroupFigureFactory.create(snapshot=september)
    answer = ask(press, town, "picture.png?what=trend&from=2026-10")
    assert "09.2026" in Image.open(io.BytesIO(body(answer))).info["Description"]


def test_invented_figures_say_so_everywhere(press: Client, town: Municipality) -> None:
    snapshot = SnapshotFactory.create(municipality=town, is_synthetic=True)
    SiteFigureFactory.create(snapshot=snapshot)
    GroupFigureFactory.create(snapshot=snapshot)
    image = Image.open(io.BytesIO(body(ask(press, town, "picture.png"))))
    assert "Invented for the demonstration." in image.info["Source"]
    assert "Invented for the demonstration." in body(ask(press, town, "text.txt")).decode()
    assert "Invented for the demonstration." in body(ask(press, town, "export/")).decode()
    assert json.loads(body(ask(press, town, "table.geojson")))["about"]["invented"] is True
    assert body(ask(press, town, "table.csv")).decode().splitlines()[1].endswith("true")


def test_figures_that_are_not_public_yet_say_from_when(press: Client, town: Municipality) -> None:
    snapshot = SnapshotFactory.create(municipality=town, public_from=date(2026, 12, 1))
    GroupFigureFactory.create(snapshot=snapshot)
    for path in ("text.txt", "export/"):
        assert "Not to be published before" in body(ask(press, town, path)).decode()


def test_the_text_is_sentence_figure_period_and_source(
    press: Client, town: Municipality, figure: SiteFigure
) -> None:
    text = body(ask(press, town, f"text.txt?site={figure.site_id}")).decode()
    assert text.startswith("In October 2026, people who voted gave “")
    assert "7.1 out of 10, between 6.4 and 7.8 (20 votes)" in text
    assert f"/press/sites/{figure.site_id}/" in text


def test_places_without_a_figure_are_in_no_file_only_their_number_is(
    press: Client, town: Municipality, figure: SiteFigure
) -> None:
    silent = place(figure.category, names={"en": "Silent place", "ro": "Loc tăcut"})
    table = json.loads(body(ask(press, town, "table.geojson")))
    assert [feature["id"] for feature in table["features"]] == [figure.site_id]
    assert table["about"]["places_without_enough_votes"] == 1
    for path in ("table.csv", "table.geojson"):
        text = body(ask(press, town, path)).decode()
        assert "Silent" not in text
        assert str(silent.code) not in text


def test_geoparquet_is_read_by_others(
    press: Client, town: Municipality, figure: SiteFigure
) -> None:
    content = body(ask(press, town, "table.parquet"))
    table = geopandas.read_parquet(io.BytesIO(content))
    assert table.crs.to_epsg() == 4326
    assert list(table.columns) == [*COLUMNS, "geometry"]
    assert table.loc[0, "score"] == 7.1
    site = figure.site.geometry
    assert site is not None
    assert table.geometry[0].coords[0] == site.coords
    about = json.loads(pq.read_schema(io.BytesIO(content)).metadata[b"about"])
    assert about["figures"] == "month-2026-10-v1"
    assert "month-2026-10-v1" in about["citation"]


def test_cells_of_the_table_start_no_formula(press: Client, town: Municipality) -> None:
    snapshot = SnapshotFactory.create(municipality=town)
    category = SiteCategoryFactory.create(municipality=town)
    site = place(category, names={"en": "=cmd|' /C calc'!A0"})
    SiteFigureFactory.create(snapshot=snapshot, site=site, category=category)
    assert "\n=cmd" not in (text := body(ask(press, town, "table.csv")).decode())
    assert ",=cmd" not in text


# --- Right of reply ------------------------------------------------------------------------------


@pytest.fixture
def alert(figure: SiteFigure) -> Alert:
    found: Alert = AlertFactory.create(site=figure.site, reply_until=date(2026, 11, 16))
    return found


@pytest.mark.parametrize("path", FILES)
def test_a_place_whose_owner_may_still_reply_is_not_published_alone(
    press: Client, town: Municipality, alert: Alert, path: str
) -> None:
    answer = ask(press, town, f"{path}?site={alert.site_id}")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "may reply until" in text
    assert "Nov. 16, 2026" in text or "November 16, 2026" in text or "16 November 2026" in text


def test_a_choice_with_no_other_place_is_that_place_alone(
    press: Client, town: Municipality, alert: Alert, figure: SiteFigure
) -> None:
    path = f"table.csv?category={figure.category.code}"
    assert ask(press, town, path).status_code == 409
    other = place(figure.category)
    SiteFigureFactory.create(snapshot=figure.snapshot, site=other, category=figure.category)
    assert ask(press, town, path).status_code == 200


def test_beside_others_the_place_is_shown(press: Client, town: Municipality, alert: Alert) -> None:
    assert ask(press, town, "table.csv").status_code == 200


@pytest.mark.parametrize("fields", [{"state": Alert.State.ANSWERED}, {"reply_until": "2026-11-15"}])
def test_after_the_reply_or_its_day_the_place_is_published(
    press: Client, town: Municipality, alert: Alert, fields: dict[str, str]
) -> None:
    Alert.objects.filter(pk=alert.pk).update(**fields)
    path = f"picture.png?what=distribution&site={alert.site_id}"
    assert ask(press, town, path).status_code == 200


# --- Hostile addresses and bounds ----------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "picture.exe", "picture.", "picture.png%00", "picture.PNG", "picture.png?what=ranking",
        "picture.png?shape=round", "picture.png?lang=xx", "picture.png?lang=../../etc",
        "text.txt?site=0", "text.txt?site=-1", f"text.txt?site={'9' * 400}", "text.txt?site=%00",
        "text.txt?site=१", f"table.csv?zone={'9' * 30}", "table.csv?category=nothing",
        "picture.png?from=2026-99", "table.xlsx", "picture.png?what=trend&site=1e3",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(
    press: Client, town: Municipality, figure: SiteFigure, path: str
) -> None:
    assert ask(press, town, path).status_code == 404


def test_a_place_of_another_town_is_not_found(
    press: Client, town: Municipality, figure: SiteFigure
) -> None:
    theirs = SiteFigureFactory.create()
    assert ask(press, town, f"text.txt?site={theirs.site_id}").status_code == 404


def test_names_of_files_hold_plain_letters_only(press: Client, town: Municipality) -> None:
    snapshot = SnapshotFactory.create(municipality=town)
    category = SiteCategoryFactory.create(municipality=town, code='x"\r\n;../й')
    GroupFigureFactory.create(snapshot=snapshot, kind=GroupFigure.Kind.CATEGORY, category=category)
    answer = ask(press, town, "text.txt?category=x%22%0D%0A;../%D0%B9")
    name = answer["Content-Disposition"].partition('filename="')[2].removesuffix('"')
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("path", FILES)
def test_questions_do_not_grow_with_the_places(
    press: Client, town: Municipality, figure: SiteFigure, path: str
) -> None:
    for number in range(12):
        site = place(figure.category, geometry=spot(0.3 + number / 50, 0.5))
        SiteFigureFactory.create(snapshot=figure.snapshot, site=site, category=figure.category)
    with CaptureQueriesContext(connection) as asked:
        body(ask(press, town, path))
    assert len(asked) <= MOST_QUESTIONS


def test_a_picture_holds_so_many_places_and_says_how_many_there_are(
    press: Client, town: Municipality, figure: SiteFigure
) -> None:
    for number in range(20):
        site = place(figure.category, names={"en": f"Place {number}"})
        SiteFigureFactory.create(snapshot=figure.snapshot, site=site, category=figure.category)
    text = body(ask(press, town, "picture.pdf?what=places"))
    assert text.startswith(b"%PDF")
    description = Image.open(io.BytesIO(body(ask(press, town, "picture.png")))).info["Description"]
    assert description.count("7.1 (6.4–7.8)") == 8
