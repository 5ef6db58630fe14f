"""Where a notice goes from where it stands, and who may not send it alone."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from notifications.models import Announcement
from notifications.services import announcements
from notifications.services.announcements import IllegalStepError
from notifications.services.wording import AnnouncementText
from notifications.workflow import FROM, Step, goes_out_at, may_step, needs_second_person
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, WorksFactory, changes
from tests.factories.notifications import AnnouncementFactory, TargetAreaFactory
from tests.factories.zones import AddressFactory, MunicipalityFactory, spot, square
from zones.models import Municipality, TargetArea

State = Announcement.State
MINUTE = dt.timedelta(minutes=1)
DRAWN = {"op": "add", "kind": "shape", "muted": False, "label": ""}


def words(**fields: Any) -> AnnouncementText:
    """A notice in one language for the whole town."""
    given = {"titles": {"ro": "Apă oprită"}, "texts": {"ro": "Mâine."}, "topic": "water"}
    return AnnouncementText(**{**given, **fields})


def drawn_area(town: Municipality, **fields: Any) -> TargetArea:
    """An area that its lines give again."""
    recipe = [{**DRAWN, "geometry": json.loads(square(0, 0).geojson)}]
    return TargetAreaFactory.create(municipality=town, recipe=recipe, **fields)


@pytest.fixture
def town() -> Municipality:
    """A town in which one person may reach two homes."""
    return MunicipalityFactory.create(second_person_above=2, notice_delay_minutes=10)


@pytest.fixture
def writer() -> User:
    """Somebody of the press office."""
    return UserFactory.create()


def homes(town: Municipality, count: int) -> None:
    """Addresses in the first cell."""
    for number in range(count):
        AddressFactory.create(municipality=town, location=spot(0.1 + number / 100, 0.5))


def written(town: Municipality, writer: User, **fields: Any) -> Announcement:
    """A draft."""
    return announcements.write(municipality=town, values=words(**fields), actor=writer, now=NOON)


class TestRules:
    """Pure."""

    @pytest.mark.parametrize("step", list(Step))
    @pytest.mark.parametrize("state", State.values)
    def test_the_table_names_known_states_only(self, step: Step, state: str) -> None:
        assert may_step(state, step) is (state in FROM[step])
        assert FROM[step] <= set(State.values)

    def test_nothing_leaves_sooner_than_a_minute(self) -> None:
        plain: dict[str, Any] = {"now": NOON, "wanted_at": None}
        assert goes_out_at(**plain, delay_minutes=10, is_urgent=False) == NOON + 10 * MINUTE
        assert goes_out_at(**plain, delay_minutes=10, is_urgent=True) == NOON + MINUTE
        assert goes_out_at(**plain, delay_minutes=0, is_urgent=False) == NOON + MINUTE

    def test_a_wish_for_later_counts_and_one_for_sooner_does_not(self) -> None:
        later = NOON + dt.timedelta(days=2)
        given: dict[str, Any] = {"now": NOON, "delay_minutes": 10, "is_urgent": False}
        assert goes_out_at(**given, wanted_at=later) == later
        assert goes_out_at(**given, wanted_at=NOON) == NOON + 10 * MINUTE

    def test_who_reaches_more_than_the_town_allows_needs_a_second_person(self) -> None:
        assert [needs_second_person(homes, 500) for homes in (0, 500, 501, None)] == [
            False,
            False,
            True,
            True,
        ]


@pytest.mark.django_db
class TestWriting:
    """What is kept and what is refused."""

    def test_a_draft_is_kept_clean_and_its_beginning_recorded(
        self, town: Municipality, writer: User
    ) -> None:
        one = written(
            town, writer, titles={"ro": "  Apa\u0306 \r\n", "en": " "}, texts={"ro": "Da"}
        )
        assert one.titles == {"ro": "Apă"}
        assert one.state == State.DRAFT
        assert [(row.after or {})["state"] for row in changes(town)] == ["draft"]

    @pytest.mark.parametrize(
        ("fields", "field", "code"),
        [
            ({"titles": {}, "texts": {"ro": "x"}}, "names_ro", "required"),
            ({"titles": {"ro": "x"}, "texts": {}}, "texts_ro", "required"),
            ({"titles": {"ro": "x", "en": "y"}, "texts": {"ro": "x"}}, "texts_en", "required"),
            ({"titles": {"ro": "x" * 121}}, "names_ro", "too_long"),
            ({"titles": {"ro": "two\nlines"}}, "names_ro", "unreadable"),
            ({"titles": {"ro": "turned \u202e round"}}, "names_ro", "unreadable"),
            ({"texts": {"ro": "x" * 5001}}, "texts_ro", "too_long"),
            ({"topic": "weather"}, "topic", "unknown"),
            ({"urgency": "now"}, "urgency", "unknown"),
            ({"starts_at": NOON, "ends_at": NOON}, "ends_at", "backwards"),
            ({"geometry": spot(90, 0)}, "geometry", "outside"),
            ({"place_words": {"ro": "x" * 201}}, "place_ro", "too_long"),
        ],
    )
    def test_what_cannot_be_sent_is_refused_at_its_field(
        self, town: Municipality, writer: User, fields: dict[str, Any], field: str, code: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            written(town, writer, **fields)
        assert {name: found[0].code for name, found in refused.value.error_dict.items()} == {
            field: code
        }

    @pytest.mark.parametrize("name", ["target", "works", "corrects"])
    def test_nothing_of_another_town_can_be_aimed_at(
        self, town: Municipality, writer: User, name: str
    ) -> None:
        factories: dict[str, Any] = {
            "target": TargetAreaFactory,
            "works": WorksFactory,
            "corrects": AnnouncementFactory,
        }
        with pytest.raises(ValidationError) as refused:
            written(town, writer, **{name: factories[name].create()})
        assert refused.value.error_dict[name][0].code == "elsewhere"

    def test_what_was_handed_in_cannot_be_rewritten(self, town: Municipality, writer: User) -> None:
        one = AnnouncementFactory.create(municipality=town, state="waiting")
        with pytest.raises(IllegalStepError):
            announcements.write(
                municipality=town, values=words(), actor=writer, now=NOON, announcement=one
            )


@pytest.mark.django_db
class TestSteps:
    """From the draft to the end."""

    def test_few_homes_go_out_after_the_delay(self, town: Municipality, writer: User) -> None:
        homes(town, 2)
        one = announcements.hand_in(announcement=written(town, writer), actor=writer, now=NOON)
        assert (one.state, one.send_at) == (State.SCHEDULED, NOON + 10 * MINUTE)

    def test_many_homes_wait_for_a_second_person(self, town: Municipality, writer: User) -> None:
        homes(town, 3)
        one = announcements.hand_in(announcement=written(town, writer), actor=writer, now=NOON)
        assert (one.state, one.send_at) == (State.WAITING, None)

    def test_being_urgent_saves_minutes_and_no_second_person(
        self, town: Municipality, writer: User
    ) -> None:
        homes(town, 3)
        urgent = written(town, writer, urgency="urgent")
        one = announcements.hand_in(announcement=urgent, actor=writer, now=NOON)
        assert one.state == State.WAITING
        one = announcements.approve(announcement=one, actor=UserFactory.create(), now=NOON)
        assert one.send_at == NOON + MINUTE

    def test_nobody_approves_the_own_notice(self, town: Municipality, writer: User) -> None:
        homes(town, 3)
        one = announcements.hand_in(announcement=written(town, writer), actor=writer, now=NOON)
        with pytest.raises(ValidationError) as refused:
            announcements.approve(announcement=one, actor=writer, now=NOON)
        assert refused.value.code == "same_person"

    def test_the_area_is_frozen_and_decides_how_many_homes_count(
        self, town: Municipality, writer: User
    ) -> None:
        homes(town, 2)
        AddressFactory.create(municipality=town, location=spot(3.5, 3.5))
        draft = written(town, writer, target=drawn_area(town))
        one = announcements.hand_in(announcement=draft, actor=writer, now=NOON)
        assert one.state == State.SCHEDULED
        assert TargetArea.objects.get().frozen_at == NOON

    def test_an_empty_area_is_not_handed_in(self, town: Municipality, writer: User) -> None:
        draft = written(town, writer, target=drawn_area(town, geometry=None))
        with pytest.raises(ValidationError) as refused:
            announcements.hand_in(announcement=draft, actor=writer, now=NOON)
        assert refused.value.code == "no_area"

    def test_what_is_over_is_not_handed_in(self, town: Municipality, writer: User) -> None:
        draft = written(town, writer, ends_at=NOON)
        with pytest.raises(ValidationError) as refused:
            announcements.hand_in(announcement=draft, actor=writer, now=NOON)
        assert refused.value.code == "over"

    def test_it_can_be_stopped_until_it_goes_out_and_begun_again(
        self, town: Municipality, writer: User
    ) -> None:
        homes(town, 1)
        one = announcements.hand_in(announcement=written(town, writer), actor=writer, now=NOON)
        one = announcements.stop(announcement=one, actor=writer, now=NOON)
        assert (one.state, one.send_at) == (State.STOPPED, None)
        one = announcements.resume(announcement=one, actor=writer, now=NOON)
        assert one.state == State.DRAFT

    @pytest.mark.parametrize(
        ("step", "verb"),
        [
            (Step.HAND_IN, announcements.hand_in),
            (Step.APPROVE, announcements.approve),
            (Step.SEND_BACK, announcements.send_back),
            (Step.STOP, announcements.stop),
            (Step.RESUME, announcements.resume),
        ],
    )
    @pytest.mark.parametrize("state", State.values)
    def test_no_step_is_taken_from_where_it_may_not(
        self, writer: User, state: str, step: Step, verb: Any
    ) -> None:
        one = AnnouncementFactory.create(state=state)
        if state in FROM[step]:
            return
        with pytest.raises(IllegalStepError):
            verb(announcement=one, actor=writer, now=NOON)

    def test_withdrawing_gives_up_what_still_waits(self, writer: User) -> None:
        one = AnnouncementFactory.create(state="sending")
        kept: dict[str, Any] = {"recipient": "a@b.example", "subject": "x", "kind": "notice"}
        times: dict[str, Any] = {
            "created_at": NOON,
            "next_attempt_at": NOON,
            "batch": f"notice-{one.pk}",
        }
        OutboxMessage.objects.create(**kept, **times)
        OutboxMessage.objects.create(**kept, **times, state="sent", sent_at=NOON)
        one = announcements.withdraw(announcement=one, why="Wrong street.", actor=writer, now=NOON)
        assert (one.state, one.withdrawn_why) == (State.WITHDRAWN, "Wrong street.")
        assert sorted(OutboxMessage.objects.values_list("state", flat=True)) == ["dead", "sent"]

    def test_withdrawing_takes_a_reason(self, writer: User) -> None:
        with pytest.raises(ValidationError):
            announcements.withdraw(
                announcement=AnnouncementFactory.create(), why=" ", actor=writer, now=NOON
            )

    def test_each_step_is_in_the_history(self, town: Municipality, writer: User) -> None:
        homes(town, 1)
        one = announcements.hand_in(announcement=written(town, writer), actor=writer, now=NOON)
        announcements.stop(announcement=one, actor=writer, now=NOON)
        states = [(row.after or {})["state"] for row in changes(town)]
        assert states == ["draft", "scheduled", "stopped"]
        assert {row.changed_by for row in changes(town)} == {writer}
