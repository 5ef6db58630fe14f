"""Registering in a town: becoming a resident, saying one's age and address, and finishing."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from residents.age import AgeBand, age_band
from residents.models import AddressQuestion, Residence, Resident
from zones.days import civil_day
from zones.labels import address_label
from zones.models import Address, Municipality

if TYPE_CHECKING:
    from accounts.models import User

#: By which way somebody came; which sign it was is not kept.
ORIGINS = frozenset({"web", "sign", "desk"})


@dataclass(frozen=True, slots=True)
class AddressChoice:
    """Where somebody says they live: an address of the register, or a pin with own words.

    The point is in EPSG:4326; `unit` is the flat or the letter box, for letters only.
    """

    address: Address | None = None
    location: Point | None = None
    written: str = ""
    unit: str = ""

    def point(self) -> Point | None:
        """The point that stands for the home; of an address it is the register's."""
        return self.address.location if self.address is not None else self.location


@transaction.atomic
def register(
    *,
    municipality: Municipality,
    user: "User",
    origin: str,
    now: dt.datetime,
    registered_by: "User | None" = None,
) -> Resident:
    """Begin the registration of an account in a town; whoever began before goes on there.

    Args:
        registered_by: the clerk who fills in for somebody at the desk.

    Raises:
        ValidationError: `closed` where the town does not register residents, `locked` for a locked
            account.
    """
    if "notices" not in municipality.modules:
        raise ValidationError(
            _("This town does not register residents yet. Look again in a few weeks."),
            code="closed",
        )
    if not user.is_active:
        raise ValidationError(
            _("This account is locked. Ask the town hall to open it."), code="locked"
        )
    if origin not in ORIGINS:
        raise ValueError(f"unknown origin {origin}")
    resident, _is_new = Resident.objects.get_or_create(
        municipality=municipality,
        user=user,
        defaults={"registered_at": now, "origin": origin, "registered_by": registered_by},
    )
    return resident


@transaction.atomic
def state_age(
    *, resident: Resident, birth_year: int, says_old_enough: bool, now: dt.datetime
) -> Resident:
    """Keep the year of birth of somebody who is old enough.

    Args:
        says_old_enough: the person's word; it counts only where the year leaves it open.

    Raises:
        ValidationError: at `birth_year`: `impossible` or `too_young`; at `says_old_enough`: `edge`.
    """
    town = resident.municipality
    today = civil_day(now, town.timezone)
    refuse_age(
        birth_year=birth_year,
        least_age=town.least_age,
        says_old_enough=says_old_enough,
        today=today,
    )
    resident.birth_year = birth_year
    resident.save(update_fields=["birth_year"])
    return resident


def refuse_age(*, birth_year: int, least_age: int, says_old_enough: bool, today: dt.date) -> None:
    """Refuse who is surely too young, and who on the edge does not say to be old enough.

    Raises:
        ValidationError: as for `state_age`.
    """
    band = age_band(birth_year=birth_year, least_age=least_age, today=today)
    years = {"years": least_age}
    if band is AgeBand.IMPOSSIBLE:
        refused = ValidationError(
            _("Write the year you were born in with four digits, such as 1980."), code="impossible"
        )
        raise ValidationError({"birth_year": refused})
    if band is AgeBand.TOO_YOUNG:
        refused = ValidationError(
            _("Registration is open from the age of %(years)d. You can read the news without it."),
            code="too_young",
            params=years,
        )
        raise ValidationError({"birth_year": refused})
    if band is AgeBand.EDGE and not says_old_enough:
        refused = ValidationError(
            _("Tick that you are already %(years)d. If you are not, come back on your birthday."),
            code="edge",
            params=years,
        )
        raise ValidationError({"says_old_enough": refused})


@transaction.atomic
def declare_address(*, resident: Resident, choice: AddressChoice, now: dt.datetime) -> Residence:
    """Store where somebody who registers says they live; without a known address the desk is asked.

    While the registration goes on, a second answer takes the place of the first. Who has finished
    moves house instead.

    Raises:
        ValidationError: `finished`, `other_town`, `no_place`, `outside` or `no_words`.
    """
    current = Resident.objects.select_for_update().get(pk=resident.pk)
    if current.finished_at is not None:
        raise ValidationError(
            _("You are registered already. Say on your own page that you have moved."),
            code="finished",
        )
    point = require_choice(choice=choice, municipality=resident.municipality)
    current.residences.all().delete()
    return store_residence(resident=current, choice=choice, point=point, now=now)


def store_residence(
    *, resident: Resident, choice: AddressChoice, point: Point, now: dt.datetime
) -> Residence:
    """Write a residence that begins today, and the question to the desk where one is needed."""
    residence = Residence(
        resident=resident,
        address=choice.address,
        written=_words(choice, resident.municipality),
        location=point,
        unit=choice.unit.strip()[:30],
        valid_from=civil_day(now, resident.municipality.timezone),
        declared_at=now,
    )
    residence.full_clean(validate_constraints=False)
    residence.save()
    if choice.address is None:
        AddressQuestion.objects.create(residence=residence, asked_at=now)
    return residence


def _words(choice: AddressChoice, municipality: Municipality) -> str:
    """What was written, or the register's words, which stay should it lose the address one day."""
    if choice.address is None:
        return choice.written.strip()[:300]
    with translation.override(municipality.languages[0]):
        return (address_label(choice.address, with_locality=True) or choice.address.source_key)[
            :300
        ]


def require_choice(*, choice: AddressChoice, municipality: Municipality) -> Point:
    """The point of a choice that can be stored.

    Raises:
        ValidationError: `other_town`, `no_place`, `outside` or `no_words`.
    """
    if choice.address is not None and choice.address.municipality_id != municipality.pk:
        raise ValidationError(
            _("This address is in another town. Choose one of this town."), code="other_town"
        )
    point = choice.point()
    if point is None:
        raise ValidationError(
            _("Choose your address, or put the pin where you live."), code="no_place"
        )
    if choice.address is not None:
        return point
    if municipality.outline and not municipality.outline.covers(point):
        raise ValidationError(
            _("This place is outside the town. Put the pin inside its border."), code="outside"
        )
    if not choice.written.strip():
        raise ValidationError(
            _("Write your street and number, so that the town hall can look it up."),
            code="no_words",
        )
    return point


@transaction.atomic
def finish(*, resident: Resident, now: dt.datetime) -> Resident:
    """End the registration: from now on this person counts as a resident; a second call is nothing.

    Raises:
        ValidationError: `no_age` or `no_address` where that step is still open.
    """
    current = Resident.objects.select_for_update().get(pk=resident.pk)
    if current.finished_at is not None:
        return current
    today = civil_day(now, current.municipality.timezone)
    if current.birth_year is None and current.municipality.least_age > 0:
        raise ValidationError(_("Say first in which year you were born."), code="no_age")
    if not current.residences.in_force(today).exists():
        raise ValidationError(_("Say first where you live."), code="no_address")
    current.finished_at = now
    current.save(update_fields=["finished_at"])
    return current
