"""What each right opens: the doors on a staff member's start page, as stable paths."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Door:
    """A page of staff: which right it takes, where it is below /<slug>/, and what it is for.

    A page that `narrows` shows each person what the own departments and areas allow, and takes any
    role; others take a role for the whole town. Both say what the view behind the door says.
    """

    right: Right
    path: str
    icon: str
    label: StrOrPromise
    note: StrOrPromise
    narrows: bool = False
    # Shown only where the town has switched this module on, as the pages behind it are.
    module: str = ""


DOORS: Sequence[Door] = (
    Door(
        Right.PLAN,
        "plan/",
        "area",
        _("Planning"),
        _("Areas for notices, and how many people they reach"),
        narrows=True,
    ),
    Door(
        Right.CONSULT,
        "plan/consultations/",
        "chat",
        _("Consultations"),
        _("Ask the people of an area, count, and answer"),
        module="consultations",
    ),
    Door(
        Right.READ_ROLL,
        "plan/consultations/rolls/",
        "list",
        _("Rolls of votes"),
        _("Who may vote, without names; each look is recorded"),
        module="consultations",
    ),
    Door(
        Right.REGISTER,
        "desk/ballots/",
        "check",
        _("Votes on paper"),
        _("Hand ballots out and enter what came back"),
        narrows=True,
        module="consultations",
    ),
    Door(
        Right.CREW,
        "crew/",
        "pin",
        _("Sign rounds"),
        _("Hang, check and replace signs"),
        narrows=True,
    ),
    Door(
        Right.OWN_SITES,
        "mine/",
        "home",
        _("My places"),
        _("What waits for you, and how satisfied people are"),
        narrows=True,
    ),
    Door(
        Right.HANDLE,
        "desk/",
        "list",
        _("Reports"),
        _("What was reported, what is due first, and the answers"),
        narrows=True,
        module="reports",
    ),
    Door(
        Right.SORT,
        "desk/sorting/",
        "layers",
        _("Sorting"),
        _("Reports that the rules could not place"),
        narrows=True,
        module="reports",
    ),
    Door(
        Right.TAKE_IN,
        "desk/to-send/",
        "share",
        _("Answers to send"),
        _("Signed answers that go to the reporters"),
        narrows=True,
        module="reports",
    ),
    Door(
        Right.TAKE_IN,
        "desk/take-in/",
        "plus",
        _("Take a report in"),
        _("By telephone, on paper and by e-mail"),
        narrows=True,
        module="reports",
    ),
    Door(
        Right.HANDLE,
        "desk/outages/",
        "info",
        _("Interruptions and their reports"),
        _("One answer for all who report the same"),
        module="reports",
    ),
    Door(
        Right.RELEASE,
        "desk/release/",
        "check",
        _("Reports to release"),
        _("Nobody outside sees them before you looked"),
        narrows=True,
        module="reports",
    ),
    Door(
        Right.SET_RULES,
        "town/keys/",
        "settings",
        _("Keys of programs"),
        _("Which programs send reports and read them"),
        module="reports",
    ),
    Door(
        Right.REGISTER,
        "desk/residents/",
        "person",
        _("Residents' desk"),
        _("Register people, look addresses up, print cards and letters"),
        narrows=True,
        module="notices",
    ),
    Door(
        Right.MODERATE,
        "town/comments/",
        "pencil",
        _("Comments of residents"),
        _("Release or refuse what was written"),
        narrows=True,
    ),
    Door(
        Right.MODERATE,
        "plan/consultations/voices/",
        "chat",
        _("Words to release"),
        _("What residents said in consultations"),
        module="consultations",
    ),
    Door(
        Right.MODERATE,
        "town/questions/",
        "chat",
        _("Questions of residents"),
        _("Answer in public, in the town’s own words"),
    ),
    Door(Right.RUN_SIGNS, "signs/", "list", _("Signs"), _("Every sign, its code and its history")),
    Door(
        Right.RUN_SIGNS,
        "signs/print/",
        "print",
        _("Printing"),
        _("Sheets with proof that every code can be read"),
    ),
    Door(
        Right.SEE_RATINGS,
        "press/",
        "map",
        _("How satisfied people are"),
        _("Figures to see, cite and export, with how sure they are"),
    ),
    Door(
        Right.SEE_RATINGS,
        "signs/coverage/",
        "area",
        _("Places without a sign"),
        _("Where no living sign hangs"),
    ),
    Door(
        Right.EDIT_SITES,
        "town/sites/",
        "pin",
        _("Places"),
        _("What can be rated: add, import, close"),
    ),
    Door(
        Right.SEE_RATINGS,
        "town/ratings/",
        "check",
        _("Votes set aside"),
        _("What a rule took out of the count, and why"),
    ),
    Door(
        Right.NOTIFY,
        "notices/",
        "list",
        _("Notices"),
        _("Write to those whom something concerns, and see how it went"),
    ),
    Door(
        Right.EDIT_WORKS,
        "town/works/",
        "street",
        _("Works"),
        _("Repairs, interruptions and projects on the map"),
        narrows=True,
    ),
    Door(
        Right.PLAN,
        "plan/zones/",
        "area",
        _("Drawing zones"),
        _("Neighbourhoods: draw, split, merge, and publish as a second person"),
    ),
    Door(
        Right.ADMINISTER,
        "town/",
        "settings",
        _("Town office"),
        _("Settings, people, departments and calendars"),
    ),
    Door(
        Right.OBSERVE,
        "town/history/",
        "list",
        _("History of settings"),
        _("Who changed what, and when"),
    ),
)


def doors_of(
    user: "User | AnonymousUser", municipality: Municipality, today: dt.date
) -> list[Door]:
    """The doors that open for a person on a civil day. One query."""
    held = Membership.objects.in_municipality(municipality).of(user).in_force(today)
    wide = Exists(Membership.objects.for_whole_town().filter(pk=OuterRef("pk")))
    anywhere, everywhere = set(), set()
    for role, is_wide in held.values_list("role", wide):
        anywhere.add(role)
        if is_wide:
            everywhere.add(role)
    return [
        door
        for door in DOORS
        if ROLES_WITH[door.right] & (anywhere if door.narrows else everywhere)
        and (not door.module or door.module in municipality.modules)
    ]


def works_in(user: "User | AnonymousUser", municipality: Municipality) -> bool:
    """Whether a person holds any role in the town today. One query, none for strangers."""
    today = civil_day(timezone.now(), municipality.timezone)
    return Membership.objects.in_municipality(municipality).of(user).in_force(today).exists()
