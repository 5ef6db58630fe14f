"""Legal notices: what blocks publishing, who may go against it, and proofs that stay."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from consultations.models import LegalNotice, Process
from consultations.services.law import (
    Fault,
    NoticePlan,
    faults,
    kept_days,
    override,
    set_notice,
    unanswered,
)
from consultations.services.law_proofs import record_proof
from consultations.services.law_texts import notice_text, statement_text
from tests.factories.consultations import ContributionFactory, PhaseFactory, ProcessFactory
from tests.factories.departments import (
    NOON,
    TODAY,
    CalendarFactory,
    CalendarVersionFactory,
    DepartmentFactory,
    member,
)
from tests.factories.zones import MunicipalityFactory
from zones.models import SettingChange

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LINK = "https://town.example/stara/consultations/1/notice/"


def bulgarian_town() -> Any:
    return MunicipalityFactory.create(
        country="BG",
        languages=["bg"],
        names={"bg": "Загора"},
        timezone="Europe/Sofia",
        modules=["consultations"],
    )


def draft(**fields: Any) -> Process:
    town = fields.pop("municipality", None) or bulgarian_town()
    given = {"names": {"bg": "Наредба"}, "texts": {"bg": "За паркирането."}, **fields}
    return ProcessFactory.create(municipality=town, state="draft", published_at=None, **given)


def plan(**fields: Any) -> NoticePlan:
    given = {
        "regime": "bg-normative-act",
        "announced_on": TODAY,
        "decides_on": TODAY + 60 * DAY,
        "responsible": "Мария Иванова",
        "send_to": "office@town.example",
        **fields,
    }
    return NoticePlan(**given)


def keep(process: Process, **fields: Any) -> LegalNotice:
    return set_notice(process=process, plan=plan(**fields), actor=process.created_by, now=NOON)


def codes(found: list[Fault]) -> dict[str, bool]:
    return {one.code: one.is_blocking for one in found}


def publish(process: Process, now: dt.datetime = NOON) -> Process:
    process.state, process.published_at = "published", now
    process.save()
    return process


def head_of(process: Process, **fields: Any) -> User:
    user: User = member(process.municipality, "head", **fields).user
    return user


def test_without_a_law_the_planner_is_only_asked_to_choose_one() -> None:
    assert codes(faults(draft(), NOON)) == {"no_regime": False}


def test_a_lawful_plan_has_no_fault_and_none_asks_for_nothing() -> None:
    process = draft()
    keep(process)

    assert faults(process, NOON) == []
    keep(process, regime="none", announced_on=None)
    assert faults(process, NOON) == []


def test_a_short_term_blocks_publishing_in_bulgaria_with_a_sentence() -> None:
    process = draft()
    keep(process, proposals_until=TODAY + 20 * DAY)

    (found,) = faults(process, NOON)
    assert (found.code, found.is_blocking) == ("proposals_short", True)
    assert "30" in str(found.words)


def test_the_same_in_romania_only_warns_because_nothing_is_confirmed() -> None:
    process = ProcessFactory.create(state="draft", published_at=None)
    given = {"regime": "ro-normative-act", "decides_on": TODAY + 20 * DAY}
    keep(process, proposals_until=TODAY + 5 * DAY, **given)

    found = faults(process, NOON)
    assert {"proposals_short", "too_early", "no_proof"} == {one.code for one in found}
    assert not any(one.is_blocking for one in found)
    assert all(str(one.words) for one in found)


@pytest.mark.parametrize(
    ("fields", "code", "is_blocking"),
    [
        ({"announced_on": None}, "no_announcement", True),
        ({"announced_on": TODAY - DAY}, "backdated", True),
        ({"decides_on": TODAY + 30 * DAY}, "while_open", True),
        ({"is_shortened": True}, "no_reasons", True),
        ({"responsible": ""}, "no_responsible", False),
        ({"announced_on": dt.date(2016, 1, 4)}, "no_edition", False),
    ],
)
def test_each_fault_is_found(fields: dict[str, Any], code: str, is_blocking: bool) -> None:
    process = draft()
    keep(process, **fields)

    assert codes(faults(process, NOON))[code] is is_blocking


def test_people_must_be_able_to_speak_as_long_as_the_notice_says() -> None:
    process = draft()
    keep(process)
    phase = PhaseFactory.create(process=process, kind="draft", ends_at=NOON + 10 * DAY)

    assert codes(faults(process, NOON)) == {"closes_early": False}
    phase.ends_at = NOON + 40 * DAY
    phase.save()
    process.refresh_from_db()
    assert faults(process, NOON) == []


def test_a_law_of_another_country_and_bad_reasons_are_refused() -> None:
    process = draft()

    with pytest.raises(ValidationError) as refused:
        keep(process, regime="ro-normative-act")
    assert refused.value.error_dict["regime"][0].code == "unknown_regime"
    with pytest.raises(ValidationError):
        keep(process, is_shortened=True, shortened_why={"en": "only in English"})
    assert not LegalNotice.objects.exists()


def test_days_are_counted_by_the_calendar_of_the_department_and_kept() -> None:
    town = MunicipalityFactory.create(modules=["consultations"])
    calendar = CalendarFactory.create(municipality=town)
    office = DepartmentFactory.create(municipality=town, calendar=calendar)
    process = draft(municipality=town, department=office)
    notice = keep(process, regime="ro-normative-act")
    before = kept_days(notice)

    off = {"day": (TODAY + DAY).isoformat(), "is_working": False}
    CalendarVersionFactory.create(calendar=calendar, overlay=[off])

    assert kept_days(LegalNotice.objects.get(pk=notice.pk)) == before
    assert "too_early" not in codes(faults(process, NOON))
    again = kept_days(keep(process, regime="ro-normative-act"))
    assert again.wait is not None
    assert before.wait is not None
    assert again.wait.sure > before.wait.sure
    assert again.digest != before.digest


def test_what_was_announced_stays_and_only_later_days_can_be_set() -> None:
    process = draft()
    until = kept_days(keep(process)).proposals_until
    assert until is not None
    publish(process)

    for fields in ({"announced_on": TODAY + DAY}, {"regime": "none"}, {"is_shortened": True}):
        with pytest.raises(ValidationError) as refused:
            keep(process, **fields)
        assert refused.value.error_dict[next(iter(fields))][0].code == "published"
    with pytest.raises(ValidationError) as refused:
        keep(process, proposals_until=until - DAY)
    assert refused.value.error_dict["proposals_until"][0].code == "shorter"
    longer = keep(process, proposals_until=until + 10 * DAY)
    assert kept_days(longer).earliest == until + 11 * DAY


def test_a_head_goes_against_what_blocks_with_a_reason_until_a_day_changes() -> None:
    process = draft()
    notice = keep(process, proposals_until=TODAY + 20 * DAY)
    head = head_of(process)

    override(notice=notice, why={"bg": " Наводнение. "}, actor=head, now=NOON)

    notice.refresh_from_db()
    assert codes(faults(process, NOON)) == {"proposals_short": False}
    assert (notice.overridden_by, notice.overridden_why) == (head, {"bg": "Наводнение."})
    keep(process, proposals_until=TODAY + 19 * DAY)
    assert codes(faults(process, NOON)) == {"proposals_short": True}
    changes = SettingChange.objects.filter(subject="legal_notice")
    assert changes.count() == 3


@pytest.mark.parametrize("role", ["administrator", "planner", "handler"])
def test_only_heads_go_against_the_law(role: str) -> None:
    process = draft()
    notice = keep(process, proposals_until=TODAY + 20 * DAY)
    user = member(process.municipality, role).user

    with pytest.raises(PermissionDenied):
        override(notice=notice, why={"bg": "Защо"}, actor=user, now=NOON)


def test_a_head_of_another_department_may_not_but_that_of_this_one_may() -> None:
    process = draft()
    notice = keep(process, proposals_until=TODAY + 20 * DAY)
    other = DepartmentFactory.create(municipality=process.municipality)

    with pytest.raises(PermissionDenied):
        override(
            notice=notice,
            why={"bg": "Защо"},
            actor=head_of(process, department=other),
            now=NOON,
        )
    own = head_of(process, department=process.department)
    override(notice=notice, why={"bg": "Защо"}, actor=own, now=NOON)
    assert codes(faults(process, NOON)) == {"proposals_short": False}


def test_going_against_nothing_or_without_a_reason_is_refused() -> None:
    process = draft()
    notice, head = keep(process), head_of(process)

    with pytest.raises(ValidationError) as refused:
        override(notice=notice, why={"bg": "Защо"}, actor=head, now=NOON)
    assert refused.value.code == "nothing"
    notice = keep(process, proposals_until=TODAY + DAY)
    with pytest.raises(ValidationError) as refused:
        override(notice=notice, why={"bg": "  "}, actor=head, now=NOON)
    assert refused.value.error_dict["why_bg"][0].code == "required"


def prove(notice: LegalNotice, **fields: Any) -> Any:
    given = {"channel": "site", "published_on": TODAY, "where": "town.example/drafts", **fields}
    actor = notice.process.created_by
    return record_proof(notice=notice, link=LINK, actor=actor, now=NOON, **given)


def test_a_proof_keeps_the_words_and_their_digest_and_a_change_does_not_touch_it() -> None:
    process = draft()
    notice = keep(process)
    proof = prove(notice)

    assert proof.sha256 == hashlib.sha256(proof.text.encode()).hexdigest()
    assert proof.text == notice_text(notice, "bg", LINK).plain
    assert "Мария Иванова" in proof.text
    keep(process, responsible="Иван Петров")
    proof.refresh_from_db()
    assert "Петров" not in proof.text
    assert type(proof).append_only


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"channel": "radio"}, "unknown_channel"),
        ({"published_on": TODAY + DAY}, "future"),
        ({"where": " "}, "required"),
        ({"where": "x" * 401}, "too_long"),
    ],
)
def test_a_proof_that_says_nothing_is_refused(fields: dict[str, Any], code: str) -> None:
    notice = keep(draft())

    with pytest.raises(ValidationError) as refused:
        prove(notice, **fields)
    ((error,),) = refused.value.error_dict.values()
    assert error.code == code


def test_a_proof_of_another_own_site_answers_for_an_earlier_announcement() -> None:
    process = draft()
    notice = keep(process, announced_on=TODAY - 3 * DAY)
    assert codes(faults(process, NOON)) == {"backdated": True}

    prove(notice, published_on=TODAY - 3 * DAY)

    assert faults(process, NOON) == []


def test_channels_of_romania_are_asked_for_and_a_late_one_is_told() -> None:
    process = ProcessFactory.create(state="draft", published_at=None)
    notice = keep(process, regime="ro-normative-act", announced_on=TODAY - 2 * DAY)
    for channel, day in (("site", 2), ("seat", 2), ("media", 1)):
        prove(notice, channel=channel, published_on=TODAY - day * DAY)

    found = [one.code for one in faults(process, NOON)]
    assert found.count("no_proof") == 1
    assert found.count("late_channel") == 1


def test_a_debate_that_was_asked_for_is_due() -> None:
    process = ProcessFactory.create(state="draft", published_at=None)
    given = {"regime": "ro-normative-act", "debate_asked_on": TODAY}
    keep(process, **given)

    assert "debate_due" in codes(faults(process, NOON))
    keep(process, **given, debate_on=TODAY + 5 * DAY)
    assert "debate_due" not in codes(faults(process, NOON))


def test_after_the_term_answers_and_the_statement_are_watched() -> None:
    process = draft()
    notice = keep(process)
    publish(process)
    phase = PhaseFactory.create(process=process, kind="draft", ends_at=NOON + 35 * DAY)
    given = {"process": process, "phase": phase}
    said = ContributionFactory.create(**given)
    ContributionFactory.create(**given, parent=said)
    ContributionFactory.create(**given, submission__state="waiting")
    later = NOON + 40 * DAY

    assert codes(faults(process, NOON)) == {}
    assert codes(faults(process, later)) == {"no_statement": False, "unanswered": False}
    assert list(unanswered(process)) == [said]
    prove(notice, channel="statement")
    assert codes(faults(process, later)) == {"unanswered": False}


def test_the_statement_shows_only_what_was_released() -> None:
    process = draft()
    keep(process)
    ContributionFactory.create(process=process, submission__text="Повече дървета")
    waiting = ContributionFactory.create(process=process, submission__text="тайна")
    waiting.submission.state = "waiting"
    waiting.submission.save()

    text = statement_text(process, "bg")
    assert "Повече дървета" in text
    assert "тайна" not in text


def test_the_notice_names_the_area_the_terms_and_where_to_write() -> None:
    process = draft()
    notice = keep(process, proposals_until=TODAY + 33 * DAY)

    text = notice_text(replace_none(notice), "bg", LINK)
    assert (text.authority, text.title) == ("Загора", "Наредба")
    words = {line.text for line in text.lines}
    assert {"За паркирането.", "office@town.example", LINK, "Мария Иванова"} <= words


def replace_none(notice: LegalNotice) -> LegalNotice:
    """The same row read again, as pages do."""
    return LegalNotice.objects.select_related("process").get(pk=notice.pk)


def test_faults_take_few_queries(django_assert_max_num_queries: Any) -> None:
    process = publish(draft())
    keep(process, announced_on=TODAY)
    ContributionFactory.create_batch(3, process=process)
    read = Process.objects.select_related("municipality").get(pk=process.pk)

    with django_assert_max_num_queries(6):
        faults(read, NOON + 40 * DAY)
