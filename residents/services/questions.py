"""Addresses the register does not know, and what somebody at the desk does about them."""

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from residents.models import AddressQuestion, Residence
from residents.services.memberships import place_residence
from residents.services.telling import write_to
from zones.days import civil_day
from zones.labels import address_label
from zones.models import Address, Municipality

if TYPE_CHECKING:
    from accounts.models import User

KIND = "address_question"


@transaction.atomic
def ask_about_vanished(*, municipality: Municipality, now: dt.datetime) -> int:
    """Ask the desk about homes whose address a load took out of the register; tell how many.

    The home stays at its point, with the words of the old address.
    """
    today = civil_day(now, municipality.timezone)
    homes = Residence.objects.in_municipality(municipality).whose_address_vanished(today)
    numbers = list(homes.values_list("pk", flat=True))
    fresh = {"asked_at": now, "is_vanished": True, "state": AddressQuestion.State.OPEN}
    asked_before = AddressQuestion.objects.filter(residence__in=numbers)
    known = set(asked_before.values_list("residence_id", flat=True))
    asked_before.update(answer="", settled_at=None, settled_by=None, **fresh)
    AddressQuestion.objects.bulk_create(
        AddressQuestion(residence_id=number, **fresh) for number in numbers if number not in known
    )
    return len(numbers)


@transaction.atomic
def settle_by_address(
    *, question: AddressQuestion, address: Address, actor: "User", now: dt.datetime
) -> AddressQuestion:
    """Say which address of the register is meant; the person is told.

    Raises:
        ValidationError: `other_town`, `already_settled`.
    """
    current = _locked(question)
    home = current.residence
    if address.municipality_id != home.resident.municipality_id:
        raise ValidationError(
            _("This address is in another town. Choose one of this town."), code="other_town"
        )
    home.address, home.location = address, address.location
    with translation.override(home.resident.municipality.languages[0]):
        home.written = (address_label(address, with_locality=True) or home.written)[:300]
    home.save(update_fields=["address", "location", "written"])
    place_residence(residence=home, now=now)
    return _settle(current, AddressQuestion.Answer.ADDRESS, actor, now)


@transaction.atomic
def settle_by_pin(*, question: AddressQuestion, actor: "User", now: dt.datetime) -> AddressQuestion:
    """Leave a home where its pin stands, because the register will not know it.

    Raises:
        ValidationError: `already_settled`.
    """
    return _settle(_locked(question), AddressQuestion.Answer.PIN, actor, now)


@transaction.atomic
def ask_person(*, question: AddressQuestion, actor: "User", now: dt.datetime) -> AddressQuestion:
    """Ask the person by e-mail to write the address again.

    Raises:
        ValidationError: `no_mail` where there is no e-mail address, `already_settled`.
    """
    current = _locked(question)
    current.state = AddressQuestion.State.ASKED
    current.settled_by, current.settled_at = actor, now
    current.save(update_fields=["state", "settled_by", "settled_at"])
    was_sent = write_to(
        resident=current.residence.resident,
        kind=KIND,
        key=f"question-asked-{current.pk}-{now:%Y%m%d}",
        words=lambda: _asking_words(current.residence),
        now=now,
    )
    if not was_sent:
        raise ValidationError(
            _("This person has no e-mail address. Ring or write a letter, then settle it here."),
            code="no_mail",
        )
    return current


def _locked(question: AddressQuestion) -> AddressQuestion:
    current = (
        AddressQuestion.objects.select_for_update(of=("self",))
        .select_related("residence__resident__user", "residence__resident__municipality")
        .get(pk=question.pk)
    )
    if current.state not in {AddressQuestion.State.OPEN, AddressQuestion.State.ASKED}:
        raise ValidationError(
            _("Somebody has already settled this address. Load the page again."),
            code="already_settled",
        )
    return current


def _settle(
    question: AddressQuestion,
    answer: AddressQuestion.Answer,
    actor: "User",
    now: dt.datetime,
) -> AddressQuestion:
    question.state, question.answer = AddressQuestion.State.SETTLED, answer
    question.settled_at, question.settled_by = now, actor
    question.save(update_fields=["state", "answer", "settled_at", "settled_by"])
    write_to(
        resident=question.residence.resident,
        kind=KIND,
        key=f"question-settled-{question.pk}-{now:%Y%m%d%H%M%S}",
        words=lambda: _settled_words(question.residence, answer),
        now=now,
    )
    return question


def _settled_words(home: Residence, answer: AddressQuestion.Answer) -> tuple[str, list[str]]:
    subject = _("your address was looked up")
    if answer == AddressQuestion.Answer.PIN or home.address is None:
        said = _("The town hall left your home where you had put the pin.")
    else:
        said = _("The town hall found your address in its register: %(address)s.") % {
            "address": address_label(home.address, with_locality=True)
        }
    return subject, [
        said,
        _("If that is not right, say on your own page where you live, or ring the town hall."),
    ]


def _asking_words(home: Residence) -> tuple[str, list[str]]:
    return _("please write your address again"), [
        _("You wrote: “%(written)s”. The town hall could not find this address.")
        % {"written": home.written},
        _("Please say on your own page where you live: the street, the number, the entrance."),
    ]
