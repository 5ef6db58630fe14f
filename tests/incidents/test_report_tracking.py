"""Following one's report by its link: what it shows, what it takes, and what a wrong link shows."""

import datetime as dt
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from incidents.models import AnswerDraft, Incident, Remark
from incidents.services.receipts import confirm_code, mark_of, term_words
from incidents.services.recording import SYSTEM, Actor, record
from incidents.services.reporting import NewReporter
from incidents.track_paths import confirm_path, follow_path
from incidents.workflow import Kind, Status
from outbox.models import OutboxMessage
from tests.factories.departments import DepartmentFactory
from tests.factories.incidents import RuleFactory, RuleSetFactory, reported
from tests.factories.submissions import picture
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality

pytestmark = pytest.mark.django_db

ANA = NewReporter(email="ana@example.org", name="Ana", language="en", is_confirmed=False)


@pytest.fixture(autouse=True)
def fresh(settings: Settings, tmp_path: Path) -> None:
    """No counter and no file of another test."""
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
def report(town: Municipality) -> Incident:
    """A report without a name, made an hour ago."""
    return reported(town, now=_now())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)


def page(client: Client, report: Incident, part: str = "") -> str:
    answer = client.get(f"/piatra/track/{report.tracking}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def ask(report: Incident, text: str = "Which pole?") -> None:
    """The department has a question."""
    Remark.objects.create(
        incident=report, kind="question", seq=report.head_seq + 1, text=text, at=_now()
    )
    record(
        incident=report,
        kind=Kind.ASKED,
        data={},
        actor=SYSTEM,
        now=_now(),
        secrets={"text": text},
    )


class TestTheLink:
    """128 bits; a wrong one shows what any wrong address shows."""

    @pytest.mark.parametrize(
        "token", ["a" * 26, "receipt", "a" * 2000, "%00", "aaaa%27--", "Ω" * 26]
    )
    def test_wrong_links_all_look_the_same(
        self, client: Client, report: Incident, token: str
    ) -> None:
        never = client.get("/piatra/track/zzzzzzzzzzzzzzzzzzzzzzzzzz/")

        answer = client.get(f"/piatra/track/{token}/")

        assert (answer.status_code, answer.content) == (404, never.content)

    def test_the_link_of_one_town_opens_nothing_in_another(
        self, client: Client, report: Incident
    ) -> None:
        MunicipalityFactory.create(slug="other", modules=["reports"])

        assert client.get(f"/other/track/{report.tracking}/").status_code == 404

    @pytest.mark.parametrize("part", ["", "receipt/", "erase/"])
    def test_nobody_else_learns_of_it(self, client: Client, report: Incident, part: str) -> None:
        answer = client.get(f"/piatra/track/{report.tracking}/{part}")

        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]

    def test_the_page_costs_the_same_for_a_long_story(
        self,
        client: Client,
        report: Incident,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(12):
            record(incident=report, kind=Kind.FOLLOWED, data={}, actor=SYSTEM, now=_now())
        page(client, report)

        with django_assert_max_num_queries(22):
            page(client, report)


class TestConfirming:
    """An address that was only typed."""

    def test_opening_the_letters_link_changes_nothing_but_the_button_does(
        self, client: Client, town: Municipality
    ) -> None:
        report = reported(town, now=_now(), reporter=ANA)
        link = confirm_path("piatra", report.pk)

        assert client.get(link).status_code == 200
        report.refresh_from_db()
        assert report.status == Status.NEW
        client.post(link)

        report.refresh_from_db()
        assert report.status == Status.TRIAGE
        assert report.reporter.confirmed_at
        assert (
            OutboxMessage.objects.filter(
                key=f"report-{report.pk}-received-r{report.reporter.pk}"
            ).exists()
            or OutboxMessage.objects.count() == 2
        )

    def test_the_code_does_the_same(self, client: Client, town: Municipality) -> None:
        report = reported(town, now=_now(), reporter=ANA)

        answer = client.post(
            f"/piatra/track/{report.tracking}/receipt/", {"code": confirm_code(report)}
        )

        report.refresh_from_db()
        assert (answer.status_code, report.status) == (302, Status.TRIAGE)

    def test_codes_cannot_be_tried_without_end(self, client: Client, town: Municipality) -> None:
        report = reported(town, now=_now(), reporter=ANA)
        path = f"/piatra/track/{report.tracking}/receipt/"

        answers = [client.post(path, {"code": f"{n:08d}"}).status_code for n in range(12)]

        assert answers == [400] * 10 + [429] * 2

    def test_a_link_nobody_signed_opens_nothing(self, client: Client, report: Incident) -> None:
        assert client.get("/piatra/track/confirm/1:abc/").status_code == 404

    def test_a_letter_of_last_month_confirms_nothing(
        self, client: Client, town: Municipality
    ) -> None:
        report = reported(town, now=_now() - dt.timedelta(days=20), reporter=ANA)

        client.post(confirm_path("piatra", report.pk))

        report.refresh_from_db()
        assert report.status == Status.NEW


class TestTheReceipt:
    """Reference, mark of the last event, and only the term that applies."""

    def test_it_says_why_no_term_runs_without_a_name(
        self, client: Client, report: Incident
    ) -> None:
        said = page(client, report, "receipt/")

        assert "Government Ordinance 27/2002" in said
        assert report.reference in said
        assert f"<code>{mark_of(report)}</code>" in said
        assert len(mark_of(report)) == 10

    def test_a_binding_term_is_said_as_the_law(self, town: Municipality) -> None:
        named = NewReporter(email="ana@example.org", language="en")
        report = reported(town, now=_now(), reporter=named)
        report.clocks.all().delete()
        report.clocks.create(
            code="answer", regime="x", started_seq=1, started_on="2026-12-01", due_on="2026-12-31",
            state="running", is_binding=True,
        )  # fmt: skip

        assert "The law asks for an answer by" in term_words(report)

    def test_what_is_not_the_towns_names_its_owner_with_telephone(
        self, client: Client, report: Incident
    ) -> None:
        owner = DepartmentFactory.create(
            municipality=report.municipality, kind="outside", phone="0233 123 456"
        )
        record(
            incident=report, kind=Kind.OUTSIDE, data={"department": owner.pk}, actor=SYSTEM,
            now=_now(),
        )  # fmt: skip

        said = page(client, report, "receipt/")

        assert owner.name in said
        assert "tel:0233123456" in said


class TestTheConversation:
    """A question of the department is answered on the page."""

    def test_an_answer_with_a_photo_is_kept(self, client: Client, report: Incident) -> None:
        ask(report)
        assert "Which pole?" in page(client, report)

        client.post(
            f"/piatra/track/{report.tracking}/reply/",
            {"text": "Number 14", "photos": BytesIO(picture(side=60))},
        )

        said = Remark.objects.get(kind="reply")
        assert (said.text, said.photos.count()) == ("Number 14", 1)
        report.refresh_from_db()
        assert report.waits_for == ""
        assert "Send the answer" not in page(client, report)

    @pytest.mark.parametrize("text", ["", " ", "x" * 5000])
    def test_nothing_and_too_much_are_refused(
        self, client: Client, report: Incident, text: str
    ) -> None:
        ask(report)

        client.post(f"/piatra/track/{report.tracking}/reply/", {"text": text})

        assert not Remark.objects.filter(kind="reply").exists()

    def test_notes_of_the_house_stay_in_the_house(self, client: Client, report: Incident) -> None:
        for kind in ("note", "asked", "opinion"):
            Remark.objects.create(
                incident=report, kind=kind, seq=2, text=f"secret {kind}", at=_now()
            )

        assert "secret" not in page(client, report)

    def test_the_answer_is_read_only_once_it_is_sent(
        self, client: Client, report: Incident
    ) -> None:
        draft = AnswerDraft.objects.create(
            incident=report, text="It is mended.", language="en", outcome="done", written_at=_now()
        )
        assert "It is mended." not in page(client, report)

        draft.step = AnswerDraft.Step.SENT
        draft.save()

        assert "It is mended." in page(client, report)

    def test_a_photo_is_shown_to_the_holder_of_its_own_link_only(
        self, client: Client, report: Incident
    ) -> None:
        ask(report)
        client.post(
            f"/piatra/track/{report.tracking}/reply/", {"photos": BytesIO(picture(side=60))}
        )
        photo = report.attachments.get(role="reply")
        other = reported(report.municipality, now=_now(), geometry=spot(3.5, 3.5))

        own = client.get(f"/piatra/track/{report.tracking}/photo/{photo.pk}/")
        assert b"".join(own.streaming_content)  # type: ignore[attr-defined]
        assert client.get(f"/piatra/track/{other.tracking}/photo/{photo.pk}/").status_code == 404


class TestErasing:
    """The reporter takes name and contact back."""

    def test_asking_changes_nothing_and_the_button_erases(
        self, client: Client, town: Municipality
    ) -> None:
        named = NewReporter(email="ana@example.org", name="Ana", language="en")
        report = reported(town, now=_now(), reporter=named, words="Ana writes from number 9")
        path = f"/piatra/track/{report.tracking}/erase/"

        client.get(path)
        assert report.reporter.email
        client.post(path)

        report.reporter.refresh_from_db()
        kept = report.reporter
        assert (kept.name, kept.email, kept.words, kept.user) == ("", "", "", None)
        assert report.events.filter(kind="erased").exists()
        assert "Ana" not in page(client, report)

    def test_no_letter_is_written_afterwards(self, client: Client, town: Municipality) -> None:
        named = NewReporter(email="ana@example.org", language="en")
        report = reported(town, now=_now(), reporter=named)
        client.post(f"/piatra/track/{report.tracking}/erase/")
        before = OutboxMessage.objects.count()
        report.refresh_from_db()

        ask(report)

        assert OutboxMessage.objects.count() == before


def test_following_by_a_letter_is_confirmed_and_ended_by_buttons(
    client: Client, report: Incident
) -> None:
    follower = report.followers.create(email="me@example.org", since=_now(), language="en")
    link = follow_path("piatra", follower.pk)

    assert "Yes, confirm" in client.get(link).content.decode()
    client.post(link, {"confirm": "1"})
    follower.refresh_from_db()
    assert follower.confirmed_at
    client.post(link, {"List-Unsubscribe": "One-Click"})

    assert not report.followers.exists()
    assert client.get(link).status_code == 404


def test_a_follower_reads_no_conversation(client: Client, report: Incident) -> None:
    ask(report, "Which flat do you live in?")
    follower = report.followers.create(email="me@example.org", since=_now(), language="en")

    said = client.get(follow_path("piatra", follower.pk)).content.decode()

    assert "Which flat" not in said
    assert report.tracking not in said
    assert "question" not in said.lower()


def test_a_report_that_joined_another_tells_what_happens_there(
    client: Client, report: Incident
) -> None:
    leader = reported(report.municipality, category=report.category, now=_now())
    record(incident=report, kind=Kind.MERGED, data={"leader": leader.pk}, actor=SYSTEM, now=_now())
    record(
        incident=leader, kind=Kind.ANSWERED, data={"outcome": "done"}, actor=Actor("relations"),
        now=dt.datetime.now(dt.UTC),
    )  # fmt: skip

    said = page(client, report)

    assert leader.reference in said
    assert "The answer was sent: done." in said


class TestTheBorder:
    """Where the disc meets two competences, one question is asked and answered on the page."""

    @pytest.fixture
    def doubtful(self, town: Municipality) -> Incident:
        rules = RuleSetFactory.create(municipality=town)
        for number, code in enumerate(("west", "east")):
            zone = zone_with_shape(town, code=code, geometry=square(2 * number, 0, 2, 4))
            office = DepartmentFactory.create(municipality=town, code=code)
            RuleFactory.create(
                rule_set=rules, position=number, code=code, zone=zone, department=office
            )
        return reported(town, geometry=spot(1.9999, 1), accuracy_m=10.0, now=_now())

    def test_the_answer_sends_the_report(self, client: Client, doubtful: Incident) -> None:
        said = page(client, doubtful, "receipt/")
        assert "One question" in said
        chosen = re.findall(r'name="choice" value="(\d+)"', said)[1]

        client.post(f"/piatra/track/{doubtful.tracking}/side/", {"choice": chosen})

        doubtful.refresh_from_db()
        assert doubtful.department is not None
        assert doubtful.department.code == "east"
        assert "One question" not in page(client, doubtful)

    @pytest.mark.parametrize("choice", ["", "0", "999999", "x", "9" * 40])
    def test_any_other_answer_is_refused(
        self, client: Client, doubtful: Incident, choice: str
    ) -> None:
        client.post(f"/piatra/track/{doubtful.tracking}/side/", {"choice": choice})

        doubtful.refresh_from_db()
        assert (doubtful.department, doubtful.waits_for) == (None, "place")
