"""Pages about trust: what they say, what they refuse, and what programs are told."""

import datetime as dt
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from incidents.services.ledger import publish_town
from incidents.signing import make_key
from outbox.models import OutboxMessage
from portal.accessibility_law import ANSWER_DAYS
from portal.audit import last_audit
from portal.help_pages import HELP, Help
from portal.public_pages import PAGES
from tests.browser.audit_record import Record
from tests.factories.accounts import MembershipFactory
from tests.factories.departments import NOON
from tests.factories.incidents import reported
from tests.factories.zones import MunicipalityFactory
from zones.days import civil_day
from zones.models import Municipality

ENGLISH = {"accept-language": "en"}
STATEMENT = "/piatra/accessibility/"
GOOD = {"text": "The list cannot be reached by keyboard.", "page": "/piatra/", "email": "a@b.test"}


@pytest.fixture
def town(db: None) -> Municipality:
    cache.clear()
    return MunicipalityFactory.create(
        slug="piatra",
        country="RO",
        modules=["ratings", "notices", "reports", "consultations"],
        desk_texts={"ro": "Ghișeul 3, telefon 0233 218 991"},
    )


@pytest.mark.parametrize("path", ["about/", "accessibility/", "help/"])
def test_pages_show_in_every_language(client: Client, town: Municipality, path: str) -> None:
    for language in ("en", "ro", "bg"):
        page = client.get(f"/piatra/{path}", headers={"accept-language": language})
        assert page.status_code == 200
        assert "Ghișeul 3" in page.content.decode()


def test_about_shows_the_newest_seal(
    client: Client, town: Municipality, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    make_key()
    page = client.get("/piatra/about/", headers=ENGLISH)
    assert "There is no seal yet" in page.content.decode()
    reported(town)
    *_earlier, root = publish_town(municipality=town, now=NOON + dt.timedelta(days=1))
    page = client.get("/piatra/about/", headers=ENGLISH)
    assert bytes(root.root).hex() in page.content.decode()


def test_promises_of_modules_that_are_off_are_not_made(client: Client, town: Municipality) -> None:
    town.modules = []
    town.save()
    page = client.get("/piatra/about/", headers=ENGLISH).content.decode()
    assert "A rating has no name" not in page
    assert "Nothing was rewritten" not in page
    assert "A vote is secret" not in page
    assert client.get("/piatra/help/vote/").status_code == 404
    assert client.get("/piatra/help/my-data/").status_code == 200


@pytest.mark.parametrize("topic", HELP, ids=lambda one: one.code)
def test_each_page_of_help_leads_somewhere(client: Client, town: Municipality, topic: Help) -> None:
    page = client.get(f"/piatra/help/{topic.code}/", headers=ENGLISH)
    assert page.status_code == 200
    step = client.get(f"/piatra/{topic.door[0]}")
    assert step.status_code in (200, 302)
    assert client.get("/piatra/help/nothing/").status_code == 404


def test_few_questions_are_asked(
    client: Client, town: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for path in ("about/", "accessibility/", "help/", "help/report/"):
        with django_assert_max_num_queries(5):
            client.get(f"/piatra/{path}")


def test_a_barrier_reaches_every_administrator(client: Client, town: Municipality) -> None:
    people = [MembershipFactory.create(municipality=town).user for _ in range(2)]
    MembershipFactory.create(municipality=town, role="press")
    page = client.post(STATEMENT, GOOD, headers=ENGLISH)
    letters = OutboxMessage.objects.in_queue("piatra").of_kind("barrier")
    assert sorted(letters.values_list("recipient", flat=True)) == sorted(
        one.email for one in people
    )
    letter = letters.first()
    assert letter is not None
    assert "by keyboard" in letter.body
    assert "a@b.test" in letter.body
    due = civil_day(timezone.now(), town.timezone) + dt.timedelta(days=ANSWER_DAYS)
    assert f"answers by {due.day} " in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": "x" * 2001}, {"email": "no"}, {"website": "spam"}, {"text": "a\x00b"}],
)
def test_what_is_wrong_is_said_and_not_sent(
    client: Client, town: Municipality, wrong: dict[str, str]
) -> None:
    MembershipFactory.create(municipality=town)
    assert client.post(STATEMENT, {**GOOD, **wrong}).status_code == 422
    assert not OutboxMessage.objects.of_kind("barrier").exists()


def test_a_town_without_an_administrator_says_so(client: Client, town: Municipality) -> None:
    page = client.post(STATEMENT, GOOD, headers=ENGLISH)
    assert page.status_code == 422
    assert "Nobody at the town hall" in page.content.decode()


def test_one_network_sends_few_letters(client: Client, town: Municipality) -> None:
    MembershipFactory.create(municipality=town)
    answers = [client.post(STATEMENT, GOOD).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert OutboxMessage.objects.of_kind("barrier").count() == 5


def test_the_statement_repeats_the_last_audit(client: Client, town: Municipality) -> None:
    page = client.get(STATEMENT, headers=ENGLISH).content.decode()
    audit = last_audit()
    if audit is None:
        assert "No run of the tests is recorded" in page
    else:
        assert f"<dd>{audit.violations}</dd>" in page
    assert "Autoritatea pentru Digitalizarea României" in page


def test_an_audit_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "accessibility.json"
    kept = {
        "format": 1, "date": "2026-11-23", "commit": "abc1234", "tool": "axe-core 4.14.1",
        "pages": 2, "visits": 4, "looks": ["360-dark-bg", "1280-light-ro"], "violations": 1,
    }  # fmt: skip
    file.write_text(json.dumps(kept))
    audit = last_audit(file)
    assert audit is not None
    assert (audit.pages, audit.visits, audit.violations) == (2, 4, 1)
    assert audit.languages == ["bg", "ro"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "date": "x"}'])
def test_a_broken_record_is_no_record(tmp_path: Path, text: str) -> None:
    file = tmp_path / "accessibility.json"
    file.write_text(text)
    assert last_audit(file) is None
    assert last_audit(tmp_path / "absent.json") is None


def test_security_text_names_whom_to_tell(client: Client) -> None:
    with override_settings(MEGDAN_SECURITY_CONTACT="mailto:holes@town.example"):
        text = client.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:holes@town.example"
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert timezone.now() < expires < timezone.now() + dt.timedelta(days=365)
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    with override_settings(MEGDAN_SECURITY_CONTACT=""):
        assert client.get("/.well-known/security.txt").status_code == 404


def test_robots_leave_what_is_closed_alone(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /accounts/" in text
    assert "Disallow: /*/track/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_the_sitemap_names_pages_that_open(client: Client, town: Municipality) -> None:
    found = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = [one.text or "" for one in found.iter() if one.tag.endswith("loc")]
    assert len(places) == 1 + len(PAGES)
    for place in places:
        assert client.get(place.removeprefix("http://testserver")).status_code == 200
    town.modules = []
    town.save()
    assert "/piatra/reports/" not in client.get("/sitemap.xml").content.decode()


def test_what_an_audit_writes_is_what_the_statement_reads(tmp_path: Path) -> None:
    record = Record({"about/", "help/"}, {"360-dark-bg", "1280-light-ro"}, visits=4, violations=1)
    file = tmp_path / "accessibility.json"
    file.write_text(record.as_json("abc1234+"))
    audit = last_audit(file)
    assert audit is not None
    assert (audit.pages, audit.visits, audit.violations, audit.commit) == (2, 4, 1, "abc1234+")
    assert audit.tool.startswith("axe-core 4.")
