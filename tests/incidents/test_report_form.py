"""The form of a report: the short way, what it asks, what it refuses, and what it never lets in."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from incidents.models import Category, Incident
from incidents.views import report, report_limits, report_sending
from incidents.workflow import Status
from outbox.models import OutboxMessage
from submissions.models import Submission
from tests.factories.accounts import UserFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.sites import SiteFactory
from tests.factories.submissions import picture
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Municipality

pytestmark = pytest.mark.django_db

HERE = "26.305,46.905"


@pytest.fixture(autouse=True)
def fresh(settings: Settings, tmp_path: Path) -> None:
    """No draft, no counter and no file of another test."""
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def client() -> Client:
    """A reader of English."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def town() -> Municipality:
    """A town that takes reports."""
    found: Municipality = MunicipalityFactory.create(
        slug="piatra", modules=["reports"], sign_origin="https://piatra.example"
    )
    return found


@pytest.fixture
def lamp(town: Municipality) -> Category:
    """A street lamp."""
    found: Category = CategoryFactory.create(
        municipality=town,
        code="lamp",
        names={"ro": "Lampă stinsă", "en": "Lamp out", "bg": "Неработеща лампа"},
        words={"ro": ["bec", "întuneric"], "bg": ["тъмно"]},
    )
    return found


def send(client: Client, **fields: Any) -> Any:
    """The form with a lamp in the first cell, changed by `fields`."""
    values = {"category": "lamp", "marks": HERE, "words": "Stâlpul 14", "shape": "point", **fields}
    return client.post("/piatra/report/", values, follow=False)


def test_a_town_without_reports_has_no_form(client: Client) -> None:
    MunicipalityFactory.create(slug="quiet", modules=["ratings"])

    assert client.get("/quiet/report/").status_code == 404


def test_a_plain_form_makes_a_report_and_leads_to_its_receipt(
    client: Client, lamp: Category
) -> None:
    answer = send(client)

    report = Incident.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/piatra/track/{report.tracking}/receipt/"
    assert (report.category, report.status, report.source) == (lamp, Status.TRIAGE, "web")
    page = client.get(answer["Location"])
    assert report.reference in page.content.decode()
    assert bytes(report.head_hash).hex()[:10] in page.content.decode()


def test_the_form_costs_the_same_for_many_kinds(
    client: Client, lamp: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    CategoryFactory.create_batch(20, municipality=lamp.municipality)

    with django_assert_max_num_queries(6):
        client.get("/piatra/report/")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"category": ""}, "Choose what it is about"),
        ({"category": "nothing"}, "Choose what it is about"),
        ({"marks": ""}, "Say where it is"),
        ({"marks": "26.9,46.905"}, "outside the municipality"),
        ({"marks": "nan,nan"}, ""),
        ({"marks": "<script>"}, "Mark the place"),
        ({"marks": "1,2;" * 200}, ""),
        ({"marks": "", "where": "Strada Necunoscută 77"}, "We do not find this address"),
        ({"shape": "area"}, "not reported in this shape"),
        ({"email": "no address"}, "valid email"),
        ({"words": "a\x00b"}, "Null characters"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_made(
    client: Client, lamp: Category, fields: dict[str, str], said: str
) -> None:
    answer = send(client, **fields)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Incident.objects.exists()


def test_hostile_words_stay_words(client: Client, lamp: Category) -> None:
    send(client, words="<script>alert(1)</script> ‮", category="lamp")

    report = Incident.objects.get()
    page = client.get(f"/piatra/track/{report.tracking}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_form_that_was_sent_twice_makes_one_report(client: Client, lamp: Category) -> None:
    first = send(client, once="abc")
    second = send(client, once="abc")

    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 1


def test_a_lost_answer_makes_no_second_report(client: Client, lamp: Category) -> None:
    first = send(client, once="abc")
    cache.clear()
    assert send(Client(), once="abc")["Location"] == first["Location"]


def test_two_of_the_same_moment_make_one_report(
    client: Client, lamp: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send(client, once="abc")
    looks = iter([None, Incident.objects.get()])  # the first look came too early
    monkeypatch.setattr(report, "sent_before", lambda *_asked: next(looks))
    monkeypatch.setattr(report, "same_here", lambda *_asked: report_sending.Same())
    assert send(client, once="abc")["Location"] == first["Location"]


def test_forms_without_a_mark_are_not_one(client: Client, lamp: Category) -> None:
    first = send(client)
    assert send(Client(), marks="26.315,46.905")["Location"] != first["Location"]


def test_what_was_typed_survives_a_refusal(client: Client, lamp: Category) -> None:
    assert send(client, category="", words="Half a sentence").status_code == 400

    page = client.get("/piatra/report/").content.decode()
    assert "Half a sentence" in page
    assert HERE in page
    assert not Incident.objects.exists()


def test_no_draft_shows_in_another_visit(client: Client, lamp: Category) -> None:
    send(client, category="", words="Half a sentence")

    assert "Half a sentence" not in Client().get("/piatra/report/").content.decode()


class TestPhotos:
    """Photos are drawn anew, held until the report is sent, and at most three."""

    def test_a_photo_goes_with_the_form(self, client: Client, lamp: Category) -> None:
        raw = picture(side=200)

        send(client, photos=SimpleUploadedFile("a.jpg", raw, "image/jpeg"))

        (photo,) = Incident.objects.get().attachments.filter(role="photo")
        assert photo.submission.state == Submission.State.WAITING
        assert photo.submission.sha256
        with photo.submission.file.open("rb") as kept:
            assert kept.read() != raw

    def test_a_photo_sent_before_is_held_and_then_goes_along(
        self, client: Client, lamp: Category
    ) -> None:
        answer = client.post("/piatra/report/photo/", {"photo": BytesIO(picture(side=80))})

        held = Submission.objects.get(kind="picture")
        assert (answer.status_code, held.state) == (200, Submission.State.HELD)
        send(client)
        held.refresh_from_db()
        assert held.state == Submission.State.WAITING
        assert Incident.objects.get().attachments.filter(submission=held).exists()

    def test_what_is_no_picture_is_refused_with_a_sentence(
        self, client: Client, lamp: Category
    ) -> None:
        answer = client.post("/piatra/report/photo/", {"photo": BytesIO(b"MZ not a picture")})

        assert answer.status_code == 400
        assert "not a picture" in answer.json()["detail"]
        assert not Submission.objects.exists()

    def test_a_fourth_is_refused(self, client: Client, lamp: Category) -> None:
        for _ in range(3):
            client.post("/piatra/report/photo/", {"photo": BytesIO(picture(side=40))})

        answer = client.post("/piatra/report/photo/", {"photo": BytesIO(picture(side=40))})

        assert answer.status_code == 400
        assert Submission.objects.count() == 3

    def test_one_can_be_taken_away_again(self, client: Client, lamp: Category) -> None:
        held = client.post("/piatra/report/photo/", {"photo": BytesIO(picture(side=40))}).json()

        client.post("/piatra/report/photo/", {"drop": held["photos"][0]})
        send(client)

        assert not Incident.objects.get().attachments.filter(role="photo").exists()


class TestWho:
    """Without a name where the kind allows it, by a letter that is opened, or with an account."""

    def test_an_address_waits_for_its_letter_and_nothing_happens_before(
        self, client: Client, lamp: Category
    ) -> None:
        answer = send(client, email="ana@example.org", name="Ana")

        report = Incident.objects.get()
        letter = OutboxMessage.objects.get()
        assert report.status == Status.NEW
        assert letter.recipient == "ana@example.org"
        assert report.reference in letter.body
        assert "Open its link" in client.get(answer["Location"]).content.decode()

    @pytest.mark.parametrize(("reporter", "email"), [("email", ""), ("account", "a@example.org")])
    def test_some_kinds_want_to_know_who_asks(
        self, client: Client, lamp: Category, reporter: str, email: str
    ) -> None:
        Category.objects.filter(pk=lamp.pk).update(reporter=reporter)

        assert send(client, email=email).status_code == 400
        assert not Incident.objects.exists()

    def test_an_account_needs_no_letter(self, client: Client, lamp: Category) -> None:
        user = UserFactory.create(email="ion@example.org")
        client.force_login(user)

        send(client, is_named="on")

        report = Incident.objects.get()
        assert report.status == Status.TRIAGE
        assert report.reporter.user == user

    def test_whoever_is_signed_in_may_stay_unnamed(self, client: Client, lamp: Category) -> None:
        client.force_login(UserFactory.create())

        send(client)

        assert Incident.objects.get().reporter.is_anonymous


class TestQuestions:
    """Extra questions of a kind."""

    ASKS = [
        {
            "code": "strength",
            "datatype": "singlevaluelist",
            "is_required": True,
            "names": {"en": "How strong?"},
            "values": [{"key": "drops", "names": {"en": "drops"}}],
        }
    ]

    def test_an_answer_is_kept(self, client: Client, lamp: Category) -> None:
        Category.objects.filter(pk=lamp.pk).update(questions=self.ASKS)

        send(client, **{"answer-lamp-strength": "drops"})

        assert Incident.objects.get().reporter.answers == {"strength": "drops"}

    @pytest.mark.parametrize("given", ["", "floods"])
    def test_a_missing_or_unknown_answer_is_asked_again(
        self, client: Client, lamp: Category, given: str
    ) -> None:
        Category.objects.filter(pk=lamp.pk).update(questions=self.ASKS)

        answer = send(client, **{"answer-lamp-strength": given})

        assert answer.status_code == 400
        assert "How strong?" in answer.content.decode()


def test_danger_is_said_where_the_kind_is_chosen(client: Client, lamp: Category) -> None:
    Category.objects.filter(pk=lamp.pk).update(
        is_hazard=True, danger_texts={"en": "Stay ten metres away"}
    )

    page = client.get("/piatra/report/").content.decode()

    assert "Stay ten metres away" in page
    assert page.count('href="tel:112"') == 2


@pytest.mark.parametrize("typed", ["bec", "INTUNERIC", "lampa", "lamp", "тъмно", "lmapa"])
def test_a_kind_is_found_by_the_words_of_every_language(
    client: Client, lamp: Category, typed: str
) -> None:
    CategoryFactory.create(municipality=lamp.municipality, code="dogs", names={"en": "Stray dogs"})

    answer = client.get("/piatra/report/categories/", {"q": typed})

    assert answer.json()["codes"] == ["lamp"]


def test_a_place_with_a_sign_fills_itself_in(client: Client, lamp: Category) -> None:
    site = SiteFactory.create(municipality=lamp.municipality, geometry=spot(1.5, 1.5))
    elsewhere = SiteFactory.create(geometry=spot(1.5, 1.5))

    page = client.get("/piatra/report/", {"site": site.pk})
    assert f'name="site" value="{site.pk}"' in page.content.decode()
    assert (
        "notice is-good"
        not in client.get("/piatra/report/", {"site": elsewhere.pk}).content.decode()
    )
    send(client, marks="", site=str(site.pk))

    report = Incident.objects.get()
    assert (report.site, report.source) == (site, "sign")


def test_a_network_that_sends_very_much_is_told_when_to_come_back(
    client: Client, lamp: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_sending, "REPORTS", (report_limits.Limit(2, 600),))
    codes = [send(client, marks=f"26.3{n}5,46.905", once=str(n)).status_code for n in range(4)]

    assert codes == [302, 302, 429, 429]
    refused = send(client, marks="26.335,46.925", once="later")
    assert 0 < int(refused["Retry-After"]) <= 600
    assert Incident.objects.count() == 2


class TestDuplicates:
    """What may be the same is shown first."""

    def test_a_neighbour_is_shown_and_me_too_follows_it(
        self, client: Client, lamp: Category
    ) -> None:
        before = reported(lamp.municipality, category=lamp, now=_just_now(), words="Strada e oarbă")

        shown = send(client)
        page = shown.content.decode()
        assert shown.status_code == 200
        assert "Is it one of these?" in page
        assert "oarbă" not in page  # not released, so its words are nobody's business
        client.post("/piatra/report/", {"decided": f"join-{before.uid}"})

        assert Incident.objects.count() == 1
        assert before.events.filter(kind="followed").count() == 1
        assert HERE not in client.get("/piatra/report/").content.decode()

    def test_no_means_no(self, client: Client, lamp: Category) -> None:
        reported(lamp.municipality, category=lamp, now=_just_now())
        send(client)

        answer = client.post("/piatra/report/", {"decided": "new"})

        assert answer.status_code == 302
        assert Incident.objects.count() == 2

    def test_nothing_else_can_be_followed_by_it(self, client: Client, lamp: Category) -> None:
        reported(lamp.municipality, category=lamp, now=_just_now())
        far = reported(lamp.municipality, category=lamp, now=_just_now(), geometry=spot(3.5, 3.5))
        send(client)

        answer = client.post("/piatra/report/", {"decided": f"join-{far.uid}"})

        assert answer.status_code == 400
        assert not far.events.filter(kind="followed").exists()


def _just_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
