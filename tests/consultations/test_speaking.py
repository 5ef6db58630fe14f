"""Who may say what, when, where and how often; what is public, and who supports it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from consultations.models import Contribution, Process, Support
from consultations.phases import PhaseKind
from consultations.services.moderating import decide
from consultations.services.speaking import MOST_IN_AN_HOUR, Saying, say
from consultations.services.supporting import toggle_support
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    ContributionFactory,
    LayerFactory,
    PartFactory,
    PhaseFactory,
    ProcessFactory,
)
from tests.factories.departments import NOON, TODAY, member
from tests.factories.residents import ResidenceFactory
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import AddressFactory, spot, square, zone_with_shape
from zones.models import TargetArea

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def process_with_area(kind: str = PhaseKind.IDEAS, **fields: Any) -> Process:
    """A consultation about the first cell of the town with one phase under way."""
    process = ProcessFactory.create(**fields)
    process.area = TargetArea.objects.create(
        municipality=process.municipality,
        name="Area",
        on=TODAY,
        geometry=square(0, 0),
        created_at=NOON,
        changed_at=NOON,
        frozen_at=NOON,
    )
    process.save()
    PhaseFactory.create(process=process, kind=kind)
    return process


def resident_at(process: Process, column: float, row: float) -> User:
    """Somebody who lives at a point of the grid since long ago."""
    address = AddressFactory.create(municipality=process.municipality, location=spot(column, row))
    residence = ResidenceFactory.create(
        resident__municipality=process.municipality,
        address=address,
        valid_from=dt.date(2026, 1, 1),
    )
    user: User = residence.resident.user
    return user


def said(process: Process, author: User, now: dt.datetime = NOON, **fields: Any) -> Contribution:
    """Say something short."""
    saying = Saying(**{"text": "More trees, please.", **fields})
    return say(process=process, saying=saying, author=author, now=now)


def refusal(process: Process, author: User, now: dt.datetime = NOON, **fields: Any) -> list[str]:
    """The codes with which something is refused."""
    with pytest.raises(ValidationError) as refused:
        said(process, author, now, **fields)
    error = refused.value
    found = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    return [str(row.code) for rows in found for row in rows]


class TestStanding:
    """The server decides by the home; a business only says so."""

    @pytest.mark.parametrize(
        ("column", "standing"), [(0.5, "inside"), (1, "inside"), (2, "outside")]
    )
    def test_home_decides(self, column: float, standing: str) -> None:
        process = process_with_area()

        one = said(process, resident_at(process, column, 0.5))

        assert (one.standing, one.assurance) == (standing, 1)

    def test_without_a_home_one_speaks_from_outside(self) -> None:
        process = process_with_area()

        assert said(process, UserFactory.create()).standing == "outside"

    def test_business_has_a_name_and_is_apart(self) -> None:
        process = process_with_area()
        author = resident_at(process, 0.5, 0.5)

        one = said(process, author, speaks_as="business", organisation=" Shop  Ltd ")

        assert (one.standing, one.organisation) == ("business", "Shop Ltd")

    def test_business_without_a_name_is_refused(self) -> None:
        process = process_with_area()

        assert refusal(process, UserFactory.create(), speaks_as="business") == ["required"]


class TestWhen:
    """Only what the phase takes, and never twice or too often."""

    def test_waits_for_a_moderator(self) -> None:
        process = process_with_area()

        one = said(process, UserFactory.create(), text="Call me at 0712 345 678, please.")

        assert one.submission.state == "waiting"
        assert "345 678" not in one.submission.text
        assert not Contribution.objects.public().exists()

    @pytest.mark.parametrize("kind", [PhaseKind.VOTE, PhaseKind.REVIEW, PhaseKind.INFORMATION])
    def test_closed_phase_takes_nothing(self, kind: str) -> None:
        assert refusal(process_with_area(kind), UserFactory.create()) == ["closed"]

    def test_last_moment_is_over(self) -> None:
        process = process_with_area()

        assert refusal(process, UserFactory.create(), NOON + 10 * DAY) == ["closed"]

    def test_idea_only_where_ideas_are_asked(self) -> None:
        process = process_with_area(PhaseKind.DEBATE)

        codes = refusal(process, UserFactory.create(), kind="idea", place=spot(0.5, 0.5))

        assert codes == ["closed"]

    def test_limit_of_an_hour_ends_with_it(self) -> None:
        process, author = process_with_area(), UserFactory.create()
        for number in range(MOST_IN_AN_HOUR):
            said(process, author, text=f"Tree number {number}")

        assert refusal(process, author, text="One more") == ["too_many"]
        assert said(process, author, NOON + dt.timedelta(hours=1), text="One more").pk

    def test_twice_the_same_is_refused(self) -> None:
        process, author = process_with_area(), UserFactory.create()
        said(process, author)

        assert refusal(process, author) == ["twice"]


class TestWhere:
    """A place lies in the area; what it is about belongs to the consultation."""

    @pytest.mark.parametrize("place", [spot(2, 2), spot(9, 9)])
    def test_outside_is_refused(self, place: Any) -> None:
        process = process_with_area()

        assert refusal(process, UserFactory.create(), kind="idea", place=place) == ["outside"]

    def test_on_the_border_is_inside(self) -> None:
        process = process_with_area()

        one = said(process, UserFactory.create(), kind="idea", place=spot(1, 0.5))

        assert one.geometry == spot(1, 0.5)

    def test_idea_needs_a_place(self) -> None:
        assert refusal(process_with_area(), UserFactory.create(), kind="idea") == ["no_place"]

    def test_section_brings_its_alternative(self) -> None:
        process = process_with_area()
        part = PartFactory.create(layer__process=process)

        assert said(process, UserFactory.create(), part=part).layer == part.layer

    def test_alternative_of_another_consultation_is_refused(self) -> None:
        process = process_with_area()

        assert refusal(process, UserFactory.create(), layer=LayerFactory.create()) == ["unknown"]


class TestReplies:
    """Two levels, below what is public only."""

    def test_reply_to_a_reply_stays_in_the_thread(self) -> None:
        process = process_with_area()
        first = ContributionFactory.create(process=process)
        second = ContributionFactory.create(process=process, parent=first)

        assert said(process, UserFactory.create(), parent=second).parent == first

    def test_hidden_words_take_no_reply(self) -> None:
        process = process_with_area()
        hidden = ContributionFactory.create(
            process=process, submission=SubmissionFactory.create(state="waiting")
        )

        assert refusal(process, UserFactory.create(), parent=hidden) == ["unknown"]


class TestSupport:
    """Once, and it can be taken back; only while it is open."""

    def test_toggles(self) -> None:
        one = ContributionFactory.create(process=process_with_area())
        user = UserFactory.create()

        assert [toggle_support(contribution=one, user=user, now=NOON) for _ in range(3)] == [
            True,
            False,
            True,
        ]
        assert Support.objects.count() == 1

    def test_closed(self) -> None:
        one = ContributionFactory.create(process=process_with_area(PhaseKind.VOTE))

        with pytest.raises(ValidationError) as refused:
            toggle_support(contribution=one, user=UserFactory.create(), now=NOON)

        assert refused.value.code == "closed"

    def test_not_for_oneself(self) -> None:
        author = UserFactory.create()
        one = ContributionFactory.create(process=process_with_area(), author=author)

        with pytest.raises(ValidationError) as refused:
            toggle_support(contribution=one, user=author, now=NOON)

        assert refused.value.code == "own"


class TestModerating:
    """The author hears what was decided."""

    def test_refusal_tells_the_reason(self) -> None:
        process = process_with_area()
        author = UserFactory.create()
        one = said(process, author)
        actor = member(process.municipality).user

        decide(contribution=one, state="refused", actor=actor, now=NOON, reason="An insult.")

        letter = OutboxMessage.objects.get()
        assert letter.recipient == author.email
        assert "An insult." in letter.body

    def test_refusal_needs_a_reason(self) -> None:
        process = process_with_area()
        one = said(process, UserFactory.create())

        with pytest.raises(ValidationError):
            decide(
                contribution=one,
                state="refused",
                actor=member(process.municipality).user,
                now=NOON,
            )

        assert not OutboxMessage.objects.exists()

    def test_releases_are_told_once_a_day(self) -> None:
        process, author = process_with_area(), UserFactory.create()
        actor = member(process.municipality).user
        for number in range(3):
            one = said(process, author, text=f"Tree {number}")
            decide(contribution=one, state="released", actor=actor, now=NOON)

        assert OutboxMessage.objects.filter(recipient=author.email).count() == 1
        assert Contribution.objects.public().count() == 3


class TestPages:
    """The form: signed in only, and it says what is wrong at its field."""

    @pytest.fixture(autouse=True)
    def noon(self) -> Iterator[None]:
        """While the phase is under way."""
        with time_machine.travel(NOON, tick=False):
            yield

    def test_strangers_are_sent_to_sign_in(self, client: Client) -> None:
        process = process_with_area()
        path = reverse("consultations:say", args=[process.municipality.slug, process.pk])

        answer = client.get(path)

        assert answer.status_code == 302
        assert f"next={path}" in answer["Location"]

    def test_idea_by_pin(self, client: Client) -> None:
        process = process_with_area()
        client.force_login(resident_at(process, 0.5, 0.5))
        place = spot(0.25, 0.25)

        answer = client.post(
            reverse("consultations:say", args=[process.municipality.slug, process.pk]),
            {"kind": "idea", "text": "A bench", "longitude": place.x, "latitude": place.y},
        )

        assert answer.status_code == 302
        one = Contribution.objects.get()
        assert (one.kind, one.standing, one.submission.text) == ("idea", "inside", "A bench")
        assert one.geometry is not None
        assert one.geometry.equals_exact(place, 1e-6)

    def test_place_outside_is_said_at_its_field(self, client: Client) -> None:
        process = process_with_area()
        client.force_login(UserFactory.create())
        place = spot(3, 3)

        answer = client.post(
            reverse("consultations:say", args=[process.municipality.slug, process.pk]),
            {"kind": "idea", "text": "A bench", "longitude": place.x, "latitude": place.y},
        )

        assert answer.status_code == 422
        assert "where" in answer.context["form"].errors
        assert not Contribution.objects.exists()

    def test_before_the_phase_the_page_says_when(self, client: Client) -> None:
        process = process_with_area()
        process.phases.update(starts_at=NOON + DAY)
        client.force_login(UserFactory.create())

        page = client.get(
            reverse("consultations:say", args=[process.municipality.slug, process.pk])
        )

        assert not page.context["is_open"]
        assert "2026" in page.context["closed"]

    def test_support_by_button(self, client: Client) -> None:
        one = ContributionFactory.create(process=process_with_area())
        client.force_login(UserFactory.create())
        town = one.process.municipality

        client.post(reverse("consultations:support", args=[town.slug, one.process_id, one.pk]))

        assert one.support.count() == 1

    def test_support_of_a_stranger_leads_back_to_reading(self, client: Client) -> None:
        one = ContributionFactory.create(process=process_with_area())
        slug = one.process.municipality.slug

        answer = client.post(reverse("consultations:support", args=[slug, one.process_id, one.pk]))

        assert answer["Location"].endswith(f"/{slug}/consultations/{one.process_id}/said/")
        assert not one.support.exists()

    def test_idea_by_neighbourhood_without_the_map(self, client: Client) -> None:
        process = process_with_area()
        zone = zone_with_shape(process.municipality, code="wide", geometry=square(0, 0, 3, 3))
        client.force_login(UserFactory.create())
        path = reverse("consultations:say", args=[process.municipality.slug, process.pk])

        client.post(path, {"kind": "idea", "text": "A bench", "zone": zone.pk})

        place = Contribution.objects.get().geometry
        assert process.area is not None
        assert process.area.geometry is not None
        assert place is not None
        assert process.area.geometry.covers(place)
