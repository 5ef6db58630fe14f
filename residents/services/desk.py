"""What a clerk does for somebody who stands at the desk: register, hand a card over, look."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import issue_card, withdraw_cards
from departments.models import Membership
from residents.models import Residence, Resident, Reveal
from residents.services.memberships import place_resident
from residents.services.registering import (
    AddressChoice,
    declare_address,
    finish,
    register,
    state_age,
)
from residents.services.residences import confirm_by_desk
from zones.models import Municipality


@dataclass(frozen=True, slots=True)
class Visitor:
    """What somebody without e-mail says at the desk."""

    full_name: str
    birth_year: int
    language: str
    says_old_enough: bool = False
    # The clerk saw a paper with this name and address.
    has_shown_paper: bool = False


@transaction.atomic
def register_at_desk(
    *,
    municipality: Municipality,
    visitor: Visitor,
    choice: AddressChoice,
    actor: User,
    areas: Collection[int] | None,
    now: dt.datetime,
) -> Resident:
    """Register somebody without e-mail, who then gets a card to sign in by.

    Args:
        areas: zones the clerk's role is narrowed to; None for the whole town.

    Raises:
        ValidationError: `no_name`, what the age, the choice or the town is refused for,
            `outside_area`, `double` where the same person lives there already.
    """
    name = " ".join(visitor.full_name.split())
    if not name:
        raise ValidationError({"full_name": ValidationError(_("Write the name."), code="no_name")})
    _refuse_double(municipality, name, visitor.birth_year, choice)
    user = User.objects.create_card_user(full_name=name[:120], language=visitor.language)
    resident = register(
        municipality=municipality, user=user, origin="desk", now=now, registered_by=actor
    )
    state_age(
        resident=resident,
        birth_year=visitor.birth_year,
        says_old_enough=visitor.says_old_enough,
        now=now,
    )
    residence = declare_address(resident=resident, choice=choice, now=now)
    residence.declared_by = actor
    residence.save(update_fields=["declared_by"])
    resident = finish(resident=resident, now=now)
    place_resident(resident=resident, now=now)
    require_area(residence=residence, areas=areas)
    if visitor.has_shown_paper:
        confirm_by_desk(residence=residence, actor=actor, now=now)
    return resident


def require_area(*, residence: Residence, areas: Collection[int] | None) -> None:
    """Refuse a home outside the areas that a clerk's role is narrowed to.

    Raises:
        ValidationError: `outside_area`.
    """
    if areas is None or residence.zones.open().filter(zone__in=areas).exists():
        return
    raise ValidationError(
        _("Your role covers a part of the town, and this address is not in it. Ask a colleague."),
        code="outside_area",
    )


def _refuse_double(
    municipality: Municipality, name: str, birth_year: int, choice: AddressChoice
) -> None:
    same = Resident.objects.in_municipality(municipality).finished()
    same = same.filter(user__full_name__iexact=name, birth_year=birth_year)
    if choice.address and same.living_at(choice.address).exists():
        raise ValidationError(
            _(
                "Somebody of this name and year of birth is registered at this address already. "
                "Search by the address and print a new card instead."
            ),
            code="double",
        )


@transaction.atomic
def new_card(*, resident: Resident, actor: User, now: dt.datetime) -> str:
    """Print another card for somebody who signs in by card; the former one stops working.

    Never for an account with an e-mail address or a role: a clerk could take it over.

    Raises:
        ValidationError: `has_mail`, `staff`, or `locked`.
    """
    user = resident.user
    if user.email:
        raise ValidationError(
            _("This person signs in by e-mail and needs no card."), code="has_mail"
        )
    if Membership.objects.filter(user=user).exists():
        raise ValidationError(
            _("This person works for a town hall and cannot have a card."), code="staff"
        )
    return issue_card(user=user, actor=actor, now=now)


@transaction.atomic
def take_card_back(*, resident: Resident, now: dt.datetime) -> int:
    """Make the cards of somebody worthless, because one was lost; tell how many there were.

    Raises:
        ValidationError: `no_card`.
    """
    count = withdraw_cards(user=resident.user, now=now)
    if not count:
        raise ValidationError(_("This person has no card that works."), code="no_card")
    return count


def reveal(
    *, residents: Collection[Resident], reason: Reveal.Reason, actor: User, now: dt.datetime
) -> list[Reveal]:
    """Record a look at the addresses of some residents; call it before they are shown."""
    return Reveal.objects.bulk_create(
        Reveal(
            municipality_id=one.municipality_id,
            resident_number=one.pk,
            seen_by=actor,
            seen_at=now,
            reason=reason,
        )
        for one in residents
    )
