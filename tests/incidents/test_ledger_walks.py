"""Whatever the program does in any order: columns are what the events say, chains are whole."""

import datetime as dt
import random
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from departments.models import Department
from incidents.models import Incident, IncidentEvent
from incidents.services.recording import Actor, lock_in_order, record
from incidents.services.verifying import Tally, verify_town
from incidents.workflow import MOVES, Kind, may_follow
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, DepartmentFactory, WorksFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

DISPATCHER = Actor("dispatcher")
STEPS, WALKS = 25, 8


class Walk:
    """Draws any change that may follow, with data of its kind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.town: Municipality = MunicipalityFactory.create()
        self.category = CategoryFactory.create(municipality=self.town)
        self.department: Department = DepartmentFactory.create(municipality=self.town)
        self.handler = UserFactory.create()
        self.works = WorksFactory.create(municipality=self.town)
        self.leader = reported(self.town, category=self.category)
        self.incident = reported(self.town, category=self.category)
        self.now = NOON

    def step(self) -> None:
        """One change; now and then the clock of the server goes back."""
        kinds = [kind for kind in MOVES if may_follow(kind, self.incident.status)]
        kind = self.chance.choice(kinds)
        self.now += dt.timedelta(minutes=self.chance.randint(-30, 600))
        words = {"text": "Ana said so."} if self.chance.random() < 0.3 else None
        record(
            incident=self.incident,
            kind=kind,
            data=self.data(kind),
            actor=DISPATCHER,
            now=self.now,
            secrets=words,
        )

    def data(self, kind: Kind) -> dict[str, Any]:
        """What the fold reads of a kind."""
        places = ["POINT (0.0005 0.0005)", "POINT (0.0004 0.0006)", ""]
        day = dt.date(2026, 5, self.chance.randint(1, 28)).isoformat()
        outcome = {"outcome": self.chance.choice(["done", "planned", "not_ours"])}
        known: dict[Kind, dict[str, Any]] = {
            Kind.CATEGORISED: {"category": self.chance.choice([self.category.pk, None])},
            Kind.MOVED: {
                "geometry": self.chance.choice(places),
                "accuracy_dm": self.chance.choice([None, 0, 37, 500]),
            },
            Kind.REGISTERED: {"number": f"{self.chance.randint(1, 99)}", "on": day},
            Kind.ROUTED: {"department": self.department.pk, "rule": None},
            Kind.ASSIGNED: {"handler": self.handler.pk},
            Kind.PASSED_ON: {"step": self.chance.choice(["head", "authority", "relations"])},
            Kind.MERGED: {"leader": self.leader.pk},
            Kind.ABSORBED: {"works": self.works.pk},
            Kind.ANSWERED: outcome,
            Kind.CLOSED: self.chance.choice([outcome, {}]),
            Kind.LEG_DONE: outcome,
        }
        return known.get(kind, {})


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(WALKS))
def test_columns_are_what_the_events_say_after_any_walk(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
        tally = Tally()
        assert list(verify_town(walk.town, tally)) == []
    assert walk.incident.head_seq == STEPS + walk.incident.events.filter(seq=1).count()


@pytest.mark.django_db
def test_what_is_refused_in_the_middle_of_a_walk_leaves_no_trace() -> None:
    walk = Walk(99)
    for kind in set(MOVES) - {Kind.REPORTED}:
        if may_follow(kind, walk.incident.status):
            continue
        with pytest.raises(ValidationError):
            record(incident=walk.incident, kind=kind, data={}, actor=DISPATCHER, now=NOON)
    assert list(verify_town(walk.town, Tally())) == []
    assert walk.incident.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_hands_on_one_report_leave_one_chain() -> None:
    incident = reported()
    each, hands = 15, 4
    ready, faults = threading.Barrier(hands), []

    def work() -> None:
        own = Incident.objects.get(pk=incident.pk)
        ready.wait()
        try:
            for _ in range(each):
                record(incident=own, kind=Kind.NOTED, data={}, actor=DISPATCHER, now=NOON)
        except Exception as error:  # noqa: BLE001 - told in the main thread
            faults.append(error)
        finally:
            connection.close()

    together(hands, work)
    assert not faults
    seqs = IncidentEvent.objects.filter(incident=incident).values_list("seq", flat=True)
    assert list(seqs.order_by("seq")) == list(range(1, 2 + each * hands))
    assert list(verify_town(incident.municipality, Tally())) == []


@pytest.mark.django_db(transaction=True)
def test_works_on_several_reports_never_wait_for_each_other_for_ever() -> None:
    one = reported()
    two = reported(one.municipality)
    ready, faults = threading.Barrier(2), []

    def work(order: list[Incident]) -> None:
        ready.wait()
        try:
            for _ in range(10):
                with transaction.atomic():
                    lock_in_order(order)
                    for incident in order:
                        own = Incident.objects.get(pk=incident.pk)
                        record(incident=own, kind=Kind.NOTED, data={}, actor=DISPATCHER, now=NOON)
        except Exception as error:  # noqa: BLE001 - told in the main thread
            faults.append(error)
        finally:
            connection.close()

    hands = [threading.Thread(target=work, args=(order,)) for order in ([one, two], [two, one])]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert not faults
    assert list(verify_town(one.municipality, Tally())) == []


def together(number: int, work: Any) -> None:
    """Run the same work several times at once, to its end."""
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
