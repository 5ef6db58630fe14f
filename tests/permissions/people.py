"""Everybody who could stand before a page of a town: strangers, each role, the wrong department."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client

from departments.models import Department, Membership
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.permissions.matrix import Standing
from tests.whole_town import Town

LONG_AGO, YESTERDAY = dt.date(2020, 1, 1), dt.date(2026, 1, 1)
FAR_AHEAD = dt.date(2990, 1, 1)
ADMINISTRATOR, STRANGER = "administrator", "a stranger"
NO_ROLE, ELSEWHERE = (
    "somebody signed in without a role",
    "the administrator of another municipality",
)
TYPICAL = {ADMINISTRATOR, STRANGER, NO_ROLE, ELSEWHERE}
# Never this machine: what is open to it alone has to stay shut.
VISITOR = "198.51.100.7"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a browser of their own, and what they are in the town of the page."""

    name: str
    standing: Standing
    browser: Client

    @property
    def is_typical(self) -> bool:
        """Stands for all others where a page does not look at roles."""
        return self.name in TYPICAL


def everybody(ours: Town, theirs: Town) -> list[Person]:
    """One person for each way to stand to the town."""
    roles = list(Membership.Role)
    return [
        Person(STRANGER, Standing(is_signed_in=False), _browser()),
        _signed_in(NO_ROLE, Standing()),
        *(
            _signed_in(f"{role}", Standing(frozenset({role})), _role(ours, role=role))
            for role in roles
        ),
        *_whose_time_is_not_now(ours),
        _deputy(ours),
        Person(
            ELSEWHERE,
            Standing(),
            _browser_of(theirs.administrator),
        ),
        *_of_departments(ours),
    ]


def _of_departments(ours: Town) -> Iterator[Person]:
    """Each role for the department of the town's rows, and for another one."""
    other = Department.objects.create(municipality=ours.row, code="other", names={"en": "Other"})
    for role in Membership.Role:
        roles = frozenset({role})
        yield _signed_in(
            f"{role} of the department",
            Standing(roles, is_narrow=True),
            _role(ours, role=role, department=ours.department),
        )
        yield _signed_in(
            f"{role} of another department",
            Standing(roles, is_narrow=True, is_elsewhere=True),
            _role(ours, role=role, department=other),
        )


def _whose_time_is_not_now(ours: Town) -> Iterator[Person]:
    """Administrators of yesterday and tomorrow, and one who was locked out; all rights else."""
    role = Membership.Role.ADMINISTRATOR
    yield _signed_in(
        "a former administrator",
        Standing(),
        _role(ours, role=role, valid_from=LONG_AGO, valid_until=YESTERDAY),
    )
    yield _signed_in(
        "an administrator from another day on",
        Standing(),
        _role(ours, role=role, valid_from=FAR_AHEAD),
    )
    locked = _role(ours, role=role)
    browser = _browser_of(locked.user)
    locked.user.is_active = False
    locked.user.save()
    yield Person("a locked administrator", Standing(is_signed_in=False), browser)


def _deputy(ours: Town) -> Person:
    """Stands in for the administrator, for a time."""
    role = Membership.Role.ADMINISTRATOR
    stands_for = Membership.objects.get(user=ours.administrator, role=role)
    held = _role(
        ours, role=role, valid_from=YESTERDAY, valid_until=FAR_AHEAD, deputy_for=stands_for
    )
    return _signed_in("a deputy of the administrator", Standing(frozenset({role})), held)


def _role(town: Town, **fields: Any) -> Membership:
    return MembershipFactory.create(municipality=town.row, **fields)


def _signed_in(name: str, standing: Standing, held: Membership | None = None) -> Person:
    return Person(name, standing, _browser_of(held.user if held else UserFactory.create()))


def _browser() -> Client:
    return Client(raise_request_exception=False, REMOTE_ADDR=VISITOR)


def _browser_of(user: Any) -> Client:
    browser = _browser()
    browser.force_login(user)
    # As if the person had just proved once more who it is, in the words of allauth.
    session = browser.session
    proof = {"method": "code", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return browser
