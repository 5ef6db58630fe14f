"""What everybody sees of notices, and what programs read: published ones of this town only."""

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from notifications.models import Announcement, Attachment
from tests.factories.departments import NOON, member
from tests.factories.notifications import AnnouncementFactory, TargetAreaFactory
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db

HIDDEN = ("draft", "waiting", "scheduled", "stopped")
PATHS = ("news/", "news.rss", "news.ics", "news/?format=csv", "news/?format=geojson")


@pytest.fixture
def town() -> Municipality:
    """A town with one part that has a name."""
    row = MunicipalityFactory.create()
    zone_with_shape(row, code="n1", geometry=square(0, 0))
    return row


def news(town: Municipality, title: str = "Water off", **fields: Any) -> Announcement:
    """A published notice with a date."""
    fields = {"starts_at": NOON, "ends_at": NOON + dt.timedelta(hours=2), **fields}
    return AnnouncementFactory.create(municipality=town, titles={"en": title}, **fields)


def read(client: Client, town: Municipality, path: str, **headers: Any) -> bytes:
    """What an address of the town answers."""
    answer = client.get(f"/{town.slug}/{path}", **headers)
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_published_shows_nowhere(
    client: Client, town: Municipality, path: str, state: str
) -> None:
    one = news(town, "Hidden words", state=state)
    assert b"Hidden words" not in read(client, town, path)
    assert client.get(f"/{town.slug}/news/{one.pk}/").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_news_of_another_town_show_nowhere(client: Client, town: Municipality, path: str) -> None:
    other = news(MunicipalityFactory.create(), "Foreign words")
    assert b"Foreign words" not in read(client, town, path)
    assert client.get(f"/{town.slug}/news/{other.pk}/").status_code == 404


def test_markup_in_a_title_stays_words(client: Client, town: Municipality) -> None:
    one = news(town, "<script>alert(1)</script>")
    for path in ("news/", f"news/{one.pk}/"):
        assert b"<script>alert(1)" not in read(client, town, path)
    feed = ET.fromstring(read(client, town, "news.rss"))
    assert feed.findtext("channel/item/title") == "<script>alert(1)</script>"


def test_a_withdrawn_notice_says_just_that_and_leads_to_its_correction(
    client: Client, town: Municipality
) -> None:
    gone = news(
        town, "Wrong words", state="withdrawn", withdrawn_at=NOON, withdrawn_why="Wrong street."
    )
    right = news(town, "Right words", corrects=gone)
    page = read(client, town, f"news/{gone.pk}/").decode()
    assert "Wrong words" not in page
    assert "Wrong street." in page
    assert f"/{town.slug}/news/{right.pk}/" in page
    assert b"Wrong words" not in read(client, town, "news/")


def test_the_list_is_narrowed_by_place_and_topic(client: Client, town: Municipality) -> None:
    zone = town.zone_kinds.get().zones.get()
    here = TargetAreaFactory.create(municipality=town, geometry=square(0.2, 0.2, 0.1, 0.1))
    there = TargetAreaFactory.create(municipality=town, geometry=square(2, 2))
    news(town, "Inside here", target=here)
    news(town, "Far away", target=there)
    news(town, "For everybody")
    news(town, "About buses", topic="traffic")
    page = read(client, town, f"news/?zone={zone.pk}&topic=works").decode()
    assert "Inside here" in page
    assert "For everybody" in page
    assert "Far away" not in page
    assert "About buses" not in page


@pytest.mark.parametrize("asked", ["topic=weather", "zone=abc", "zone=999999"])
def test_an_unknown_choice_is_not_found(client: Client, town: Municipality, asked: str) -> None:
    assert client.get(f"/{town.slug}/news/?{asked}").status_code == 404


def test_the_feed_names_stable_addresses_and_caches_may_keep_it(
    client: Client, town: Municipality
) -> None:
    one = news(town)
    answer = client.get(f"/{town.slug}/news.rss?language=en", headers={"accept-language": "bg"})
    item = ET.fromstring(answer.content).find("channel/item")
    assert item is not None
    assert item.findtext("link") == f"http://testserver/{town.slug}/news/{one.pk}/"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in answer["Vary"]
    again = client.get(
        f"/{town.slug}/news.rss?language=en", headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_calendars_hold_dates_and_say_what_was_withdrawn(
    client: Client, town: Municipality
) -> None:
    one = news(town)
    news(town, "No date", starts_at=None, ends_at=None)
    gone = news(town, "Wrong words", state="withdrawn", starts_at=dt.datetime.now(dt.UTC),
                ends_at=None)  # fmt: skip
    event = Calendar.from_ical(read(client, town, f"news/{one.pk}/event.ics")).walk("VEVENT")[0]
    assert (event.decoded("dtstart"), str(event["summary"])) == (NOON, "Water off")
    assert event.decoded("dtend") == NOON + dt.timedelta(hours=2)
    events = Calendar.from_ical(read(client, town, "news.ics")).walk("VEVENT")
    states = {str(row["uid"]).split("@")[0]: str(row["status"]) for row in events}
    assert states[f"notice-{gone.pk}"] == "CANCELLED"
    assert b"Wrong words" not in read(client, town, "news.ics")


def test_a_paper_is_a_download_and_goes_with_its_notice(
    client: Client, town: Municipality, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    one = news(town)
    paper = Attachment(announcement=one, names={"en": "Plan"})
    paper.file.save("plan.pdf", ContentFile(b"%PDF-1.7 %%EOF"))
    path = f"/{town.slug}/news/files/{paper.pk}/"
    answer = client.get(path)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer).startswith(b"%PDF")
    Announcement.objects.update(state="withdrawn")
    assert client.get(path).status_code == 404


def test_a_longer_list_takes_no_more_queries(
    client: Client, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    for _number in range(15):
        news(town)
    with django_assert_max_num_queries(14):
        client.get(f"/{town.slug}/news/")


@pytest.mark.parametrize(("role", "status"), [("press", 200), ("planner", 200), ("clerk", 403)])
def test_only_those_who_may_notify_write(
    client: Client, town: Municipality, role: str, status: int
) -> None:
    client.force_login(member(town, role).user)
    assert client.get(f"/{town.slug}/notices/new/").status_code == status
