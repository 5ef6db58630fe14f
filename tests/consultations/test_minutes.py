"""The minutes: open with the result, the same facts in each language, sealed by the register."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.documents.minutes import MinuteFacts, Seal, minutes_sheet
from consultations.models import CountRun, LegalNotice, Override, Phase, Process, Roll
from consultations.phases import PhaseKind
from consultations.services.counting_votes import count_vote
from consultations.services.minutes import minute_facts
from incidents.models import LedgerRoot
from satisfaction.documents.sheets import Sheet, as_text
from tests.consultations.counted_votes import closed_vote, project
from tests.consultations.surveys import answered, ask, over
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY, ContributionFactory, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import MunicipalityFactory

pytestmark = pytest.mark.django_db

COSTS = {"A": 60, "B": 50, "C": 30}
VOTES = [(6, ["A", "B"], None), (5, ["C"], None), (1, ["B"], None)]
ADDRESS = "https://megdan.example/town/consultations/1/"


def counted(**report: Any) -> CountRun:
    """A vote that was counted, with its roll."""
    phase = closed_vote(COSTS, VOTES)
    Roll.objects.create(
        phase=phase,
        made_at=NOON - 6 * DAY,
        digest=bytes(range(32)),
        salt=bytes(32),
        closed_at=NOON,
        report={
            "on_roll": 40,
            "entitled": 30,
            "marks": {"online": 9, "paper": 3},
            "ballots": {"online": 9, "paper": 3},
            **report,
        },
    )
    return count_vote(phase=phase, actor=UserFactory.create(), now=NOON)


def facts_of(process: Process) -> MinuteFacts:
    process = Process.objects.select_related("municipality", "department", "area").get(
        pk=process.pk
    )
    return minute_facts(process, ADDRESS)


def text_of(process: Process, language: str = "en", seal: Seal | None = None) -> str:
    sheet: Sheet = minutes_sheet(facts_of(process), language, seal)
    return f"{sheet.title}\n{as_text(sheet)}"


def page(process: Process, query: str = "", town: Any = None) -> str:
    town = town or process.municipality
    return f"/{town.slug}/consultations/{process.pk}/minutes.pdf{query}"


def with_result(process: Process) -> Phase:
    return PhaseFactory.create(process=process, kind=PhaseKind.RESULT, starts_at=NOON - DAY / 48)


def test_everything_that_proves_a_vote_stands_in_them() -> None:
    run = counted()
    process = run.phase.process

    text = text_of(process, seal=Seal(TODAY, "ab" * 32, "key-1"))

    digests = (bytes(run.digest).hex(), bytes(range(32)).hex(), "ab" * 32, "key-1")
    assert all(one in text for one in (*digests, facts_of(process).digest))
    assert re.search(r"\b40\b.*\b30\b", text)
    assert ", ".join(run.order) in text
    assert all(names in text for names in ("A · ", "B · ", "C · "))


def test_a_decision_against_the_count_stands_with_its_reason() -> None:
    run = counted()
    loser = next(code for code in COSTS if code not in run.result["winners"])
    Override.objects.create(
        count=run,
        project=project(run.phase, loser),
        wins=True,
        reasons={"ro": "Terenul s-a eliberat.", "en": "The plot became free."},
        decided_by=UserFactory.create(),
        decided_at=NOON,
    )

    assert "The plot became free." in text_of(run.phase.process)
    (found,) = [
        one
        for vote in facts_of(run.phase.process).votes
        if vote.count
        for one in vote.count.projects
        if one.code == loser
    ]
    assert (found.counted, found.wins) == (False, True)


def test_marks_and_ballots_that_differ_are_said_aloud() -> None:
    alike, unlike = counted(), counted(ballots={"online": 10, "paper": 2})

    assert "DIFFER" not in text_of(alike.phase.process)
    assert "DIFFER" in text_of(unlike.phase.process)


def test_each_language_has_the_same_facts_and_its_own_words() -> None:
    run = counted()
    process = run.phase.process

    romanian, english = text_of(process, "ro"), text_of(process, "en")

    assert facts_of(process).digest in romanian
    assert facts_of(process).digest in english
    assert process.names["ro"] in romanian
    assert process.names["en"] in english


def test_another_fact_is_another_digest() -> None:
    run = counted()
    before = facts_of(run.phase.process).digest

    Process.objects.filter(pk=run.phase.process_id).update(council_decision="HCL 12/2026")

    assert facts_of(run.phase.process).digest != before


def test_a_consultation_without_a_vote_has_minutes_too() -> None:
    process = ProcessFactory.create()
    LegalNotice.objects.create(
        process=process, regime="ro-normative-act", announced_on=dt.date(2026, 4, 1)
    )
    ContributionFactory.create(process=process)
    survey = over(process=process)
    answered(ask(survey), ["yes"], times=9)

    facts = facts_of(process)

    assert facts.said == {"contributions": 1, "answers": 0, "surveys": 0}
    assert facts.law is not None
    assert facts.law.law
    assert facts.digest in text_of(process)


@time_machine.travel(NOON, tick=False)
def test_they_are_open_as_soon_as_the_result_is_and_not_before(client: Client) -> None:
    process = counted().phase.process
    before = client.get(page(process)).status_code
    with_result(process)

    answer = client.get(page(process))

    assert (before, answer.status_code) == (404, 200)
    assert answer.content.startswith(b"%PDF")
    assert client.get(page(process)).content == answer.content


@time_machine.travel(NOON, tick=False)
def test_a_vote_that_runs_hides_them(client: Client) -> None:
    process = counted().phase.process
    with_result(process)
    PhaseFactory.create(process=process, kind=PhaseKind.VOTE)

    assert client.get(page(process)).status_code == 404


@time_machine.travel(NOON, tick=False)
def test_they_speak_the_languages_of_the_town_and_of_no_other(client: Client) -> None:
    process = counted().phase.process
    with_result(process)

    answers = [client.get(page(process, f"?language={one}")).status_code for one in ("ro", "bg")]

    assert answers == [200, 404]


@time_machine.travel(NOON, tick=False)
def test_another_town_does_not_find_them(client: Client) -> None:
    process = counted().phase.process
    with_result(process)
    other = MunicipalityFactory.create(modules=["consultations"])

    assert client.get(page(process, town=other)).status_code == 404


@time_machine.travel(NOON, tick=False)
def test_the_newest_signed_root_changes_what_is_printed(client: Client) -> None:
    process = counted().phase.process
    with_result(process)
    without = client.get(page(process)).content
    LedgerRoot.objects.create(
        municipality=process.municipality,
        day=TODAY - DAY,
        root=bytes(32),
        reports=1,
        events=1,
        previous=bytes(32),
        statement=b"{}",
        signature=bytes(64),
        key="key-1",
        signed_at=NOON - DAY,
    )

    assert client.get(page(process)).content != without
