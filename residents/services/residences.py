"""Where somebody lives over time: moving, leaving, and what makes the town sure of it."""

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from residents.models import AddressQuestion, Residence, Resident
from residents.services.memberships import place_resident
from residents.services.registering import AddressChoice, require_choice, store_residence
from zones.days import civil_day

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def move(
    *, resident: Resident, choice: AddressChoice, now: dt.datetime, by: "User | None" = None
) -> Residence:
    """Let somebody live elsewhere from today on; the former home stays in their history.

    A second move on the same day takes the place of the first. The new home is declared only,
    however sure the former one was.

    Args:
        by: the clerk who writes it down at the desk.

    Raises:
        ValidationError: `unfinished`, `same_address`, or what a choice is refused for.
    """
    current = _locked(resident)
    point = require_choice(choice=choice, municipality=current.municipality)
    today = civil_day(now, current.municipality.timezone)
    former = current.residences.in_force(today).first()
    if former and choice.address and former.address_id == choice.address.pk:
        raise ValidationError(
            _("You live at this address already. Choose the one you moved to."),
            code="same_address",
        )
    if former:
        _end(former, today)
    residence = store_residence(resident=current, choice=choice, point=point, now=now)
    if by is not None:
        residence.declared_by = by
        residence.save(update_fields=["declared_by"])
    place_resident(resident=current, now=now)
    return residence


@transaction.atomic
def leave(*, resident: Resident, now: dt.datetime) -> None:
    """End the residence of somebody who no longer lives in the town; the account stays.

    Raises:
        ValidationError: `no_home` where no residence is in force.
    """
    current = _locked(resident)
    today = civil_day(now, current.municipality.timezone)
    home = current.residences.in_force(today).first()
    if home is None:
        raise ValidationError(_("You have no address in this town any more."), code="no_home")
    _end(home, today)
    place_resident(resident=current, now=now)


@transaction.atomic
def end_residence(*, residence: Residence, now: dt.datetime) -> None:
    """End one residence because somebody else showed that it is wrong."""
    resident = _locked(residence.resident)
    today = civil_day(now, resident.municipality.timezone)
    home = resident.residences.in_force(today).filter(pk=residence.pk).first()
    if home is not None:
        home.assurance = Residence.Assurance.DECLARED
        home.assured_at = home.assured_by = None
        home.save(update_fields=["assurance", "assured_at", "assured_by"])
        # The letter that says so hangs on it, so it is kept even if it lasted this one day.
        _end(home, max(today, home.valid_from + dt.timedelta(days=1)), keep=True)
    place_resident(resident=resident, now=now)


@transaction.atomic
def change_unit(*, residence: Residence, unit: str) -> Residence:
    """Write down another flat or letter box at the same address; nothing else changes by it."""
    current = Residence.objects.select_for_update().get(pk=residence.pk)
    current.unit = unit.strip()
    current.full_clean(validate_constraints=False)
    current.save(update_fields=["unit"])
    return current


@transaction.atomic
def confirm_by_desk(*, residence: Residence, actor: "User", now: dt.datetime) -> Residence:
    """Note that a clerk saw a paper that proves the address.

    Raises:
        ValidationError: `ended` for a former home, `own_home` for the clerk's own.
    """
    if residence.resident.user_id == actor.pk:
        raise ValidationError(
            _("Nobody confirms their own address. Ask a colleague."), code="own_home"
        )
    return raise_assurance(
        residence=residence, to=Residence.Assurance.DESK, now=now, confirmed_by=actor
    )


@transaction.atomic
def raise_assurance(
    *,
    residence: Residence,
    to: Residence.Assurance,
    now: dt.datetime,
    confirmed_by: "User | None" = None,
) -> Residence:
    """Be surer of a home than before; it never gets less sure by this.

    Raises:
        ValidationError: `ended` for a former home.
    """
    current = Residence.objects.select_for_update().get(pk=residence.pk)
    today = civil_day(now, residence.resident.municipality.timezone)
    if current.valid_until is not None and current.valid_until <= today:
        raise ValidationError(
            _("Nobody lives there any more. Confirm the new address."), code="ended"
        )
    if to > current.assurance:
        current.assurance = to
        current.assured_at, current.assured_by = now, confirmed_by
        current.save(update_fields=["assurance", "assured_at", "assured_by"])
    return current


def _locked(resident: Resident) -> Resident:
    current = (
        Resident.objects.select_for_update(of=("self",))
        .select_related("municipality", "user")
        .get(pk=resident.pk)
    )
    if current.finished_at is None:
        raise ValidationError(
            _("Finish the registration first; there you say where you live."), code="unfinished"
        )
    return current


def _end(residence: Residence, on: dt.date, *, keep: bool = False) -> None:
    """End a residence before a day; one that began that day never was."""
    if residence.valid_from >= on and not keep:
        residence.delete()
        return
    residence.valid_until = on
    residence.save(update_fields=["valid_until"])
    waiting = AddressQuestion.objects.filter(residence=residence).unsettled()
    waiting.update(state=AddressQuestion.State.ENDED)
    residence.letters.filter(printed_at__isnull=True).delete()
