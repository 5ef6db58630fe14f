"""Authors take their words back; writers in surveys hear what moderators decided."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from consultations.models import (
    BudgetProject,
    Contribution,
    LegalNotice,
    OfficialAnswer,
    Question,
    Support,
)
from consultations.phases import PhaseKind
from consultations.present.voices import counts_of
from consultations.services.law import unanswered
from consultations.services.moderating import decide
from consultations.services.responding import Given, respond
from consultations.services.supporting import toggle_support
from consultations.services.taking_back import take_back
from outbox.models import OutboxMessage
from submissions.models import Submission
from tests.consultations.surveys import ask, resident, running
from tests.consultations.test_speaking import process_with_area, refusal, said
from tests.factories.accounts import UserFactory
from tests.factories.consultations import DAY, PhaseFactory, ProcessFactory
from tests.factories.departments import NOON, member
from tests.factories.zones import spot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def released(**fields: Any) -> Contribution:
    """An idea with a place that everybody may read."""
    one = said(
        process_with_area(),
        UserFactory.create(),
        kind="idea",
        place=spot(0.5, 0.5),
        speaks_as="business",
        organisation="A bakery",
        **fields,
    )
    return decide(contribution=one, state="released", actor=UserFactory.create(), now=NOON)


def test_public_words_leave_a_line_and_nothing_of_their_author() -> None:
    one = released()
    toggle_support(contribution=one, user=UserFactory.create(), now=NOON)
    author = one.author
    assert author is not None

    take_back(contribution=one, author=author, now=NOON)

    one.refresh_from_db()
    one.submission.refresh_from_db()
    left = (one.author, one.zone, one.assurance, one.organisation, one.geometry, one.place_words)
    assert left == (None, None, None, "", None, {})
    assert one.submission.text == ""
    assert one.taken_back_at == NOON
    assert not Support.objects.exists()
    assert counts_of(one.process)["all"] == 0
    assert not unanswered(one.process).exists()


def test_words_nobody_saw_go_wholly() -> None:
    process, author = process_with_area(), UserFactory.create()
    one = said(process, author, kind="comment")

    assert take_back(contribution=one, author=author, now=NOON) is None

    assert not Contribution.objects.exists()
    assert Submission.objects.get().text == ""


def test_a_legal_notice_keeps_the_line_of_what_was_never_shown() -> None:
    process, author = process_with_area(), UserFactory.create()
    LegalNotice.objects.create(process=process, regime="none")
    one = said(process, author, kind="comment")

    take_back(contribution=one, author=author, now=NOON)

    one = Contribution.objects.select_related("submission").get()
    assert one.author is None
    assert one.words == gettext("Taken back by its author.")


def test_replies_and_the_answer_of_the_town_stay_on_the_page(client: Client) -> None:
    one = released()
    reply = said(one.process, UserFactory.create(), text="Good idea", parent=one)
    decide(contribution=reply, state="released", actor=UserFactory.create(), now=NOON)
    OfficialAnswer.objects.create(
        process=one.process,
        contribution=one,
        outcome="taken",
        texts={"ro": "Am luat-o"},
        answered_by=UserFactory.create(),
        answered_at=NOON,
    )
    assert one.author is not None

    take_back(contribution=one, author=one.author, now=NOON)

    slug = one.process.municipality.slug
    page = client.get(reverse("consultations:said", args=[slug, one.process_id])).content.decode()
    answers = client.get(reverse("consultations:answers", args=[slug, one.process_id]))
    assert "More trees" not in page
    assert "A bakery" not in page
    with translation.override("ro"):
        gone = gettext("Taken back by its author.")
    for words in ("Good idea", "Am luat-o", gone):
        assert words in page
    assert gone in answers.content.decode()
    assert OfficialAnswer.objects.filter(contribution=one).exists()


def test_nobody_answers_or_supports_what_was_taken_back() -> None:
    one = released()
    assert one.author is not None
    take_back(contribution=one, author=one.author, now=NOON)
    one.refresh_from_db()

    assert refusal(one.process, UserFactory.create(), parent=one) == ["unknown"]
    with pytest.raises(ValidationError) as refused:
        toggle_support(contribution=one, user=UserFactory.create(), now=NOON)
    assert refused.value.code == "unknown"


def test_words_are_taken_back_once_and_by_their_author_alone() -> None:
    one = released()
    author = one.author
    assert author is not None

    with pytest.raises(ValidationError) as strange:
        take_back(contribution=one, author=UserFactory.create(), now=NOON)
    take_back(contribution=one, author=author, now=NOON)
    with pytest.raises(ValidationError) as again:
        take_back(contribution=one, author=author, now=NOON)

    assert (strange.value.code, again.value.code) == ("own", "twice")


@pytest.mark.parametrize(("state", "ends", "is_kept"), [
    ("proposed", DAY, False), ("feasible", DAY, True), ("proposed", -DAY / 2, True),
])  # fmt: skip
def test_a_proposal_goes_with_its_project_until_somebody_works_on_it(
    state: str, ends: Any, is_kept: bool
) -> None:
    process, author = ProcessFactory.create(), UserFactory.create()
    PhaseFactory.create(process=process, kind=PhaseKind.DEBATE)
    one = said(process, author, kind="comment")
    PhaseFactory.create(
        process=process, kind=PhaseKind.PROPOSALS, starts_at=NOON - DAY, ends_at=NOON + ends
    )
    BudgetProject.objects.create(
        process=process, code="P1", contribution=one, names={"ro": "X"}, cost=1, state=state
    )

    if is_kept:
        with pytest.raises(ValidationError) as refused:
            take_back(contribution=one, author=author, now=NOON)
        assert refused.value.code == "proposal"
    else:
        take_back(contribution=one, author=author, now=NOON)

    assert BudgetProject.objects.exists() == is_kept


def test_the_page_asks_first_and_only_the_author_finds_it(client: Client) -> None:
    one = released()
    path = reverse(
        "consultations:take_back", args=[one.process.municipality.slug, one.process_id, one.pk]
    )
    client.force_login(UserFactory.create())
    strange = client.get(path), client.post(path)
    assert one.author is not None
    client.force_login(one.author)
    asked = client.get(path)

    done = client.post(path)

    assert [answer.status_code for answer in strange] == [404, 404]
    assert "More trees" in asked.content.decode()
    assert done.status_code == 302
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("state", "mails"), [("refused", 1), ("released", 1)])
def test_who_wrote_in_a_survey_hears_what_was_decided(
    client: Client, state: str, mails: int
) -> None:
    phase = running()
    question = ask(phase, Question.Kind.TEXT)
    person = resident(phase)
    respond(phase=phase, answers={question.code: Given(text="Benches")}, user=person, now=NOON)
    town = phase.process.municipality
    staff = member(town, "moderator").user
    client.force_login(staff)
    value = question.values.get()
    OutboxMessage.objects.all().delete()

    client.post(
        reverse("consultations:survey_words", args=[town.slug]),
        {"words": value.pk, "state": state, "reason": "A name stands in it."},
    )

    told = OutboxMessage.objects.filter(recipient=person.email)
    assert told.count() == mails
    assert ("A name stands in it." in told.get().body) == (state == "refused")
    assert staff.email not in told.get().body
