"""The daily letter: once a day, at the chosen hour, with everything and why."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from departments.models import Works
from notifications.models import Announcement, Mute, Notice, Preference
from notifications.services.digests import send_digests
from notifications.services.preferences import mute, note_bounce
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.departments import DepartmentFactory
from tests.factories.notifications import AnnouncementFactory, PreferenceFactory
from tests.factories.residents import ResidentFactory
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality

pytestmark = pytest.mark.django_db
FIVE = dt.datetime(2026, 5, 4, 14, tzinfo=dt.UTC)  # 17:00 in the town
MORNING = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="roman", sign_origin="https://roman.example")


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="ana@mail.example", language="en")


def told(town: Municipality, user: User, title: str = "Pipes", **given: Any) -> Notice:
    values = {"reason": {"why": "home"}, "told_at": MORNING, "way": "digest"}
    values |= {name: given.pop(name) for name in ("reason", "told_at", "way") if name in given}
    announcement = AnnouncementFactory.create(
        municipality=town, titles={"en": title, "ro": f"{title} ro"}, **given
    )
    return Notice.objects.create(announcement=announcement, user=user, **values)


def letters() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.order_by("pk"))


def test_everything_of_the_day_is_one_letter_grouped_by_why(town: Municipality, user: User) -> None:
    told(town, user, "Whole town", reason={"why": "town"})
    told(town, user, "At home", reason={"why": "near", "metres": 100, "of": "works"})
    told(town, user, "At school", reason={"why": "follow", "name": "School"})

    assert send_digests(now=FIVE) == 1

    [letter] = letters()
    order = [letter.body.index(title) for title in ("At home", "At school", "Whole town")]
    assert order == sorted(order)
    assert "because your street is within 100 m of the works" in letter.body
    assert "because you follow “School”" in letter.html.replace("&#x27;", "'")
    assert letter.body.count("https://roman.example/roman/news/") == 6  # to read, and to mute
    assert letter.unsubscribe_url.startswith("https://roman.example/roman/unsubscribe/")
    assert letter.queue == "roman"


def test_called_again_nothing_is_written_again(town: Municipality, user: User) -> None:
    told(town, user)
    send_digests(now=FIVE)

    assert send_digests(now=FIVE + dt.timedelta(minutes=15)) == 0
    assert len(letters()) == 1


def test_what_comes_later_waits_for_the_next_day(town: Municipality, user: User) -> None:
    told(town, user, "First")
    send_digests(now=FIVE)
    told(town, user, "Second")

    assert send_digests(now=FIVE + dt.timedelta(hours=2)) == 0
    assert send_digests(now=FIVE + dt.timedelta(days=1)) == 1
    assert "Second" in letters()[1].body
    assert "First" not in letters()[1].body


def test_nothing_to_tell_is_no_letter(town: Municipality, user: User) -> None:
    PreferenceFactory.create(municipality=town, user=user, is_daily=True)

    assert send_digests(now=FIVE) == 0


@pytest.mark.parametrize(("hour", "count"), [(8, 1), (9, 1), (10, 0)])
def test_the_chosen_hour_is_kept(town: Municipality, user: User, hour: int, count: int) -> None:
    PreferenceFactory.create(municipality=town, user=user, is_daily=True, digest_hour=hour)
    told(town, user)

    assert send_digests(now=MORNING) == count  # 09:00 in the town


def test_before_the_usual_hour_whoever_never_chose_hears_nothing(
    town: Municipality, user: User
) -> None:
    told(town, user)

    assert send_digests(now=MORNING) == 0


def test_it_speaks_the_readers_language_and_else_the_towns(town: Municipality, user: User) -> None:
    stranger = UserFactory.create(language="")
    told(town, user)
    told(town, stranger)

    send_digests(now=FIVE)

    assert [letter.language for letter in letters()] == ["en", "ro"]
    assert "Pipes ro" in letters()[1].body


@pytest.mark.parametrize("state", ["withdrawn", "stopped"])
def test_what_was_withdrawn_is_left_out(town: Municipality, user: User, state: str) -> None:
    told(town, user, "Gone", state=state)
    told(town, user, "Stays")

    send_digests(now=FIVE)

    assert "Gone" not in letters()[0].body
    assert "Stays" in letters()[0].body


def test_works_muted_since_are_left_out(town: Municipality, user: User) -> None:
    works = Works.objects.create(
        municipality=town,
        owner=DepartmentFactory.create(municipality=town),
        kind="repair",
        names={"en": "Pipes"},
        geometry=spot(1, 1),
        starts_on=FIVE.date(),
        created_at=FIVE,
    )
    one = told(town, user, works=works)
    Mute.objects.create(user=user, works=works, muted_at=FIVE)

    assert send_digests(now=FIVE) == 0
    one.refresh_from_db()
    assert one.way == "page"


def test_muting_takes_it_out_of_the_letter_at_once(town: Municipality, user: User) -> None:
    one = told(town, user)

    mute(user=user, announcement=one.announcement, now=FIVE)

    one.refresh_from_db()
    assert one.way == "page"
    assert send_digests(now=FIVE) == 0


def test_who_ended_the_letters_finds_it_on_the_page(town: Municipality, user: User) -> None:
    PreferenceFactory.create(municipality=town, user=user, by_email=False, digest_hour=9)
    one = told(town, user)

    assert send_digests(now=FIVE) == 0
    one.refresh_from_db()
    assert one.way == "page"


def test_each_town_writes_its_own_letter(town: Municipality, user: User) -> None:
    elsewhere = MunicipalityFactory.create()
    told(town, user)
    told(elsewhere, user)

    assert send_digests(now=FIVE) == 2


def test_two_hundred_and_one_people_are_all_reached_in_few_questions(
    town: Municipality, django_assert_max_num_queries: Any
) -> None:
    announcement = AnnouncementFactory.create(municipality=town)
    people = UserFactory.create_batch(201)
    Notice.objects.bulk_create(
        Notice(announcement=announcement, user=one, way="digest", told_at=MORNING) for one in people
    )

    with django_assert_max_num_queries(40):
        assert send_digests(now=FIVE) == 201


def test_a_letter_that_came_back_for_good_switches_letters_off(
    town: Municipality, user: User
) -> None:
    ResidentFactory.create(municipality=town, user=user)

    assert note_bounce(recipient="Ana@Mail.example", now=FIVE) == 1

    chosen = Preference.objects.get(user=user)
    assert (chosen.by_email, chosen.bounced_at) == (False, FIVE)
    assert note_bounce(recipient="nobody@mail.example", now=FIVE) == 0
    assert Announcement.objects.count() == 0
