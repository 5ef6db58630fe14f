"""Letters with a code: proof for their addressee alone, and refused by who opens them."""

import datetime as dt

import pypdfium2
import pytest
import zxingcpp
from django.core.exceptions import ValidationError

from outbox.models import OutboxMessage
from residents.documents import CardFace, LetterFace, cards_pdf, letters_pdf
from residents.models import AddressLetter, AddressQuestion, Residence, Reveal
from residents.services.delivery import delivery_key, postal_lines
from residents.services.letters import (
    ask_for_letter,
    confirm_by_post,
    letter_digest,
    note_returned,
    print_letters,
    refuse_letter,
)
from residents.services.residences import move
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.residents.homes import at, clerk_of, door, lively_town, resident_at
from zones.models import Municipality

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = NOON + 3 * DAY


@pytest.fixture
def town() -> Municipality:
    return lively_town()


@pytest.fixture
def home(town: Municipality) -> Residence:
    return resident_at(door(town), town)


def printed_code(town: Municipality, home: Residence, now: dt.datetime = NOON) -> str:
    """The code that stands on a letter to a home."""
    letter = ask_for_letter(residence=home, now=now)
    clerk = clerk_of(town)
    (printed,) = print_letters(municipality=town, numbers=[letter.pk], actor=clerk, now=now)
    return printed.code


def refused_code(town: Municipality, code: str, home: Residence, now: dt.datetime = LATER) -> str:
    """Why a code is not taken."""
    with pytest.raises(ValidationError) as refused:
        confirm_by_post(municipality=town, code=code, user=home.resident.user, now=now)
    return str(refused.value.code)


def test_a_code_that_came_by_post_confirms_the_home(town: Municipality, home: Residence) -> None:
    code = printed_code(town, home)
    typed = f" {code[:3].lower()}-{code[3:]} "
    confirmed = confirm_by_post(municipality=town, code=typed, user=home.resident.user, now=LATER)
    assert (confirmed.assurance, confirmed.assured_at) == (Residence.Assurance.POST, LATER)
    assert refused_code(town, code, home) == "wrong_code"


def test_only_the_digest_is_kept_and_the_look_is_recorded(
    town: Municipality, home: Residence
) -> None:
    code = printed_code(town, home)
    letter = AddressLetter.objects.get()
    assert letter.digest == letter_digest(code)
    assert code not in str(AddressLetter.objects.values().get())
    look = Reveal.objects.get()
    assert (look.resident_number, look.reason) == (home.resident_id, "letter")


def test_a_code_works_for_its_addressee_alone(town: Municipality, home: Residence) -> None:
    code = printed_code(town, home)
    thief = resident_at(home.address, town)
    assert refused_code(town, code, thief) == "wrong_code"


def test_a_code_works_in_its_town_alone(town: Municipality, home: Residence) -> None:
    code = printed_code(town, home)
    assert refused_code(lively_town("elsewhere"), code, home) == "wrong_code"


@pytest.mark.parametrize("code", ["", "ABC", "000000000", "x" * 100, "АБВГДЕЖЗИ"])
def test_what_is_no_code_is_refused_alike(town: Municipality, home: Residence, code: str) -> None:
    assert refused_code(town, code, home) == "wrong_code"


def test_a_code_works_for_thirty_days(town: Municipality, home: Residence) -> None:
    code = printed_code(town, home)
    assert refused_code(town, code, home, now=NOON + 31 * DAY) == "expired"
    confirm_by_post(municipality=town, code=code, user=home.resident.user, now=NOON + 30 * DAY)


def test_printing_again_makes_the_first_code_worthless(town: Municipality, home: Residence) -> None:
    first = printed_code(town, home)
    numbers = [AddressLetter.objects.get().pk]
    clerk = clerk_of(town)
    (again,) = print_letters(municipality=town, numbers=numbers, actor=clerk, now=LATER)
    assert refused_code(town, first, home) == "wrong_code"
    confirm_by_post(municipality=town, code=again.code, user=home.resident.user, now=LATER)


def test_a_move_makes_the_code_worthless(town: Municipality, home: Residence) -> None:
    code = printed_code(town, home)
    move(resident=home.resident, choice=at(door(town, 2.5)), now=LATER)
    assert refused_code(town, code, home) == "wrong_code"


def test_this_is_not_me_ends_the_residence_and_tells_the_person(
    town: Municipality, home: Residence
) -> None:
    code = printed_code(town, home)
    confirm_by_post(municipality=town, code=code, user=home.resident.user, now=LATER)
    refuse_letter(municipality=town, code=code, now=LATER)
    home.refresh_from_db()
    assert (home.assurance, home.assured_at) == (Residence.Assurance.DECLARED, None)
    assert home.valid_until == LATER.date()
    assert AddressLetter.objects.get().refused_at == LATER
    letter = OutboxMessage.objects.get()
    assert letter.recipient == home.resident.user.email
    assert "do not live there" in letter.body
    with pytest.raises(ValidationError):
        refuse_letter(municipality=town, code=code, now=LATER)


def test_a_letter_refused_on_the_first_day_keeps_its_record(
    town: Municipality, home: Residence
) -> None:
    code = printed_code(town, home)
    refuse_letter(municipality=town, code=code, now=NOON)
    home.refresh_from_db()
    assert home.valid_until == TODAY + DAY
    assert AddressLetter.objects.get().refused_at == NOON


def test_a_letter_box_is_not_filled(town: Municipality, home: Residence) -> None:
    for number in range(6):
        printed_code(town, resident_at(home.address, town), NOON + number * DAY)
    with pytest.raises(ValidationError) as refused:
        ask_for_letter(residence=home, now=NOON + 7 * DAY)
    assert refused.value.code == "too_many_here"
    ask_for_letter(residence=home, now=NOON + 37 * DAY)


def test_one_letter_at_a_time_and_three_in_three_months(
    town: Municipality, home: Residence
) -> None:
    for number in range(3):
        now = NOON + number * DAY
        printed_code(town, home, now)
        with pytest.raises(ValidationError) as refused:
            ask_for_letter(residence=home, now=now)
        assert refused.value.code == "under_way"
        note_returned(
            municipality=town,
            numbers=AddressLetter.objects.values_list("pk", flat=True),
            now=now,
        )
    with pytest.raises(ValidationError) as refused:
        ask_for_letter(residence=home, now=NOON + 4 * DAY)
    assert refused.value.code == "too_many"


def test_moving_to_and_fro_does_not_reset_the_limit(town: Municipality, home: Residence) -> None:
    doors = [door(town, 1.5), door(town, 2.5), door(town, 3.5)]
    where = home
    for number, to in enumerate(doors):
        ask_for_letter(residence=where, now=NOON + number * DAY)
        (letter,) = where.letters.all()
        print_letters(
            municipality=town, numbers=[letter.pk], actor=clerk_of(town), now=NOON + number * DAY
        )
        where = move(resident=home.resident, choice=at(to), now=NOON + (number + 1) * DAY)
    with pytest.raises(ValidationError) as refused:
        ask_for_letter(residence=where, now=NOON + 5 * DAY)
    assert refused.value.code == "too_many"


def test_no_letter_goes_to_a_confirmed_home_nor_to_one_that_is_looked_up(
    town: Municipality, home: Residence
) -> None:
    unknown = resident_at(None, town)
    AddressQuestion.objects.create(residence=unknown, asked_at=NOON)
    sure = resident_at(home.address, town, assurance=Residence.Assurance.DESK)
    for one, code in ((unknown, "not_known"), (sure, "sure_already")):
        with pytest.raises(ValidationError) as refused:
            ask_for_letter(residence=one, now=NOON)
        assert refused.value.code == code


def test_a_letter_that_came_back_proves_nothing_and_the_person_is_told(
    town: Municipality, home: Residence
) -> None:
    code = printed_code(town, home)
    numbers = [AddressLetter.objects.get().pk]
    assert note_returned(municipality=town, numbers=numbers, now=LATER) == 1
    assert note_returned(municipality=town, numbers=numbers, now=LATER) == 0
    assert refused_code(town, code, home) == "wrong_code"
    assert "came back" in OutboxMessage.objects.get().subject


def test_letters_are_carried_in_order(town: Municipality) -> None:
    homes = [resident_at(door(town, 0.5, number), town) for number in ("10", "9", "2A")]
    for one in homes[1:]:
        one.address.street = homes[0].address.street  # type: ignore[union-attr]
    ordered = sorted(homes, key=delivery_key)
    assert [one.address.address_number for one in ordered] == ["2A", "9", "10"]  # type: ignore[union-attr]
    assert postal_lines(homes[0])[0].endswith("10")


def face(**changed: object) -> LetterFace:
    facts: dict[str, object] = {
        "town": "Piatra-Neamț",
        "arms": None,
        "language": "ro",
        "number": 17,
        "name": "Ștefania Țurcanu",
        "address": ["Strada Dărmănești 7, bl. B12, sc. A", "ap. 4", "610001 Piatra-Neamț"],
        "code": "ABC DEF GHJ",
        "code_url": "https://megdan.example/piatra-neamt/me/code/#ABCDEFGHJ",
        "refuse_url": "https://megdan.example/piatra-neamt/me/not-me/",
        "printed_on": "4 mai 2026",
        "expires_on": "3 iunie 2026",
    }
    return LetterFace(**{**facts, **changed})  # type: ignore[arg-type]


def read(content: bytes, page: int = 0) -> tuple[str, list[str]]:
    """Words and codes of a page, as a reader and a camera see them."""
    opened = pypdfium2.PdfDocument(content)[page]
    words = opened.get_textpage().get_text_range()
    codes = zxingcpp.read_barcodes(opened.render(scale=2).to_pil())
    return words, [one.text for one in codes]


def test_a_printed_letter_can_be_read_by_people_and_cameras() -> None:
    content = letters_pdf([face(), face(name="Ана Петрова", language="bg")], "Letters")
    words, codes = read(content)
    assert codes == ["https://megdan.example/piatra-neamt/me/code/#ABCDEFGHJ"]
    for part in ("ABC DEF GHJ", "Ștefania Țurcanu", "megdan.example/piatra-neamt/me/not-me/", "17"):
        assert part in words
    assert "Ана Петрова" in read(content, 1)[0]


def test_the_address_stands_in_the_window_of_the_envelope() -> None:
    page = pypdfium2.PdfDocument(letters_pdf([face()], "Letters"))[0]
    window = page.get_textpage().get_text_bounded(
        left=20 * 72 / 25.4, right=105 * 72 / 25.4, top=(297 - 45) * 72 / 25.4,
        bottom=(297 - 90) * 72 / 25.4,
    )  # fmt: skip
    for line in ("Ștefania Țurcanu", "Strada Dărmănești 7, bl. B12, sc. A", "610001 Piatra-Neamț"):
        assert line in window
    assert "ABC DEF GHJ" not in window


def test_a_card_is_as_large_as_a_bank_card_and_signs_in_by_camera() -> None:
    url = "https://megdan.example/accounts/card/?next=/piatra/me/#ABCDEFGHJKMNPQRSTVWXYZ012"
    card = CardFace(
        town="Piatra-Neamț",
        arms=None,
        language="ro",
        name="Ștefania Țurcanu",
        code="ABCDE FGHJK MNPQR STVWX YZ012",
        url=url,
        page="megdan.example/accounts/card/",
        issued_on="4 mai 2026",
    )
    words, codes = read(cards_pdf(card))
    assert codes == [url]
    assert "ABCDE FGHJK" in words
    assert "Ștefania Țurcanu" in words


def test_somebody_else_cannot_be_asked_for(town: Municipality, home: Residence) -> None:
    code = printed_code(town, home)
    with pytest.raises(ValidationError) as refused:
        confirm_by_post(municipality=town, code=code, user=UserFactory.create(), now=LATER)
    assert refused.value.code == "wrong_code"
