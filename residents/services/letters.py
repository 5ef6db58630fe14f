"""The letter by post with a code that proves an address: asked for, printed, typed in, refused."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from residents.models import AddressLetter, AddressQuestion, Residence, Reveal
from residents.services.residences import end_residence, raise_assurance
from residents.services.telling import write_to
from sign_registry.codes import MistypedError, new_code, normalise
from zones.days import civil_day
from zones.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User

CODE_DAYS = 30
#: Somebody who asks more often has another trouble than the post.
MOST_LETTERS, LETTERS_WINDOW = 3, dt.timedelta(days=90)
#: Whoever registers many people at one home does not fill its letter box.
MOST_AT_ADDRESS, ADDRESS_WINDOW = 6, dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """A letter with the code that stands on it; told here and never again."""

    letter: AddressLetter
    code: str


def letter_digest(code: str) -> str:
    """What is kept of a code, worth nothing without the installation's secret."""
    return salted_hmac("residents.letter", code, algorithm="sha256").hexdigest()


@transaction.atomic
def ask_for_letter(*, residence: Residence, now: dt.datetime) -> AddressLetter:
    """Put a letter on the pile that the desk prints.

    Raises:
        ValidationError: `ended`, `sure_already`, `not_known` while the desk looks the address up,
            `under_way`, `too_many` or `too_many_here`.
    """
    current = Residence.objects.select_for_update(of=("self",)).select_related(
        "resident__municipality"
    )
    home = current.get(pk=residence.pk)
    today = civil_day(now, home.resident.municipality.timezone)
    _refuse_home(home, today)
    _refuse_number(home, now, today)
    return AddressLetter.objects.create(
        residence=home, asked_at=now, expires_on=today + dt.timedelta(days=CODE_DAYS)
    )


def _refuse_home(home: Residence, today: dt.date) -> None:
    if home.valid_until is not None and home.valid_until <= today:
        raise ValidationError(_("You no longer live there. Ask for a letter to your new address."),
                              code="ended")  # fmt: skip
    if home.assurance >= Residence.Assurance.POST:
        raise ValidationError(_("Your address is confirmed already."), code="sure_already")
    if AddressQuestion.objects.filter(residence=home).unsettled().exists():
        raise ValidationError(
            _("The town hall is still looking your address up. Ask again once it is found."),
            code="not_known",
        )


def _refuse_number(home: Residence, now: dt.datetime, today: dt.date) -> None:
    own = AddressLetter.objects.filter(residence__resident=home.resident)
    of_home = own.filter(residence=home)
    if of_home.to_print().exists() or of_home.under_way(today).exists():
        raise ValidationError(
            _("A letter is on its way already. It takes a few days."), code="under_way"
        )
    if own.asked_since(now - LETTERS_WINDOW).count() >= MOST_LETTERS:
        raise ValidationError(
            _("You had three letters in three months. Come to the town hall with a paper instead."),
            code="too_many",
        )
    if home.address_id is None:
        return
    beside = AddressLetter.objects.filter(residence__address=home.address_id)
    if beside.asked_since(now - ADDRESS_WINDOW).count() >= MOST_AT_ADDRESS:
        raise ValidationError(
            _("Many letters went to this address lately. Come to the town hall with a paper."),
            code="too_many_here",
        )


@transaction.atomic
def print_letters(
    *, municipality: Municipality, numbers: Collection[int], actor: "User", now: dt.datetime
) -> list[PrintedLetter]:
    """Give letters their codes and thirty days from today; an earlier code stops working.

    A letter that was spoiled is printed again in the same way. Each one shows a clerk an address,
    so each look is recorded.

    Raises:
        ValidationError: `nothing` where none of the letters can still be printed.
    """
    today = civil_day(now, municipality.timezone)
    rows = (
        AddressLetter.objects.select_for_update(of=("self",))
        .in_municipality(municipality)
        .filter(pk__in=numbers, residence__valid_until__isnull=True)
        .filter(used_at__isnull=True, refused_at__isnull=True, returned_at__isnull=True)
        .select_related(
            "residence__address__street",
            "residence__address__municipality",
            "residence__resident__user",
        )
    )
    printed = [PrintedLetter(letter, new_code()) for letter in rows.order_by("pk")]
    if not printed:
        raise ValidationError(_("There is no letter to print. Load the page again."),
                              code="nothing")  # fmt: skip
    for one in printed:
        one.letter.digest = letter_digest(one.code)
        one.letter.printed_at, one.letter.printed_by = now, actor
        one.letter.expires_on = today + dt.timedelta(days=CODE_DAYS)
    letters = [one.letter for one in printed]
    AddressLetter.objects.bulk_update(letters, ["digest", "printed_at", "printed_by", "expires_on"])
    Reveal.objects.bulk_create(
        Reveal(
            municipality=municipality,
            resident_number=letter.residence.resident_id,
            seen_by=actor,
            seen_at=now,
            reason=Reveal.Reason.LETTER,
        )
        for letter in letters
    )
    return printed


@transaction.atomic
def confirm_by_post(
    *, municipality: Municipality, code: str, user: "User", now: dt.datetime
) -> Residence:
    """Take a code that came by post as the proof that its letter reached the person.

    Raises:
        ValidationError: `wrong_code` for every code that is not a living one of this person,
            `expired` for an own one that came too late.
    """
    letter = _letter_of(municipality, code)
    if letter is None or letter.residence.resident.user_id != user.pk:
        raise _wrong_code()
    if letter.used_at or letter.refused_at or letter.residence.valid_until:
        raise _wrong_code()
    if letter.expires_on < civil_day(now, municipality.timezone):
        raise ValidationError(
            _("This code has expired. Ask for a new letter on your own page."), code="expired"
        )
    letter.used_at = now
    letter.save(update_fields=["used_at"])
    return raise_assurance(residence=letter.residence, to=Residence.Assurance.POST, now=now)


@transaction.atomic
def refuse_letter(*, municipality: Municipality, code: str, now: dt.datetime) -> AddressLetter:
    """Let whoever opened a letter say that the person does not live there.

    The residence ends, its proof is gone, the person is told, and the letter keeps the moment.

    Raises:
        ValidationError: `wrong_code`.
    """
    letter = _letter_of(municipality, code)
    if letter is None or letter.refused_at or letter.residence.valid_until:
        raise _wrong_code()
    letter.refused_at = now
    letter.save(update_fields=["refused_at"])
    end_residence(residence=letter.residence, now=now)
    write_to(
        resident=letter.residence.resident,
        kind="address_refused",
        key=f"letter-refused-{letter.pk}",
        words=_refused_words,
        now=now,
    )
    return letter


@transaction.atomic
def note_returned(*, municipality: Municipality, numbers: Collection[int], now: dt.datetime) -> int:
    """Note letters that the post brought back: their codes stop working, the people are told."""
    rows = (
        AddressLetter.objects.select_for_update(of=("self",))
        .in_municipality(municipality)
        .filter(pk__in=numbers, printed_at__isnull=False, used_at__isnull=True)
        .filter(refused_at__isnull=True, returned_at__isnull=True)
        .select_related("residence__resident__user", "residence__resident__municipality")
    )
    letters = list(rows.order_by("pk"))
    for letter in letters:
        letter.returned_at, letter.digest = now, None
        letter.save(update_fields=["returned_at", "digest"])
        write_to(
            resident=letter.residence.resident,
            kind="letter_returned",
            key=f"letter-returned-{letter.pk}",
            words=_returned_words,
            now=now,
        )
    return len(letters)


def _letter_of(municipality: Municipality, text: str) -> AddressLetter | None:
    try:
        code = normalise(text)
    except MistypedError:
        return None
    return (
        AddressLetter.objects.select_for_update(of=("self",))
        .in_municipality(municipality)
        .filter(digest=letter_digest(code), returned_at__isnull=True)
        .select_related("residence__resident__user", "residence__resident__municipality")
        .first()
    )


def _wrong_code() -> ValidationError:
    return ValidationError(
        _("This code is not right. Type it again as it stands in the newest letter."),
        code="wrong_code",
    )


def _refused_words() -> tuple[str, list[str]]:
    return _("your address was refused"), [
        _(
            "Whoever opened the letter with your code told us that you do not live there. So you "
            "have no address in the town any more, and get no notices for it."
        ),
        _(
            "If that is wrong, say again where you live, or come to the town hall with a paper "
            "that shows your address."
        ),
    ]


def _returned_words() -> tuple[str, list[str]]:
    return _("the letter with your code came back"), [
        _(
            "The post could not hand over the letter. Please look whether your address is right "
            "and whether your name stands on the letter box; then ask for a new letter."
        )
    ]


def expiry_words(letter: AddressLetter) -> str:
    """Until when a code works, as people write a day."""
    return date_format(letter.expires_on, "DATE_FORMAT")
