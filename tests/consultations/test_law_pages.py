"""Pages of the legal notice: who may open them, what they keep, and what everybody reads."""

import csv
import datetime as dt
import hashlib
import io
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from consultations.models import LegalNotice, OfficialAnswer, Process
from consultations.services.law import NoticePlan, override, set_notice
from consultations.services.law_proofs import record_proof
from tests.factories.consultations import ContributionFactory, ProcessFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory, member
from tests.factories.notifications import TargetAreaFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FILES = ("law_sheet", "law_posters", "law_register")


@pytest.fixture
def process() -> Process:
    """A published draft ordinance of a Bulgarian town, with an area and two entrances in it."""
    town = MunicipalityFactory.create(
        country="BG",
        languages=["bg", "en"],
        names={"bg": "Загора", "en": "Zagora"},
        modules=["consultations"],
    )
    area = TargetAreaFactory.create(municipality=town)
    AddressFactory.create_batch(2, municipality=town)
    names = {"bg": "Наредба за паркирането", "en": "Parking"}
    return ProcessFactory.create(
        municipality=town, area=area, names=names, published_at=NOON, texts={"bg": "За какво."}
    )


def keep(process: Process, **fields: Any) -> LegalNotice:
    given = {"announced_on": TODAY, "responsible": "Мария", "send_to": "a@b.example", **fields}
    plan = NoticePlan("bg-normative-act", **given)
    return set_notice(process=process, plan=plan, actor=process.created_by, now=NOON)


def planner_of(process: Process) -> User:
    user: User = member(process.municipality, "planner").user
    return user


def path_of(process: Process, name: str = "law", *more: Any) -> str:
    return reverse(f"consultations:{name}", args=[process.municipality.slug, process.pk, *more])


def opened(client: Client, path: str, user: User | None = None) -> Any:
    if user is not None:
        client.force_login(user)
    with time_machine.travel(NOON, tick=False):
        return client.get(path)


def sent(client: Client, path: str, user: User, data: dict[str, Any]) -> Any:
    client.force_login(user)
    with time_machine.travel(NOON, tick=False):
        return client.post(path, data)


def test_a_planner_chooses_the_law_and_sees_the_days(client: Client, process: Process) -> None:
    planner = planner_of(process)
    data = {
        "regime": "bg-normative-act",
        "announced_on": TODAY.isoformat(),
        "decides_on": "2026-07-01",
        "responsible": "Мария",
        "send_to": "a@b.example",
    }

    assert sent(client, path_of(process), planner, data).status_code == 302

    page = opened(client, path_of(process))
    assert page.status_code == 200
    assert [one.day.isoformat() for one in page.context["story"] if one.mark == "counted"] == [
        "2026-05-31", "2026-06-03", "2026-06-04",
    ]  # fmt: skip
    assert page.context["faults"] == []
    assert page.context["doors"] == 2


def test_what_blocks_is_shown_in_the_language_of_the_town(client: Client, process: Process) -> None:
    keep(process, proposals_until=TODAY + 3 * DAY)

    page = opened(client, path_of(process), planner_of(process))
    assert 'data-fault="proposals_short"' in page.text
    assert "is-bad" in page.text


def test_a_refusal_of_the_service_stands_at_its_field(client: Client, process: Process) -> None:
    keep(process)
    data = {"regime": "bg-normative-act", "announced_on": "2026-05-05"}

    page = sent(client, path_of(process), planner_of(process), data)
    assert page.status_code == 422
    assert page.context["form"].has_error("announced_on", "published")


def test_only_what_a_law_of_the_country_knows_is_asked(client: Client, process: Process) -> None:
    fields = opened(client, path_of(process), planner_of(process)).context["form"].fields
    assert "is_shortened" in fields
    assert not {"goes_on", "debate_on"} & set(fields)

    romanian = ProcessFactory.create()
    fields = opened(client, path_of(romanian), planner_of(romanian)).context["form"].fields
    assert {"goes_on", "debate_on"} <= set(fields)
    assert "is_shortened" not in fields


def test_a_proof_is_recorded_and_everybody_can_take_its_digest_again(
    client: Client, process: Process
) -> None:
    keep(process)
    data = {"channel": "site", "published_on": TODAY.isoformat(), "where": "town.example/1"}

    answer = sent(client, path_of(process, "law_proof"), planner_of(process), data)
    assert answer.status_code == 302

    client.logout()
    proof = LegalNotice.objects.get().proofs.get()
    page = opened(client, path_of(process, "legal_notice"))
    assert proof.sha256 in page.text
    words = opened(client, path_of(process, "legal_proof", proof.pk))
    assert words["Content-Type"] == "text/plain; charset=utf-8"
    assert hashlib.sha256(words.content).hexdigest() == proof.sha256


def test_a_proof_of_tomorrow_is_refused_on_the_page(client: Client, process: Process) -> None:
    keep(process)
    data = {"channel": "site", "published_on": "2026-05-05", "where": "x"}

    page = sent(client, path_of(process, "law_proof"), planner_of(process), data)
    assert page.status_code == 422
    assert page.context["proof_form"].has_error("published_on", "future")


def test_a_head_who_is_no_planner_goes_against_it(client: Client, process: Process) -> None:
    keep(process, proposals_until=TODAY + 20 * DAY)
    head = member(process.municipality, "head", department=process.department).user
    path = path_of(process, "law_override")

    assert opened(client, path, head).context["blocks"]
    assert sent(client, path, head, {"why_bg": "Наводнение"}).status_code == 302

    client.logout()
    page = opened(client, path_of(process, "legal_notice"))
    assert "Наводнение" in page.text
    assert str(head) in page.text


def test_others_may_not_go_against_it(client: Client, process: Process) -> None:
    notice = keep(process, proposals_until=TODAY + 20 * DAY)
    elsewhere = DepartmentFactory.create(municipality=process.municipality)
    others = [
        planner_of(process),
        member(process.municipality, "administrator").user,
        member(process.municipality, "head", department=elsewhere).user,
        member(MunicipalityFactory.create(), "head").user,
    ]

    for user in others:
        answer = sent(client, path_of(process, "law_override"), user, {"why_bg": "Защо"})
        assert answer.status_code == 403
    notice.refresh_from_db()
    assert notice.overridden_at is None


@pytest.mark.parametrize("name", ["law", *FILES])
def test_pages_of_planners_are_closed_to_others(
    client: Client, process: Process, name: str
) -> None:
    keep(process)

    assert opened(client, path_of(process, name)).status_code == 302
    head = member(process.municipality, "head").user
    assert opened(client, path_of(process, name), head).status_code == 403
    other = ProcessFactory.create()
    assert opened(client, path_of(process, name), planner_of(other)).status_code == 403


@pytest.mark.parametrize("name", ["law", *FILES, "law_override", "legal_notice"])
def test_a_consultation_of_another_town_is_not_found(
    client: Client, process: Process, name: str
) -> None:
    keep(process)
    other = ProcessFactory.create().municipality
    path = reverse(f"consultations:{name}", args=[other.slug, process.pk])
    right = "head" if name == "law_override" else "planner"

    assert opened(client, path, member(other, right).user).status_code == 404


def test_the_sheet_and_the_posters_are_pdf_in_the_language_asked(
    client: Client, process: Process
) -> None:
    keep(process)
    planner = planner_of(process)

    for name in ("law_sheet", "law_posters"):
        answer = opened(client, f"{path_of(process, name)}?language=en", planner)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert answer["Content-Disposition"].endswith('-en.pdf"')
    for pile in ("0", "2", "x", "99999"):
        answer = opened(client, f"{path_of(process, 'law_posters')}?pile={pile}", planner)
        assert answer.status_code == 404


def test_without_a_law_there_are_no_files_and_no_public_notice(
    client: Client, process: Process
) -> None:
    planner = planner_of(process)

    assert opened(client, path_of(process, "law_sheet"), planner).status_code == 404
    assert opened(client, path_of(process, "law_posters"), planner).status_code == 404
    assert opened(client, path_of(process, "legal_notice")).status_code == 404


def test_the_register_has_every_proposal_and_no_words_that_were_not_released(
    client: Client, process: Process
) -> None:
    keep(process)
    said = ContributionFactory.create(process=process, submission__text="Повече дървета")
    ContributionFactory.create(
        process=process, submission__text="тайна", submission__state="waiting"
    )
    answered(said)

    answer = opened(client, path_of(process, "law_register"), planner_of(process))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["number"] for row in rows] == ["1", "2"]
    assert rows[0]["text"] == "Повече дървета"
    assert (rows[0]["reason"], rows[0]["answered"]) == ("Да, през май.", "2026-05-04")
    assert "тайна" not in text


def answered(said: Any) -> None:
    OfficialAnswer.objects.create(
        process=said.process,
        contribution=said,
        outcome="taken",
        texts={"bg": "Да, през май."},
        answered_by=said.process.created_by,
        answered_at=NOON,
    )


def test_the_public_notice_shows_answers_only_to_what_was_released(
    client: Client, process: Process
) -> None:
    keep(process)
    for text, state in (("Повече дървета", "released"), ("тайна", "refused")):
        answered(
            ContributionFactory.create(
                process=process, submission__text=text, submission__state=state
            )
        )

    page = opened(client, path_of(process, "legal_notice"))
    assert "Повече дървета" in page.text
    assert "тайна" not in page.text


def test_a_draft_has_no_public_notice(client: Client, process: Process) -> None:
    keep(process)
    Process.objects.update(state="draft")

    assert opened(client, path_of(process, "legal_notice")).status_code == 404


def test_a_proof_of_another_notice_is_not_found(client: Client, process: Process) -> None:
    keep(process)
    other = ProcessFactory.create(municipality=process.municipality, published_at=NOON)
    proof = record_proof(
        notice=keep(other),
        channel="site",
        published_on=TODAY,
        where="x",
        link="https://town.example/",
        actor=other.created_by,
        now=NOON,
    )

    assert opened(client, path_of(process, "legal_proof", proof.pk)).status_code == 404
    assert opened(client, path_of(other, "legal_proof", proof.pk)).status_code == 200


def test_the_page_takes_few_queries(
    client: Client, process: Process, django_assert_max_num_queries: Any
) -> None:
    notice = keep(process, proposals_until=TODAY + 20 * DAY)
    head = member(process.municipality, "head").user
    override(notice=notice, why={"bg": "Защо"}, actor=head, now=NOON)
    ContributionFactory.create_batch(5, process=process)
    client.force_login(planner_of(process))

    with time_machine.travel(NOON, tick=False), django_assert_max_num_queries(40):
        client.get(path_of(process))
