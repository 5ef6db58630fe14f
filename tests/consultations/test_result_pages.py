"""The result on pages and in files: nothing before it is open, the same winners everywhere."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from consultations.models import CountRun, Phase
from consultations.phases import PhaseKind
from consultations.services.counting_votes import count_vote, override_count, publish_result
from departments.models import Membership
from tests.consultations.counted_votes import closed_vote, project
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.consultations import DAY, PhaseFactory
from tests.factories.departments import NOON
from zones.models import Municipality

pytestmark = pytest.mark.django_db
COSTS = {"A": 60, "B": 50, "C": 30}
VOTES = [(6, ["A", "B"], None), (5, ["C"], None), (1, ["B"], None)]
PAGES = ("result/", "result.pb", "recount.html", "result/?format=csv", "result/?format=geojson")


def page(phase: Phase, name: str) -> str:
    return f"/{phase.process.municipality.slug}/consultations/{phase.process_id}/{name}"


def plan(phase: Phase, name: str) -> str:
    return f"/{phase.process.municipality.slug}/plan/consultations/{phase.process_id}/{name}"


def counted(phase: Phase) -> CountRun:
    return count_vote(phase=phase, actor=UserFactory.create(), now=NOON)


@pytest.fixture
def vote() -> Phase:
    return closed_vote(COSTS, VOTES)


def staff(client: Client, town: Municipality, role: str = Membership.Role.PLANNER) -> None:
    user = UserFactory.create()
    MembershipFactory.create(user=user, municipality=town, role=role)
    client.force_login(user)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def body(response: object) -> str:
    content = getattr(response, "streaming_content", None)
    parts = b"".join(content) if content else response.content  # type: ignore[attr-defined]
    return parts.decode()


def test_before_the_result_is_open_nothing_is_told(client: Client, vote: Phase) -> None:
    counted(vote)
    answer = client.get(page(vote, "result/"))
    assert answer.status_code == 200
    assert "map-places" not in body(answer)
    for name in PAGES[1:]:
        assert client.get(page(vote, name)).status_code == 404


def test_while_another_vote_runs_nothing_is_told(client: Client, vote: Phase) -> None:
    publish_result(count_run=counted(vote), now=NOON)
    PhaseFactory.create(process=vote.process, kind=PhaseKind.VOTE, settings=vote.settings)
    for name in PAGES[1:]:
        assert client.get(page(vote, name)).status_code == 404


def test_everybody_gets_the_same_winners(client: Client, vote: Phase, tmp_path: Path) -> None:
    publish_result(count_run=counted(vote), now=NOON)
    table = body(client.get(page(vote, "result/?format=csv")))
    assert [line.split(",")[0] for line in table.splitlines()[1:] if ",yes," in line] == ["B", "C"]
    features = json.loads(body(client.get(page(vote, "result/?format=geojson"))))["features"]
    assert [one["properties"]["wins"] for one in features] == ["yes", "yes", "no"]
    path = tmp_path / "result.pb"
    path.write_text(body(client.get(page(vote, "result.pb"))), "utf-8")
    out = StringIO()
    call_command("count_budget", str(path), json=True, stdout=out)
    assert json.loads(out.getvalue())["winners"] == ["B", "C"]


def test_the_page_shows_projects_reasons_and_the_digest(client: Client, vote: Phase) -> None:
    run = counted(vote)
    publish_result(count_run=run, now=NOON)
    shown = body(client.get(page(vote, "result/")))
    assert bytes(run.digest).hex() in shown
    for code in COSTS:
        assert page(vote, f"projects/{project(vote, code).pk}/") in shown


def test_a_decision_against_the_count_stands_beside_it(client: Client, vote: Phase) -> None:
    run = counted(vote)
    language = vote.process.municipality.languages[0]
    override_count(
        count_run=run,
        project=project(vote, "A"),
        wins=True,
        reasons={language: "The council said so."},
        actor=UserFactory.create(),
        now=NOON,
    )
    publish_result(count_run=run, now=NOON)
    assert "The council said so." in body(client.get(page(vote, "result/")))
    table = body(client.get(page(vote, "result/?format=csv")))
    assert next(line for line in table.splitlines() if line.startswith("A,")).split(",")[6:8] == [
        "no",
        "yes",
    ]


def test_the_recount_page_asks_nobody(client: Client, vote: Phase) -> None:
    publish_result(count_run=counted(vote), now=NOON)
    answer = client.get(page(vote, "recount.html"))
    assert answer["Content-Disposition"].startswith("attachment")
    text = body(answer)
    assert "default-src 'none'" in text
    assert "<link" not in text
    assert "src=" not in text


def test_a_planner_counts_publishes_and_decides(client: Client, vote: Phase) -> None:
    staff(client, vote.process.municipality)
    assert client.get(plan(vote, "count/")).status_code == 200
    assert client.post(plan(vote, "count/"), {"step": "count"}).status_code == 302
    run = CountRun.objects.get()
    language = vote.process.municipality.languages[0]
    sent = {"step": "override", "project": "B", f"reasons_{language}": "Not lawful."}
    assert client.post(plan(vote, "count/"), sent).status_code == 302
    assert run.overrides.get().wins is False
    assert client.post(plan(vote, "count/"), {"step": "publish"}).status_code == 302
    assert client.get(page(vote, "result.pb")).status_code == 200
    assert client.get(plan(vote, "count/")).status_code == 200


def test_a_running_vote_shows_its_officials_nothing(client: Client) -> None:
    running = closed_vote(COSTS, VOTES, ends_at=NOON + DAY)
    staff(client, running.process.municipality)
    client.post(plan(running, "count/"), {"step": "count"})
    assert not CountRun.objects.exists()
    assert client.get(plan(running, "count/")).status_code == 200


@pytest.mark.parametrize("name", ["count/", "simulate/"])
def test_others_do_not_count(client: Client, vote: Phase, name: str) -> None:
    staff(client, vote.process.municipality, Membership.Role.CREW)
    assert client.get(plan(vote, name)).status_code == 403
    assert client.post(plan(vote, name), {"step": "count"}).status_code == 403


def test_rules_are_compared_on_an_invented_vote(client: Client, vote: Phase) -> None:
    staff(client, vote.process.municipality)
    assert client.get(plan(vote, "simulate/")).status_code == 200
    shown = client.post(plan(vote, "simulate/"), {"source": "example"})
    assert shown.status_code == 200
    assert [one["winners"] for one in shown.context["outcomes"]] == [6, 7, 9, 9]
    assert len(shown.context["zones"]) == 4


def test_rules_are_compared_on_an_own_file_and_a_former_vote(client: Client, vote: Phase) -> None:
    run = counted(vote)
    publish_result(count_run=run, now=NOON)
    staff(client, vote.process.municipality)
    former = client.post(plan(vote, "simulate/"), {"source": f"vote-{run.pk}"})
    file = SimpleUploadedFile("own.pb", run.text.encode())
    own = client.post(plan(vote, "simulate/"), {"source": "own", "file": file})
    assert former.context["outcomes"] == own.context["outcomes"]
    assert own.context["voters"] == 12


@pytest.mark.parametrize("content", [b"\xff\xfe", b"META\nkey;value\n", b""])
def test_a_file_that_is_none_is_refused_in_words(
    client: Client, vote: Phase, content: bytes
) -> None:
    staff(client, vote.process.municipality)
    file = SimpleUploadedFile("own.pb", content)
    answer = client.post(plan(vote, "simulate/"), {"source": "own", "file": file})
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_reader(
    client: Client, vote: Phase
) -> None:
    staff(client, vote.process.municipality)
    file = SimpleUploadedFile("own.pb", b"META\nkey;value\nbudget;much\nPROJECTS\nVOTES\n")
    asked = {"source": "own", "file": file}
    answer = client.post(plan(vote, "simulate/"), asked, headers={"accept-language": "ro"})
    said = " ".join(answer.context["form"].errors["file"])
    assert "vote_type trebuie să fie unul dintre" in said
