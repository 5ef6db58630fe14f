"""Proposals for a budget: who, when, where; what everybody sees of them."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from consultations.models import BudgetProject, Contribution, Process
from consultations.phases import PhaseKind
from consultations.services.proposing import Proposal, propose
from consultations.services.speaking import Saying
from tests.consultations.counted_votes import closed_vote
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    DAY,
    BudgetProjectFactory,
    ContributionFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.departments import NOON
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import ZoneFactory, ZoneShapeFactory, spot, square

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def process() -> Process:
    found = ProcessFactory.create()
    PhaseFactory.create(process=found, kind=PhaseKind.PROPOSALS)
    return found


def proposal(**changes: object) -> Proposal:
    saying = Saying(text="There is no shade.", place=spot(0.5, 0.5))
    values = {"title": "Trees", "saying": saying, "cost": Decimal(5000), "language": "ro"}
    return Proposal(**{**values, **changes})  # type: ignore[arg-type]


def path(process: Process, name: str) -> str:
    return f"/{process.municipality.slug}/consultations/{process.pk}/{name}"


def test_a_proposal_waits_for_a_moderator(process: Process) -> None:
    made = propose(process=process, proposal=proposal(), author=UserFactory.create(), now=NOON)
    said = Contribution.objects.get()
    assert (made.code, made.state, made.contribution) == ("P1", "proposed", said)
    assert (said.kind, said.standing) == ("proposal", "outside")
    assert said.submission.state == "waiting"
    assert said.submission.text.startswith("Trees")


def test_personal_details_in_a_title_are_covered(process: Process) -> None:
    given = proposal(title="Trees, call 0740 123 456")
    made = propose(process=process, proposal=given, author=UserFactory.create(), now=NOON)
    assert "0740" not in json.dumps(made.names)


def test_a_business_is_named(process: Process) -> None:
    saying = Saying(text="A bench.", place=spot(0.5, 0.5), speaks_as="business")
    given = proposal(saying=saying)
    with pytest.raises(ValidationError):
        propose(process=process, proposal=given, author=UserFactory.create(), now=NOON)
    saying = Saying(
        text="A bench.", place=spot(0.5, 0.5), speaks_as="business", organisation="Bakery"
    )
    given = proposal(saying=saying)
    made = propose(process=process, proposal=given, author=UserFactory.create(), now=NOON)
    assert made.contribution is not None
    assert (made.contribution.standing, made.contribution.organisation) == ("business", "Bakery")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "required"),
        ({"cost": Decimal(0)}, "cost"),
        ({"saying": Saying(text="Nowhere.")}, "no_place"),
        ({"saying": Saying(text=" ", place=spot(0.5, 0.5))}, "empty"),
    ],
)
def test_what_is_no_proposal_is_refused(
    process: Process, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        propose(
            process=process, proposal=proposal(**changes), author=UserFactory.create(), now=NOON
        )
    assert code in [one.code for one in _errors(refused.value)]
    assert not BudgetProject.objects.exists()


def _errors(error: ValidationError) -> list[ValidationError]:
    if hasattr(error, "error_dict"):
        return [one for found in error.error_dict.values() for one in found]
    return list(error.error_list)


def test_a_place_outside_the_town_is_refused(process: Process) -> None:
    process.municipality.outline = square(0, 0, 1)
    saying = Saying(text="Far away.", place=spot(5, 5))
    with pytest.raises(ValidationError) as refused:
        propose(
            process=process,
            proposal=proposal(saying=saying),
            author=UserFactory.create(),
            now=NOON,
        )
    assert _errors(refused.value)[0].code == "outside"


@pytest.mark.parametrize("kind", [PhaseKind.REVIEW, PhaseKind.VOTE, PhaseKind.IDEAS])
def test_other_phases_take_no_proposals(kind: PhaseKind) -> None:
    process = ProcessFactory.create()
    PhaseFactory.create(process=process, kind=kind)
    with pytest.raises(ValidationError) as refused:
        propose(process=process, proposal=proposal(), author=UserFactory.create(), now=NOON)
    assert refused.value.code == "closed"


def test_somebody_proposes_on_the_page(client: Client, process: Process) -> None:
    assert client.get(path(process, "propose/")).status_code == 302
    client.force_login(UserFactory.create())
    assert client.get(path(process, "propose/")).status_code == 200
    place = spot(0.5, 0.5)
    sent = {
        "title": "Trees",
        "text": "There is no shade.",
        "cost": "5000",
        "drawn": place.json,
        "speaks_as": "",
    }
    assert client.post(path(process, "propose/"), {**sent, "cost": ""}).status_code == 422
    assert client.post(path(process, "propose/"), sent).status_code == 302
    made = BudgetProject.objects.get()
    assert made.geometry == place
    assert (
        path(process, f"projects/{made.pk}/")
        not in client.get(path(process, "projects/")).content.decode()
    )
    assert client.get(path(process, f"projects/{made.pk}/")).status_code == 404


def test_what_was_released_is_on_the_list_and_in_files(client: Client, process: Process) -> None:
    said = ContributionFactory.create(
        process=process,
        kind="proposal",
        submission=SubmissionFactory.create(
            text="Trees\n\nThere is no shade.", state="released", origin="consultation"
        ),
    )
    shown = BudgetProjectFactory.create(process=process, contribution=said, state="proposed")
    own = BudgetProjectFactory.create(
        process=process, state="refused", reasons={"ro": "Nu se poate."}
    )
    page = client.get(path(process, "projects/")).content.decode()
    assert f"projects/{shown.pk}/" in page
    assert f"projects/{own.pk}/" in page
    one = client.get(path(process, f"projects/{own.pk}/"), headers={"accept-language": "ro"})
    assert "Nu se poate." in one.content.decode()
    only = client.get(path(process, "projects/?state=refused")).content.decode()
    assert f"projects/{shown.pk}/" not in only
    answer = client.get(path(process, "projects/?format=geojson"))
    features = json.loads(b"".join(answer.streaming_content))["features"]  # type: ignore[attr-defined]
    assert [one["properties"]["words"] for one in features] == ["There is no shade.", ""]
    assert client.get(path(process, "projects/?format=csv")).status_code == 200
    assert client.get(path(process, "projects/?state=nothing")).status_code == 404


def test_projects_of_a_neighbourhood(client: Client, process: Process) -> None:
    zone = ZoneFactory.create(kind__municipality=process.municipality)
    ZoneShapeFactory.create(zone=zone, geometry=square(0, 0, 1))
    inside = BudgetProjectFactory.create(process=process)
    outside = BudgetProjectFactory.create(process=process, geometry=spot(5, 5))
    page = client.get(path(process, f"projects/?zone={zone.pk}")).content.decode()
    assert f"projects/{inside.pk}/" in page
    assert f"projects/{outside.pk}/" not in page


def test_who_won_is_not_told_before_the_result_is_open(client: Client) -> None:
    phase = closed_vote({"A": 10, "B": 20}, [(1, ["A"], None)], ends_at=NOON + DAY)
    BudgetProject.objects.filter(code="A").update(state="won")
    BudgetProject.objects.filter(code="B").update(state="lost")
    answer = client.get(path(phase.process, "projects/?format=csv"))
    table = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert ",won," not in table
    assert ",lost," not in table
    assert client.get(path(phase.process, "projects/?state=won")).status_code == 404


def test_a_list_costs_the_same_for_more_projects(
    client: Client, process: Process, django_assert_max_num_queries: object
) -> None:
    BudgetProjectFactory.create_batch(12, process=process)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get(path(process, "projects/"))
