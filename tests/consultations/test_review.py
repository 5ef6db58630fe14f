"""The town reviews projects: reasons, costs, departments; nothing changes before a vote."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from consultations.models import BudgetProject, Process
from consultations.phases import PhaseKind
from consultations.services.reviewing import Review, add_project, review_project
from departments.models import Membership
from outbox.models import OutboxMessage
from tests.consultations.counted_votes import closed_vote
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.consultations import (
    BudgetProjectFactory,
    ContributionFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.departments import NOON, DepartmentFactory
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import spot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def process() -> Process:
    found = ProcessFactory.create()
    PhaseFactory.create(process=found, kind=PhaseKind.REVIEW)
    return found


def proposed(process: Process, state: str = "released") -> BudgetProject:
    said = ContributionFactory.create(
        process=process,
        kind="proposal",
        submission=SubmissionFactory.create(state=state, origin="consultation"),
    )
    return BudgetProjectFactory.create(process=process, contribution=said, state="proposed")


def review(process: Process, **changes: Any) -> Review:
    language = process.municipality.languages[0]
    values = {
        "state": "feasible",
        "cost": Decimal(7000),
        "names": {language: "Trees"},
        "reasons": {language: "We own the ground."},
    }
    return Review(**{**values, **changes})


def test_what_can_be_done_gets_a_cost_and_the_proposer_is_told(process: Process) -> None:
    project = review_project(project=proposed(process), review=review(process), now=NOON)
    assert (project.state, project.cost) == ("feasible", Decimal(7000))
    assert BudgetProject.objects.filter(process=process).on_ballots().get() == project
    assert OutboxMessage.objects.count() == 1


def test_a_refusal_needs_a_reason_and_tells_it(process: Process) -> None:
    project = proposed(process)
    with pytest.raises(ValidationError):
        review_project(
            project=project, review=review(process, state="refused", reasons={}), now=NOON
        )
    review_project(project=project, review=review(process, state="refused"), now=NOON)
    assert "We own the ground." in OutboxMessage.objects.get().body


def test_words_that_wait_are_not_put_on_a_ballot(process: Process) -> None:
    with pytest.raises(ValidationError) as refused:
        review_project(project=proposed(process, "waiting"), review=review(process), now=NOON)
    assert refused.value.code == "not_released"


def test_once_a_vote_has_begun_nothing_changes() -> None:
    phase = closed_vote({"A": 10}, [(1, ["A"], None)])
    project = BudgetProject.objects.get()
    with pytest.raises(ValidationError) as refused:
        review_project(project=project, review=review(phase.process), now=NOON)
    assert refused.value.code == "frozen"


def test_the_town_adds_projects_of_its_own(process: Process) -> None:
    made = add_project(process=process, review=review(process), place=spot(0.5, 0.5), now=NOON)
    other = add_project(process=process, review=review(process), place=None, now=NOON)
    assert [made.code, other.code] == ["P1", "P2"]
    assert made.contribution is None


def path(process: Process, name: str) -> str:
    return f"/{process.municipality.slug}/plan/consultations/{process.pk}/{name}"


def signed_in(client: Client, process: Process, role: str, **values: Any) -> None:
    user = UserFactory.create()
    MembershipFactory.create(user=user, municipality=process.municipality, role=role, **values)
    client.force_login(user)


def sent(process: Process, **changes: str) -> dict[str, str]:
    language = process.municipality.languages[0]
    values = {"state": "feasible", "cost": "8000", "group": "square", f"names_{language}": "Trees"}
    return {**values, f"reasons_{language}": "It can be done.", **changes}


def test_a_planner_assigns_and_decides(client: Client, process: Process) -> None:
    signed_in(client, process, Membership.Role.PLANNER)
    project = proposed(process)
    office = DepartmentFactory.create(municipality=process.municipality)
    for name in ("projects/", "projects/new/", f"projects/{project.pk}/"):
        assert client.get(path(process, name)).status_code == 200
    values = sent(process, department=str(office.pk))
    assert client.post(path(process, f"projects/{project.pk}/"), values).status_code == 302
    project.refresh_from_db()
    assert (project.state, project.group, project.department) == ("feasible", "square", office)
    values = sent(process, state="refused", **{f"reasons_{process.municipality.languages[0]}": ""})
    assert client.post(path(process, f"projects/{project.pk}/"), values).status_code == 422
    values = {**sent(process), "geometry": spot(0.5, 0.5).json}
    assert client.post(path(process, "projects/new/"), values).status_code == 302
    assert BudgetProject.objects.count() == 2
    assert client.get(path(process, "projects/?format=csv&state=feasible")).status_code == 200


def test_a_department_sees_and_decides_only_what_was_given_to_it(
    client: Client, process: Process
) -> None:
    office, other = DepartmentFactory.create_batch(2, municipality=process.municipality)
    signed_in(client, process, Membership.Role.HANDLER, department=office)
    mine, theirs = (proposed(process) for _each in range(2))
    BudgetProject.objects.filter(pk=mine.pk).update(department=office, group="park")
    BudgetProject.objects.filter(pk=theirs.pk).update(department=other)
    page = client.get(path(process, "opinions/")).content.decode()
    assert f"opinions/{mine.pk}/" in page
    assert f"opinions/{theirs.pk}/" not in page
    assert client.get(path(process, f"opinions/{theirs.pk}/")).status_code == 404
    assert client.post(path(process, f"opinions/{theirs.pk}/"), sent(process)).status_code == 404
    assert client.post(path(process, f"opinions/{mine.pk}/"), sent(process)).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.group, mine.department) == ("feasible", "park", office)
    assert client.get(path(process, "projects/")).status_code == 403


def test_projects_of_another_town_are_not_found(client: Client, process: Process) -> None:
    signed_in(client, process, Membership.Role.PLANNER)
    foreign = BudgetProjectFactory.create()
    assert client.get(path(process, f"projects/{foreign.pk}/")).status_code == 404
    town = process.municipality.slug
    address = f"/{town}/plan/consultations/{foreign.process_id}/projects/"
    assert client.get(address).status_code == 404
