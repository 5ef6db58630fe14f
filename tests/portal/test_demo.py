"""One-click sign-in and its letters: there in a demonstration, absent everywhere else."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.security import signed_in_with_second_factor
from departments.models import Membership
from outbox.mailbox import Mailbox
from portal.views.demo import START_PAGES, start_path, with_own_links
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.residents import ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Mailbox:
    """A demonstration with an empty mailbox."""
    settings.MEGDAN_DEMO = True
    settings.MEGDAN_MAIL_FOLDER = tmp_path / "mail"
    return Mailbox(tmp_path / "mail")


def write(box: Mailbox, text: str, subject: str = "Hello") -> str:
    """Put a letter into the box."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "t@town.example", "a@town.example", subject
    letter.set_content(text)
    return box.keep(letter.as_bytes())


def test_an_invented_person_signs_in_by_one_click(client: Client, demo: Mailbox) -> None:
    membership = MembershipFactory.create()
    assert membership.user.full_name in client.get("/demo/").content.decode()
    answer = client.post("/demo/sign-in/", {"user": membership.user.email})
    assert answer["Location"] == f"/{membership.municipality.slug}/town/"
    assert client.session["_auth_user_id"] == str(membership.user.pk)


def test_a_demo_sign_in_counts_as_a_second_factor(client: Client, demo: Mailbox) -> None:
    membership = MembershipFactory.create()
    client.post("/demo/sign-in/", {"user": membership.user.email})
    request = RequestFactory().get("/")
    request.session, request.user = client.session, membership.user
    assert signed_in_with_second_factor(request)


def test_a_person_of_two_towns_comes_to_the_chosen_one(client: Client, demo: Mailbox) -> None:
    first = MembershipFactory.create()
    second = MembershipFactory.create(user=first.user)
    chosen = {"user": first.user.email, "membership": second.pk}
    assert client.post("/demo/sign-in/", chosen)["Location"] == start_path(second)


@pytest.mark.parametrize("role", Membership.Role.values)
def test_every_role_begins_on_a_page_that_exists(client: Client, demo: Mailbox, role: str) -> None:
    membership = MembershipFactory.create(role=role)
    answer = client.post("/demo/sign-in/", {"user": membership.user.email}, follow=True)
    assert answer.status_code == 200


def test_a_page_that_the_town_switched_off_is_not_led_to() -> None:
    membership = MembershipFactory.create(role="handler")
    town = membership.municipality
    assert start_path(membership) == f"/{town.slug}/staff/"
    town.modules = ["reports"]
    assert start_path(membership) == f"/{town.slug}/desk/"


def test_a_page_that_is_not_built_is_not_led_to(monkeypatch: pytest.MonkeyPatch) -> None:
    membership = MembershipFactory.create()
    monkeypatch.setitem(START_PAGES, membership.role, "not/built/yet/")
    assert start_path(membership) == f"/{membership.municipality.slug}/staff/"


def test_nobody_real_can_be_chosen(client: Client, demo: Mailbox) -> None:
    real = MembershipFactory.create(user=UserFactory.create(email="mayor@town.ro")).user
    assert client.post("/demo/sign-in/", {"user": real.email}).status_code == 404


def test_outside_a_demonstration_there_is_no_such_page(
    client: Client, demo: Mailbox, settings: Settings
) -> None:
    settings.MEGDAN_DEMO = False
    person = MembershipFactory.create().user
    name = write(demo, "Hello")
    for page in ("/demo/", "/demo/mail/", f"/demo/mail/{name}/"):
        assert client.get(page).status_code == 404
    assert client.post("/demo/sign-in/", {"user": person.email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_letters_are_listed_newest_first_and_read(client: Client, demo: Mailbox) -> None:
    write(demo, "First text", "First")
    name = write(demo, "Second text <b>", "Second")
    page = client.get("/demo/mail/").content.decode()
    assert page.index("Second") < page.index("First")
    assert "Second text &lt;b&gt;" in client.get(f"/demo/mail/{name}/").content.decode()


def test_the_list_has_pages(client: Client, demo: Mailbox) -> None:
    for number in range(51):
        write(demo, "text", f"Letter {number}")
    assert len(client.get("/demo/mail/").context["letters"]) == 50
    assert len(client.get("/demo/mail/?page=2").context["letters"]) == 1


@pytest.mark.parametrize("name", ["..%2f..%2fsecret_key", "../secret_key", "secret_key", "%00"])
def test_no_other_file_can_be_read(client: Client, demo: Mailbox, name: str) -> None:
    write(demo, "text")
    (demo.folder.parent / "secret_key").write_text("hush")
    (demo.folder / "secret_key").write_text("hush")
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_only_own_links_can_be_followed() -> None:
    text = "See http://us.example/a/?b=1&c=2. Not http://evil.example/ or http://us.example.evil/x"
    shown = with_own_links(text, "http://us.example")
    assert shown.count("<a ") == 1
    assert '<a href="/a/?b=1&amp;c=2">http://us.example/a/?b=1&amp;c=2</a>.' in shown


def test_an_invented_resident_signs_in_and_the_crowd_does_not(
    client: Client, demo: Mailbox
) -> None:
    shown = ResidentFactory.create(user__email="resident@roman.example")
    crowd = ResidentFactory.create(user__email="r1@roman.residents.invalid")

    assert "resident" in client.get("/demo/").content.decode()
    answer = client.post("/demo/sign-in/", {"resident": crowd.pk})
    assert answer.status_code == 404
    answer = client.post("/demo/sign-in/", {"resident": shown.pk})
    assert answer["location"] == f"/{shown.municipality.slug}/"
