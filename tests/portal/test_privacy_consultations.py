"""Erasing leaves what was said as that of nobody, and the numbers of a vote as they are."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from consultations.models import (
    Contribution,
    Response,
    ResponseValue,
    Roll,
    RollEntry,
    Support,
)
from consultations.phases import PhaseKind
from portal.privacy.erasing import erase
from portal.privacy.holding import exported
from portal.privacy.retention import keep_no_longer
from residents.models import Residence, Resident
from submissions.models import Submission
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    ContributionFactory,
    PhaseFactory,
    QuestionFactory,
)
from tests.factories.departments import NOON
from tests.factories.residents import ResidenceFactory
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import spot

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def taken_part() -> User:
    """Somebody who wrote, supported, filled in a survey and voted."""
    user: User = UserFactory.create()
    said = ContributionFactory.create(
        author=user, geometry=spot(1, 1), submission__text="quokka idea"
    )
    other = ContributionFactory.create(process=said.process, submission__text="wombat idea")
    Support.objects.create(contribution=other, user=user)
    question = QuestionFactory.create(phase__process=said.process, kind="text")
    filled = Response.objects.create(
        phase=question.phase, user=user, standing="inside", answered_on=NOON.date()
    )
    words = SubmissionFactory.create(text="quokka answer")
    ResponseValue.objects.create(
        response=filled, question=question, submission=words, geometry=spot(1, 1)
    )
    home = ResidenceFactory.create(resident__user=user, resident__birth_year=1977)
    vote = PhaseFactory.create(process=said.process, kind=PhaseKind.VOTE)
    roll = Roll.objects.create(phase=vote, made_at=NOON, digest=b"d" * 32, salt=b"s" * 32)
    RollEntry.objects.create(roll=roll, resident=home.resident, why="counted", channel="online")
    return user


def test_the_file_of_a_person_holds_words_and_that_they_voted_and_no_choice() -> None:
    said = exported(taken_part())

    assert "quokka idea" in said
    assert "quokka answer" in said
    assert '"channel": "online"' in said
    assert "wombat idea" not in said
    assert "consultations.Ballot" not in said


def test_who_is_erased_leaves_answers_of_nobody_and_the_numbers_of_the_vote() -> None:
    user = taken_part()

    erase(user=user, now=timezone.now())

    assert not Submission.objects.filter(text__contains="quokka").exists()
    assert Submission.objects.filter(text="wombat idea").exists()
    assert not Contribution.objects.filter(author=user).exists()
    assert set(ResponseValue.objects.values_list("geometry", flat=True)) == {None}
    assert list(Response.objects.values_list("user", flat=True)) == [None]
    assert not Support.objects.filter(user=user).exists()
    assert not Residence.objects.filter(resident__user=user).exists()
    assert RollEntry.objects.filter(channel="online").count() == 1
    left = User.objects.get(pk=user.pk)
    assert (left.email, left.full_name, left.is_active) == ("", "", False)
    assert Resident.objects.get(user=user).birth_year is None


def test_who_is_on_no_roll_is_gone() -> None:
    user: User = UserFactory.create()
    said = ContributionFactory.create(author=user)
    ResidenceFactory.create(resident__user=user)

    assert erase(user=user, now=timezone.now()).is_gone

    said.refresh_from_db()
    assert (said.author, said.submission.text) == (None, "")
    assert not Resident.objects.exists()


def test_rolls_end_after_two_years_and_surveys_name_nobody_after_one() -> None:
    taken_part()
    end = NOON + 10 * DAY

    kept = keep_no_longer(now=end + 365 * DAY)
    assert (kept["rolls"], kept["surveys"]) == (0, 0)
    assert keep_no_longer(now=end + 366 * DAY)["surveys"] == 1
    assert keep_no_longer(now=end + 731 * DAY)["rolls"] == 1

    assert Roll.objects.exists(), "the digest that was published stays"
    assert not RollEntry.objects.exists()
    assert list(Response.objects.values_list("user", flat=True)) == [None]


def test_nobody_else_is_forgotten() -> None:
    user, other = taken_part(), UserFactory.create()

    erase(user=other, now=timezone.now())

    assert Contribution.objects.filter(author=user).exists()
    assert Submission.objects.filter(text="quokka answer").exists()
