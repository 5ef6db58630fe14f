"""The news of a week: what is told, what is not, and a letter that is written once."""

import datetime as dt
import io
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from departments.models import Membership
from outbox.delivery import Outcome, deliver_next
from outbox.models import OutboxMessage
from satisfaction.documents.sheets import as_pdf, as_text
from satisfaction.documents.week import MOST_SIGNS, SignNews, WeekNews, week_sheet
from satisfaction.present.weeks import MOST_NAMED, mondays_of, week_news
from satisfaction.services.digest import mail_weeks, press_readers
from sign_registry.models import Site
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.satisfaction import (
    MADE_AT,
    AlertFactory,
    SnapshotFactory,
    VoteBlockFactory,
    figure_of,
)
from tests.factories.signs import sign_in
from tests.factories.sites import rated_site
from tests.factories.zones import MunicipalityFactory
from tests.outbox.mail_server import running_mail_server
from zones.models import Municipality

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 2, 5, 30, tzinfo=dt.UTC)
Role = Membership.Role
SURE = {"change": 1.4, "change_low": 0.6, "change_high": 2.2, "change_state": "up"}


@pytest.fixture
def town() -> Municipality:
    """A town with votes released on the Monday."""
    row = MunicipalityFactory.create(slug="ours", mail_sender="town@town.example")
    VoteBlockFactory.create(site=rated_site(municipality=row), released_on=MONDAY)
    return row


def moved(town: Municipality, count: int, **change: Any) -> list[Site]:
    """Places with a change in the figures made on the Monday."""
    snapshot = SnapshotFactory.create(municipality=town, made_at=MADE_AT)
    sites = [rated_site(municipality=town, names={"en": f"Park {n}"}) for n in range(count)]
    for site in sites:
        figure_of(site, snapshot=snapshot, **change)
    return sites


def press_of(town: Municipality, **fields: Any) -> Membership:
    return MembershipFactory.create(municipality=town, role=Role.PRESS, **fields)


def told(town: Municipality, monday: dt.date = MONDAY, language: str = "en") -> str:
    return as_text(week_sheet(week_news(town, monday, language), language))


def test_a_week_without_certain_changes_says_so(town: Municipality) -> None:
    moved(town, 3, change=0.9, change_low=-0.3, change_high=2.1, change_state="")
    said = told(town)
    assert said.startswith("Nothing certain changed. 20 votes were newly counted.")
    assert "no change in them is certain" in said
    assert "Park" not in said


def test_only_certain_changes_are_named_and_at_most_five(town: Municipality) -> None:
    moved(town, MOST_NAMED + 2, **SURE)
    news = week_news(town, MONDAY, "en")
    assert len(news.rose) == MOST_NAMED
    assert news.fell == []
    assert told(town).count("It rose since September 2026") == MOST_NAMED


def test_figures_of_another_week_are_not_news(town: Municipality) -> None:
    moved(town, 1, **SURE)
    assert "Park" not in told(town, MONDAY + dt.timedelta(weeks=1))
    assert "0 votes" in told(town, MONDAY + dt.timedelta(weeks=1))


@pytest.mark.parametrize(
    ("released", "votes"),
    [("2026-10-26", 0), ("2026-10-27", 20), ("2026-11-02", 20), ("2026-11-03", 0)],
)
def test_a_week_is_the_seven_days_up_to_its_monday(released: str, votes: int) -> None:
    block = VoteBlockFactory.create(released_on=dt.date.fromisoformat(released))
    assert week_news(block.municipality, MONDAY, "en").votes == votes


def test_falls_and_answers_are_told(town: Municipality) -> None:
    site = rated_site(municipality=town, names={"en": "School 6"})
    AlertFactory.create(site=site, found_on=MONDAY)
    other = rated_site(municipality=town, names={"en": "Hall"})
    AlertFactory.create(
        site=other, found_on=dt.date(2026, 10, 1), state="answered",
        answered_on=MONDAY, replies={"en": "The roof is mended."},
    )  # fmt: skip
    said = told(town)
    assert "School 6: from 7.4 to 5.6" in said
    assert "Hall: The roof is mended." in said


def test_signs_are_told_by_number_and_place(town: Municipality) -> None:
    site = rated_site(municipality=town, names={"en": "Library"})
    sign = sign_in("installed", site=site, installed_on=MONDAY)
    assert f"{sign.number} · Library" in told(town)


def test_another_town_is_no_news(town: Municipality) -> None:
    moved(MunicipalityFactory.create(slug="theirs"), 2, **SURE)
    assert "Park" not in told(town)


def test_long_lists_of_signs_are_cut() -> None:
    signs = [SignNews(str(n), f"Place {n}") for n in range(MOST_SIGNS + 3)]
    news = WeekNews("Town", MONDAY, 0, 0, [], [], [], signs, [], [], 0, [], [], is_synthetic=True)
    said = as_text(week_sheet(news, "en"))
    assert "and 3 more" in said
    assert "Invented for the demonstration." in said


# --- The letter ----------------------------------------------------------------------------------


def test_the_letter_arrives_once_in_the_language_of_its_reader(
    town: Municipality, settings: Settings
) -> None:
    press_of(town, user=UserFactory.create(language="bg", email="press@town.example"))
    with running_mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        assert mail_weeks(now=NOW, news_of=week_news) == 1
        mail_weeks(now=NOW + dt.timedelta(hours=1), news_of=week_news)
        while deliver_next(now=NOW + dt.timedelta(hours=2)) is not Outcome.NOTHING_DUE:
            pass
    assert server.recipients == [["press@town.example"]]
    letter = server.letters[0]
    assert letter["Content-Language"] == "bg"
    assert "/ours/press/digest/?week=2026-11-02" in letter.get_content()
    assert letter["From"] == "town@town.example"


def test_the_next_week_is_a_letter_of_its_own(town: Municipality) -> None:
    press_of(town)
    mail_weeks(now=NOW, news_of=week_news)
    mail_weeks(now=NOW + dt.timedelta(weeks=1), news_of=week_news)
    assert OutboxMessage.objects.count() == 2


def test_only_the_press_office_is_written_to(town: Municipality) -> None:
    MembershipFactory.create(municipality=town, role=Role.OBSERVER)
    MembershipFactory.create(municipality=town, role=Role.ADMINISTRATOR)
    press_of(town, valid_until=dt.date(2026, 10, 1))
    press_of(town, user=UserFactory.create(is_active=False))
    press_of(MunicipalityFactory.create())
    assert press_readers(town, MONDAY) == []
    assert mail_weeks(now=NOW, news_of=week_news) == 0


def test_a_town_without_votes_writes_to_nobody() -> None:
    press_of(MunicipalityFactory.create())
    assert mail_weeks(now=NOW, news_of=week_news) == 0
    assert not OutboxMessage.objects.exists()


# --- The page ------------------------------------------------------------------------------------


def ask(client: Client, town: Municipality, path: str = "", role: str = Role.PRESS) -> Any:
    member = MembershipFactory.create(municipality=town, role=role)
    with time_machine.travel(NOW + dt.timedelta(weeks=30), tick=False):
        client.force_login(member.user)
        return client.get(f"/ours/press/digest/{path}", headers={"accept-language": "en"})


def test_the_page_shows_the_newest_week_and_pages_of_all(
    client: Client, town: Municipality
) -> None:
    page = ask(client, town).content.decode()
    assert "the week up to 31 May 2027" in page
    assert "Page 1 of 2" in page
    older = ask(client, town, "?week=2026-11-02&page=2").content.decode()
    assert "20 votes were newly counted" in older


@pytest.mark.parametrize("week", ["2026-11-03", "2026-10-26", "2027-06-07", "x", "2026-13-40"])
def test_a_week_that_is_not_there_is_no_page(client: Client, town: Municipality, week: str) -> None:
    assert ask(client, town, f"?week={week}").status_code == 404
    assert ask(client, town, f"{week}.pdf").status_code == 404


def test_before_the_first_votes_the_page_says_what_will_come(client: Client) -> None:
    bare = MunicipalityFactory.create(slug="ours")
    assert "No news yet" in ask(client, bare).content.decode()
    assert mondays_of(bare, MONDAY) == []


def test_whoever_sees_figures_reads_it_and_the_press_takes_it_along(
    client: Client, town: Municipality
) -> None:
    page = ask(client, town, role=Role.OBSERVER)
    assert page.status_code == 200
    assert "PDF" not in page.content.decode()
    assert ask(client, town, "2026-11-02.pdf", Role.OBSERVER).status_code == 403
    answer = ask(client, town, "2026-11-02.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0].get_textpage().get_text_range()
    assert "20 votes were newly counted." in text


def test_the_pdf_has_our_letters_and_is_the_same_each_time(town: Municipality) -> None:
    town.names = {"bg": "Стара Загора <b>&", "ro": "Piața Ștefan"}
    for language, name in (("bg", "Стара Загора <b>&"), ("ro", "Piața Ștefan")):
        sheet = week_sheet(week_news(town, MONDAY, language), language)
        content = as_pdf(sheet)
        assert content == as_pdf(sheet)
        text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
        assert name in text


def test_the_news_cost_the_same_for_many_places(
    town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    moved(town, 20, **SURE)
    with django_assert_max_num_queries(16):
        told(town)
