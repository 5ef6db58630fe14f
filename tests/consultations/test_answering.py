"""Releasing, refusing and answering: by right, in the own town, told once."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from consultations.models import Contribution, OfficialAnswer, Process
from consultations.services.answering import answer_contributions, answer_zone
from notifications.models import Announcement
from outbox.models import OutboxMessage
from tests.factories.consultations import ContributionFactory, ProcessFactory
from tests.factories.departments import NOON, member
from tests.factories.submissions import SubmissionFactory
from tests.factories.zones import square, zone_with_shape

pytestmark = pytest.mark.django_db

REASON = {"ro": "Mutăm stația."}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """A working day."""
    with time_machine.travel(NOON, tick=False):
        yield


def path_of(process: Process, name: str = "voices") -> str:
    """A page of the desk."""
    return reverse(f"consultations:{name}", args=[process.municipality.slug, process.pk])


def waiting(process: Process) -> Contribution:
    """Something nobody looked at yet."""
    submission = SubmissionFactory.create(state="waiting", text="Waiting words")
    return ContributionFactory.create(process=process, submission=submission)


def answered(process: Process, *rows: Contribution, **fields: object) -> int:
    """Answer with one reason."""
    values = {"outcome": "taken", "texts": REASON, **fields}
    return answer_contributions(
        process=process,
        contributions=rows,
        actor=member(process.municipality, "planner").user,
        now=NOON,
        **values,  # type: ignore[arg-type]
    )


class TestAnswering:
    """One outcome and reason for several; each contributor hears of it once a day."""

    def test_several_at_once_tell_each_author_once(self) -> None:
        process = ProcessFactory.create()
        first = ContributionFactory.create(process=process)
        again = ContributionFactory.create(process=process, author=first.author)
        other = ContributionFactory.create(process=process)

        assert answered(process, first, again, other) == 3

        assert OfficialAnswer.objects.count() == 3
        assert OutboxMessage.objects.count() == 2

    def test_anew_instead_of_twice(self) -> None:
        process = ProcessFactory.create()
        one = ContributionFactory.create(process=process)
        answered(process, one)

        answered(process, one, outcome="refused")

        assert [row.outcome for row in OfficialAnswer.objects.all()] == ["refused"]

    def test_hidden_words_and_those_of_others_get_none(self) -> None:
        process = ProcessFactory.create()

        with pytest.raises(ValidationError) as refused:
            answered(process, waiting(process), ContributionFactory.create())

        assert refused.value.code == "no_choice"

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"outcome": "maybe"}, "outcome"), ({"texts": {"en": "Yes"}}, "reason_ro")],
    )
    def test_outcome_and_reason_are_needed(self, fields: dict[str, object], field: str) -> None:
        process = ProcessFactory.create()

        with pytest.raises(ValidationError) as refused:
            answered(process, ContributionFactory.create(process=process), **fields)

        assert list(refused.value.error_dict) == [field]

    def test_zone_of_another_town_is_refused(self) -> None:
        process = ProcessFactory.create()
        foreign = zone_with_shape(
            ProcessFactory.create().municipality, code="z", geometry=square(0, 0)
        )

        with pytest.raises(ValidationError):
            answer_zone(
                process=process,
                zone=foreign,
                outcome="taken",
                texts=REASON,
                actor=member(process.municipality, "planner").user,
                now=NOON,
            )

    def test_no_letter_without_an_address(self) -> None:
        process = ProcessFactory.create()
        one = ContributionFactory.create(process=process, author__email="")

        answered(process, one)

        assert not OutboxMessage.objects.exists()


class TestDesk:
    """Pages of those who consult, and of moderators."""

    @pytest.mark.parametrize(
        ("role", "status"),
        [("planner", 200), ("administrator", 200), ("moderator", 403), ("press", 403)],
    )
    def test_right_to_consult(self, client: Client, role: str, status: int) -> None:
        process = ProcessFactory.create()
        client.force_login(member(process.municipality, role).user)

        assert client.get(path_of(process)).status_code == status

    def test_moderator_releases_on_the_own_page(self, client: Client) -> None:
        one = waiting(ProcessFactory.create())
        town = one.process.municipality
        client.force_login(member(town, "moderator").user)
        path = reverse("consultations:moderation", args=[town.slug])

        assert "Waiting words" in client.get(path).content.decode()
        client.post(path, {"contribution": one.pk, "state": "released"})

        one.submission.refresh_from_db()
        assert one.submission.state == "released"

    def test_moderator_of_another_town_finds_nothing(self, client: Client) -> None:
        one = waiting(ProcessFactory.create())
        town = ProcessFactory.create().municipality
        client.force_login(member(town, "moderator").user)
        path = reverse("consultations:moderation", args=[town.slug])

        answer = client.post(path, {"contribution": one.pk, "state": "released"})

        assert answer.status_code == 404
        assert Contribution.objects.waiting().count() == 1

    def test_contribution_of_another_consultation_is_not_found(self, client: Client) -> None:
        one = waiting(ProcessFactory.create())
        process = ProcessFactory.create(municipality=one.process.municipality)
        client.force_login(member(process.municipality, "planner").user)

        answer = client.post(
            path_of(process, "voices_decide"), {"contribution": one.pk, "state": "released"}
        )

        assert answer.status_code == 404

    def test_refusal_without_a_reason_changes_nothing(self, client: Client) -> None:
        process = ProcessFactory.create()
        one = waiting(process)
        client.force_login(member(process.municipality, "planner").user)

        client.post(path_of(process, "voices_decide"), {"contribution": one.pk, "state": "refused"})

        assert Contribution.objects.waiting().get() == one

    def test_bulk_answer_by_form(self, client: Client) -> None:
        process = ProcessFactory.create()
        rows = ContributionFactory.create_batch(2, process=process)
        client.force_login(member(process.municipality, "planner").user)

        client.post(
            path_of(process, "voices_answer"),
            {"chosen": [one.pk for one in rows], "outcome": "partly", "reason_ro": "Da."},
        )

        found = OfficialAnswer.objects.values_list("contribution", "outcome", "texts")
        assert set(found.values_list("contribution", flat=True)) == {one.pk for one in rows}
        assert found[0][1:] == ("partly", {"ro": "Da."})

    def test_zone_answer_by_form(self, client: Client) -> None:
        process = ProcessFactory.create()
        zone = zone_with_shape(process.municipality, code="z", geometry=square(0, 0))
        client.force_login(member(process.municipality, "planner").user)
        given = {"zone": zone.pk, "outcome": "taken", "reason_ro": "Da."}

        for _ in range(2):
            client.post(path_of(process, "voices_zone"), given)

        assert OfficialAnswer.objects.get().zone == zone
        assert client.get(path_of(process) + "?stands=zones").status_code == 200

    def test_queries_do_not_grow(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        process = ProcessFactory.create()
        ContributionFactory.create_batch(12, process=process)
        client.force_login(member(process.municipality, "planner").user)

        with django_assert_max_num_queries(24):  # type: ignore[operator]
            client.get(path_of(process) + "?stands=unanswered")

    def test_telling_the_area_begins_a_draft(self, client: Client) -> None:
        process = ProcessFactory.create()
        client.force_login(member(process.municipality, "planner").user)

        answer = client.post(path_of(process, "voices_tell"))

        draft = Announcement.objects.get()
        assert draft.state == "draft"
        assert answer["Location"].endswith(f"/notices/{draft.pk}/")
        assert f"/consultations/{process.pk}/answers/" in draft.texts["ro"]
