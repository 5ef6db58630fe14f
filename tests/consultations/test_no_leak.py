"""Nothing of a vote is told before its result is open: every address, everybody, each phase.

The walker asks all addresses of consultations, and pages beside them, twice, in two worlds that
differ only in the hidden ballots, and compares the answers byte by byte, with what a cache could
learn from them. Whatever address is added later is asked as well.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from consultations.models import Ballot, Process
from consultations.phases import PhaseKind
from consultations.services import intake
from consultations.services.closing import close_vote
from consultations.services.counting_votes import count_vote
from consultations.services.voting import cast
from departments.models import Membership
from tests.consultations.votes import Vote, a_vote, cast_all
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.consultations import (
    ContributionFactory,
    LayerFactory,
    PartFactory,
    PhaseFactory,
    QuestionFactory,
)
from tests.factories.departments import NOON
from tests.factories.zones import spot
from tests.routes import Route, every_route
from zones.views import ExportedView

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]

#: So many hidden ballots name the first project: a number that stands nowhere else.
CANARY = 1237
FORMATS = ("csv", "geojson")
#: What a cache or a proxy could learn from.
HEADERS = ("ETag", "Last-Modified", "Content-Length", "Expires", "Age", "Location")
#: What is new in each answer: tokens of forms, and the nonce of scripts.
FRESH = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|data-csrf="[^"]+"')
PEOPLE = ("stranger", "resident", "planner", "administrator", "observer")
PUBLIC = ("stranger", "resident")
#: Observers and those who lead the vote may see that somebody voted, never what, on the roll.
_MARKS = "/roll/"
#: Pages of the town beside its consultations, which lead there or are asked about places.
BESIDE = (
    "/", "/{slug}/", "/{slug}/zones/", "/{slug}/search/?q=vot", "/{slug}/news/", "/{slug}/news.rss",
    "/{slug}/here/?lon={lon}&lat={lat}", "/{slug}/nearby/?lon={lon}&lat={lat}", "/{slug}/me/",
    "/{slug}/me/data/", "/{slug}/data/", "/api/schema/", "/healthz", "/{slug}/tiles/zones.json",
    "/{slug}/tiles/zones/{tile}.mvt", "/{slug}/tiles/streets/{tile}.mvt", "/api/{slug}/v1/zones/",
    "/api/{slug}/v1/search/?q=vot", "/api/{slug}/v1/kinds/",
    "/api/{slug}/v1/locate/?longitude={lon}&latitude={lat}",
)  # fmt: skip


# --- The walker ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """A town with a vote, its rows by the names of parameters, and who asks."""

    vote: Vote
    rows: Mapping[str, object]
    people: Mapping[str, Client]

    def addresses(self, routes: Sequence[Route]) -> Iterator[str]:
        """Every address, and each format of those that are lists."""
        for route in routes:
            address = route.filled([str(self.rows[name]) for name in route.parameters])
            yield address
            if route.view_class and issubclass(route.view_class, ExportedView):
                yield from (f"{address}?format={wanted}" for wanted in FORMATS)
        yield from beside(str(self.rows["slug"]))


@dataclass(frozen=True)
class Answer:
    """What a reader could learn from an answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def beside(slug: str) -> Iterator[str]:
    """The pages beside, at a point of the area and on the tile that holds it."""
    place, zoom = spot(0.5, 0.5), 14
    column = int((place.x + 180) / 360 * 2**zoom)
    sine = math.asinh(math.tan(math.radians(place.y))) / math.pi
    tile = f"{zoom}/{column}/{int((1 - sine) / 2 * 2**zoom)}"
    for address in BESIDE:
        yield address.format(slug=slug, lon=place.x, lat=place.y, tile=tile)


def routes_of(package: str = "consultations.") -> list[Route]:
    """All addresses that pages of this app answer."""
    found = every_route()
    return [one for one in found if (one.view_class or one.callback).__module__.startswith(package)]


def unknown_parameters(world: World) -> set[str]:
    """Names of parameters that the walker has no row for."""
    names = {name for route in routes_of() for name in route.parameters}
    return names - set(world.rows)


def ask(browser: Client, address: str) -> Answer:
    """One answer, as everybody gets it: without what is new in each."""
    cache.clear()
    with transaction.atomic():
        answer = browser.get(address)
        body = answer.getvalue()
        # Looks at the roll are recorded; they are not what is compared.
        transaction.set_rollback(True)
    headers = {name: answer[name] for name in HEADERS if name in answer}
    return Answer(answer.status_code, FRESH.sub(b"", body), headers)


def walk(
    world: World, people: Sequence[str] = PEOPLE, package: str = "consultations."
) -> dict[tuple[str, str], Answer]:
    """Everything that some people are told, by person and address."""
    routes = routes_of(package)
    return {
        (name, address): ask(world.people[name], address)
        for name in people
        for address in world.addresses(routes)
    }


def told_apart(
    world: World,
    change: Callable[[], None],
    people: Sequence[str] = PEOPLE,
    package: str = "consultations.",
) -> dict[str, set[str]]:
    """Addresses whose answers differ after a change of what is hidden, and who sees it."""
    before = walk(world, people, package)
    with transaction.atomic():
        change()
        after = walk(world, people, package)
        transaction.set_rollback(True)
    assert before.keys() == after.keys()
    found: dict[str, set[str]] = {}
    for (who, address), one in before.items():
        if one != after[who, address]:
            found.setdefault(address, set()).add(who)
    return found


# --- The worlds ----------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    """A running vote with many hidden ballots, beside a survey, a debate and a drawing."""
    vote = a_vote(voters=12)
    for _ballot in range(CANARY):
        intake.put(vote.phase.pk, zone=None, choices={vote.codes[0]: 1}, channel="online")
    return world_of(vote)


@pytest.fixture
def counted() -> World:
    """A vote that is over, closed and counted; its result is not open."""
    vote = a_vote(voters=12)
    cast_all(vote, [{vote.codes[0]: 1}] * 12)
    after_the_end(vote)
    close_vote(phase=vote.phase, now=NOON)
    count_vote(phase=vote.phase, actor=UserFactory.create(), now=NOON)
    return world_of(vote)


def world_of(vote: Vote) -> World:
    """Rows for every parameter of an address, and everybody who could ask."""
    process = vote.process
    debate = PhaseFactory.create(process=process)
    survey = PhaseFactory.create(process=process, kind=PhaseKind.SURVEY)
    layer = LayerFactory.create(process=process)
    rows = {
        "slug": process.municipality.slug,
        "pk": process.pk,
        "phase": vote.phase.pk,
        "project": process.projects.order_by("pk")[0].pk,
        "question": QuestionFactory.create(phase=survey).pk,
        "layer": layer.pk,
        "part": PartFactory.create(layer=layer).pk,
        "contribution": ContributionFactory.create(process=process, phase=debate).pk,
        "proof": 1,
    }
    return World(vote, rows, people_of(process, vote.users[0]))


def people_of(process: Process, resident: User) -> dict[str, Client]:
    """Everybody who could ask."""
    people = {"stranger": Client(), "resident": Client()}
    people["resident"].force_login(resident)
    roles = (
        Membership.Role.PLANNER,
        Membership.Role.ADMINISTRATOR,
        Membership.Role.OBSERVER,
    )
    for role in roles:
        held = MembershipFactory.create(municipality=process.municipality, role=role)
        people[str(role)] = Client()
        people[str(role)].force_login(held.user)
    return people


def another_vote(vote: Vote) -> Callable[[], None]:
    """One more person votes."""
    return lambda: _vote(vote)


def _vote(vote: Vote) -> None:
    cast(phase=vote.phase, user=vote.users[5], choices={vote.codes[1]: 1}, now=NOON)


def more_in_the_box(vote: Vote) -> Callable[[], None]:
    """More ballots for another project."""

    def change() -> None:
        for _ballot in range(7):
            intake.put(vote.phase.pk, zone=None, choices={vote.codes[2]: 1}, channel="online")

    return change


def another_result(vote: Vote) -> Callable[[], None]:
    """Other ballots, and another project that won."""

    def change() -> None:
        other = vote.codes[1]
        Ballot.objects.bulk_create(Ballot(phase=vote.phase, choices={other: 1}) for _ in range(9))
        count = vote.phase.counts.get()
        count.result["winners"] = [other]
        text = count.text.replace("description;", "description;other ")
        vote.phase.counts.update(result=count.result, text=text)

    return change


def after_the_end(vote: Vote) -> None:
    """The window of the vote is over."""
    vote.phase.ends_at = NOON
    vote.phase.save()


# --- While it runs, and until the result is open -------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_every_parameter_of_an_address_has_a_row(world: World) -> None:
    assert not unknown_parameters(world)


@time_machine.travel(NOON, tick=False)
def test_one_more_vote_changes_nothing_that_anybody_is_told(world: World) -> None:
    found = told_apart(world, another_vote(world.vote))
    assert {address: who for address, who in found.items() if _MARKS not in address} == {}
    assert {who for ones in found.values() for who in ones}.isdisjoint(PUBLIC)


@time_machine.travel(NOON, tick=False)
def test_what_lies_in_the_box_changes_nothing_at_all(world: World) -> None:
    change = more_in_the_box(world.vote)
    assert told_apart(world, change, ["stranger", "administrator", "observer"]) == {}


@time_machine.travel(NOON, tick=False)
def test_no_page_of_a_running_vote_holds_the_number_of_ballots(world: World) -> None:
    number = re.compile(r"\b(1237|1[.,\s\u00a0\u202f]237)\b")
    answers = walk(world, ["stranger", "administrator"])
    assert sum(one.status == 200 for one in answers.values()) > 30
    found = {at for at, one in answers.items() if number.search(one.body.decode(errors="replace"))}
    assert found == set()


@time_machine.travel(NOON, tick=False)
def test_after_the_end_nobody_of_the_public_is_told_anything(world: World) -> None:
    after_the_end(world.vote)
    assert told_apart(world, more_in_the_box(world.vote), PUBLIC) == {}


@time_machine.travel(NOON, tick=False)
def test_after_the_count_the_public_is_told_nothing_before_the_result_is_open(
    counted: World,
) -> None:
    assert told_apart(counted, another_result(counted.vote), PUBLIC) == {}


@time_machine.travel(NOON, tick=False)
def test_control_once_the_result_is_open_the_walker_sees_it(counted: World) -> None:
    PhaseFactory.create(process=counted.vote.process, kind=PhaseKind.RESULT, starts_at=NOON)
    found = told_apart(counted, another_result(counted.vote), ["stranger"])
    assert any(address.endswith("/result.pb") for address in found)
    assert any(address.endswith("/result/") for address in found)


@time_machine.travel(NOON, tick=False)
def test_pages_beside_the_consultations_are_asked_as_well(world: World) -> None:
    asked = {at: ask(world.people["resident"], at) for at in beside(str(world.rows["slug"]))}

    silent = {at: one.status for at, one in asked.items() if one.status >= 400}
    assert silent == {
        "/healthz": 503
    }  # no worker lives here; what it tells is compared all the same


# --- The control of the walker -------------------------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_control_pages_that_leak_are_found(world: World, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.consultations.leaking_urls"
    found = told_apart(world, another_vote(world.vote), ["stranger"], "tests.consultations.")
    leaks = {address.rstrip("/").rsplit("/", 1)[-1] for address in found}
    assert {"leak-number", "leak-etag", "leak-length"} <= leaks
