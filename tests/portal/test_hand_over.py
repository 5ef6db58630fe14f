"""A hand-over through all apps: roles and unfinished rounds, as a whole or not at all."""

import pytest
from django.core.exceptions import ValidationError

from departments.acts import Act
from departments.models import Membership
from portal.handover import hand_all_over
from sign_registry.models import CrewRound, RoundStop, Sign
from tests.factories.departments import NOON, TODAY, act_of, changes, member
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create()


def walk(town: Municipality, person: Membership, *, is_done: bool) -> CrewRound:
    """A round of one sign."""
    name = "walked" if is_done else "to walk"
    row = CrewRound.objects.create(municipality=town, name=name, planned_on=TODAY, member=person)
    sign = Sign.objects.create(municipality=town, number=1 + is_done, purpose="rating")
    done_on = TODAY if is_done else None
    RoundStop.objects.create(round=row, sign=sign, position=1, done_on=done_on)
    return row


def test_unfinished_rounds_pass_and_walked_ones_keep_their_name(town: Municipality) -> None:
    leaver, successor = member(town, "crew"), member(town, "crew_lead")
    open_round = walk(town, leaver, is_done=False)
    done_round = walk(town, leaver, is_done=True)
    summary = hand_all_over(
        municipality=town, leaver=leaver.user, successor=successor.user, act=act_of(town)
    )
    open_round.refresh_from_db()
    done_round.refresh_from_db()
    assert [one.count for one in summary.held] == [1]
    assert open_round.member is not None
    assert (open_round.member.user, open_round.member.role) == (successor.user, "crew")
    assert done_round.member == leaver


def test_the_summary_says_the_same_and_changes_nothing(town: Municipality) -> None:
    leaver, successor = member(town, "crew"), member(town, "press")
    open_round = walk(town, leaver, is_done=False)
    summary = hand_all_over(
        municipality=town,
        leaver=leaver.user,
        successor=successor.user,
        act=act_of(town),
        is_trial=True,
    )
    open_round.refresh_from_db()
    assert [one.count for one in summary.held] == [1]
    assert open_round.member == leaver
    assert changes(town) == []


def test_what_is_refused_leaves_the_rounds_where_they_are(town: Municipality) -> None:
    last = member(town, "administrator")
    open_round = walk(town, last, is_done=False)
    with pytest.raises(ValidationError, match="last administrator"):
        hand_all_over(municipality=town, leaver=last.user, successor=None, act=Act(last.user, NOON))
    open_round.refresh_from_db()
    assert open_round.member == last
