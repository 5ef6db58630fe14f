"""The ballot, the roll and the desk as people meet them."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from consultations.models import Ballot, PaperBallot, RollEntry, RollLook
from consultations.services import intake
from consultations.services.closing import close_vote
from tests.consultations.votes import AFTER, DAY, Vote, a_vote, cast_all, marks
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import NOON

pytestmark = pytest.mark.django_db


def town_of(vote: Vote) -> str:
    return f"/{vote.process.municipality.slug}"


def page(vote: Vote) -> str:
    return f"{town_of(vote)}/consultations/{vote.process.pk}/vote/"


def ask(client: Client, method: str, path: str, data: Any = None, now: Any = NOON) -> Any:
    with time_machine.travel(now, tick=False):
        return getattr(client, method)(path, data)


def staff(client: Client, vote: Vote, role: str) -> None:
    held = MembershipFactory.create(municipality=vote.process.municipality, role=role)
    with time_machine.travel(NOON, tick=False):
        client.force_login(held.user)


def signed_in(client: Client, user: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        client.force_login(user)


class TestTheBallot:
    def test_a_voter_chooses_looks_once_more_and_casts(self, client: Client) -> None:
        vote = a_vote()
        signed_in(client, vote.users[0])
        shown = ask(client, "get", page(vote))
        assert [row["code"] for row in shown.context["rows"]] == [
            one.code for one in vote.process.projects.order_by("drawn")
        ]
        check = ask(client, "post", page(vote), {"choice": vote.codes[:2]})
        assert (check.status_code, marks(vote.phase)) == (200, [])
        sent = ask(client, "post", page(vote), {"choice": vote.codes[:2], "cast": "1"})
        assert sent["Location"] == f"{page(vote)}done/"
        done = ask(client, "get", sent["Location"])
        assert done.status_code == 200
        assert not any(code in done.content.decode() for code in vote.codes)
        assert marks(vote.phase) == ["online"]
        assert "no-store" in done["Cache-Control"]

    def test_too_many_are_told_and_stay_chosen(self, client: Client) -> None:
        vote = a_vote()
        signed_in(client, vote.users[0])
        answer = ask(client, "post", page(vote), {"choice": list(vote.codes)})
        assert answer.status_code == 422
        assert all(row["is_chosen"] for row in answer.context["rows"])

    @pytest.mark.parametrize("words", ["-1", "1e3", "99999999999", "²", "x"])
    def test_points_that_are_no_number_are_refused(self, client: Client, words: str) -> None:
        vote = a_vote(ballot="points", most=5)
        signed_in(client, vote.users[0])
        fields = {f"points-{vote.codes[0]}": words, "cast": "1"}
        assert ask(client, "post", page(vote), fields).status_code == 422
        assert marks(vote.phase) == []

    def test_points_are_cast(self, client: Client) -> None:
        vote = a_vote(ballot="points", most=5)
        signed_in(client, vote.users[0])
        fields = {f"points-{vote.codes[0]}": "3", f"points-{vote.codes[1]}": "", "cast": "1"}
        assert ask(client, "post", page(vote), fields).status_code == 302

    @pytest.mark.parametrize(
        ("who", "state"), [("nobody", "sign_in"), ("stranger", "refused"), ("voter", "open")]
    )
    def test_each_reader_is_told_where_they_stand(
        self, client: Client, who: str, state: str
    ) -> None:
        vote = a_vote()
        if who != "nobody":
            signed_in(client, vote.users[0] if who == "voter" else UserFactory.create())
        answer = ask(client, "get", page(vote))
        assert (answer.status_code, answer.context["state"]) == (200, state)
        if state != "open":
            refused = ask(client, "post", page(vote), {"choice": vote.codes[:1], "cast": "1"})
            assert refused.status_code == 409

    @pytest.mark.parametrize("now", [NOON - 2 * DAY, AFTER])
    def test_outside_the_window_it_is_shut(self, client: Client, now: Any) -> None:
        vote = a_vote()
        signed_in(client, vote.users[0])
        with time_machine.travel(now, tick=False):
            client.force_login(vote.users[0])
        assert ask(client, "get", page(vote), now=now).context["state"] == "closed"
        fields = {"choice": vote.codes[:1], "cast": "1"}
        assert ask(client, "post", page(vote), fields, now=now).status_code == 409
        assert marks(vote.phase) == []


class TestTheRoll:
    def path(self, vote: Vote) -> str:
        return f"{town_of(vote)}/plan/consultations/{vote.process.pk}/roll/"

    @pytest.mark.parametrize(
        ("role", "status"),
        [("observer", 200), ("planner", 200), ("clerk", 403), ("moderator", 403)],
    )
    def test_observers_and_planners_read_it(self, client: Client, role: str, status: int) -> None:
        vote = a_vote()
        staff(client, vote, role)
        assert ask(client, "get", self.path(vote)).status_code == status
        assert RollLook.objects.count() == int(status == 200)

    def test_it_names_nobody_until_somebody_is_looked_up(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "observer")
        names = [user.full_name for user in vote.users]
        assert not any(
            name in ask(client, "get", self.path(vote)).content.decode() for name in names
        )
        found = ask(client, "post", self.path(vote), {"name": names[0]})
        assert [one["name"] for one in found.context["found"]][:1] == [names[0]]
        assert RollLook.objects.filter(asked__contains=names[0]).count() == 1

    def test_who_voted_is_told_only_after_the_close(self, client: Client) -> None:
        vote = a_vote(voters=5)
        cast_all(vote, [{vote.codes[0]: 1}] * 5)
        staff(client, vote, "observer")
        name = {"name": vote.users[0].full_name}
        running = ask(client, "post", self.path(vote), name)
        assert running.context["found"][0]["voted"] is None
        vote.process.phases.create(kind="result", starts_at=AFTER)
        close_vote(phase=vote.phase, now=AFTER)
        client.logout()
        held = MembershipFactory.create(municipality=vote.process.municipality, role="observer")
        with time_machine.travel(AFTER, tick=False):
            client.force_login(held.user)
        over = ask(client, "post", self.path(vote), name, now=AFTER)
        assert over.context["found"][0]["voted"] is True

    def test_buttons_are_the_planners(self, client: Client) -> None:
        vote = a_vote()
        for role, status in (("observer", 403), ("planner", 302)):
            staff(client, vote, role)
            assert ask(client, "post", f"{self.path(vote)}make/").status_code == status
            assert ask(client, "post", f"{self.path(vote)}close/").status_code == status
        assert vote.phase.roll.closed_at is None

    def test_looks_and_table_are_read(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "observer")
        table = ask(client, "get", f"{self.path(vote)}?format=csv").getvalue().decode()
        assert table.count("counted") == 3
        assert len(ask(client, "get", f"{self.path(vote)}looks/").context["page"]) == 1
        listed = ask(client, "get", f"{town_of(vote)}/plan/consultations/rolls/")
        assert [one.pk for one in listed.context["page"]] == [vote.phase.pk]


class TestTheDesk:
    def path(self, vote: Vote) -> str:
        return f"{town_of(vote)}/desk/ballots/{vote.process.pk}/"

    def test_a_paper_is_printed_handed_out_and_entered_once(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "clerk")
        tokens: list[str] = []
        pdf = ask(client, "post", f"{self.path(vote)}print/", {"number": "2"})
        assert pdf["Content-Type"] == "application/pdf"
        assert PaperBallot.objects.filter(state="printed").count() == 2
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "consultations.views.papers.papers_pdf",
                lambda _face, made: tokens.extend(made) or b"%PDF",  # type: ignore[func-returns-value]
            )
            ask(client, "post", f"{self.path(vote)}print/", {"number": "1"})
        found = ask(client, "post", self.path(vote), {"email": vote.users[0].email})
        person = RollEntry.objects.get(resident__user=vote.users[0]).resident_id
        assert found.context["person"].pk == person
        ask(client, "post", f"{self.path(vote)}hand-out/", {"resident": person})
        assert marks(vote.phase) == ["paper"]
        fields = {"token": "-".join(re.findall("....", tokens[0])).lower(), "choice": vote.codes[0]}
        assert ask(client, "post", f"{self.path(vote)}enter/", fields).status_code == 302
        again = ask(client, "post", f"{self.path(vote)}enter/", fields)
        assert again.status_code == 422
        assert intake.counts(vote.phase.pk) == {"paper": 1}
        close_vote(phase=vote.phase, now=AFTER)
        assert [one.zone_id for one in Ballot.objects.all()] == [None]

    def test_who_was_handed_a_paper_cannot_vote_on_the_web(self, client: Client) -> None:
        vote = a_vote()
        staff(client, vote, "clerk")
        person = RollEntry.objects.get(resident__user=vote.users[0]).resident_id
        ask(client, "post", f"{self.path(vote)}hand-out/", {"resident": person})
        signed_in(client, vote.users[0])
        assert ask(client, "get", page(vote)).context["state"] == "voted"

    @pytest.mark.parametrize("part", ["", "enter/"])
    def test_only_clerks_come_in(self, client: Client, part: str) -> None:
        vote = a_vote()
        staff(client, vote, "planner")
        assert ask(client, "get", self.path(vote) + part).status_code == 403
        staff(client, vote, "clerk")
        assert ask(client, "get", self.path(vote) + part).status_code == 200
        assert ask(client, "get", f"{town_of(vote)}/desk/ballots/").status_code == 200


class TestIntegrity:
    def path(self, vote: Vote) -> str:
        return f"{town_of(vote)}/consultations/{vote.process.pk}/integrity/"

    def test_it_is_read_after_the_close_only(self, client: Client) -> None:
        vote = a_vote(voters=6)
        cast_all(vote, [{vote.codes[0]: 1}] * 6)
        vote.process.phases.create(kind="result", starts_at=AFTER)
        assert ask(client, "get", self.path(vote)).status_code == 404
        assert ask(client, "get", self.path(vote), now=AFTER).status_code == 404
        close_vote(phase=vote.phase, now=AFTER)
        told = ask(client, "get", self.path(vote), now=AFTER).context["report"]
        assert (told["marks"], told["ballots"], len(told["channels"])) == (6, 6, 1)

    def test_few_people_are_told_apart_in_nothing(self, client: Client) -> None:
        vote = a_vote(voters=4)
        cast_all(vote, [{vote.codes[0]: 1}] * 4)
        vote.process.phases.create(kind="result", starts_at=AFTER)
        close_vote(phase=vote.phase, now=AFTER)
        told = ask(client, "get", self.path(vote), now=AFTER).context["report"]
        assert (told["channels"], told["assurance"], told["origin"]) == ([], [], [])
