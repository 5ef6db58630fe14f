"""Spellings that must meet, and parts that must be read, in Romanian and Bulgarian."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.matching import fold, parse_address, parse_number, street_type_code
from geo.matching.letters import token_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ştefan cel Mare", "Ștefan cel Mare"),
        ("PIAŢA", "piața"),
        ("Mărăţei", "Maratei"),
        ("Цар Симеон Велики", "Tsar Simeon Veliki"),
        ("Щерю Вапцаров", "Shteryu Vaptsarov"),
        ("Ангел Кънчев", "Angel Kanchev"),
        ("„Младост“", '"Mladost"'),
    ],
)
def test_two_spellings_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("cyrillic", "informal"),
    [
        ("Цар", "Car"),
        ("Цар", "Tzar"),
        ("Симеон", "Simeon"),
        ("Евтимий", "Evtimii"),
        ("Жеравна", "Jeravna"),
        ("Шишман", "6i6man"),
        ("Чучура", "4u4ura"),
        ("Юндола", "Jundola"),
        ("Кольо", "Kolio"),
    ],
)
def test_informal_latin_bulgarian_shares_the_key_of_cyrillic(cyrillic: str, informal: str) -> None:
    assert token_key(fold(cyrillic), "bg") == token_key(fold(informal), "bg")


@pytest.mark.parametrize(
    ("word", "language", "code"),
    [
        ("b-dul", "ro", "boulevard"),
        ("Bd.", "ro", "boulevard"),
        ("Stradă", "ro", "street"),
        ("Piaţa", "ro", "square"),
        ("Şos.", "ro", "road"),
        ("Fundătură", "ro", "cul_de_sac"),
        ("бул.", "bg", "boulevard"),
        ("УЛ.", "bg", "street"),
        ("площад", "bg", "square"),
        ("Мамалига", "bg", ""),
    ],
)
def test_street_types_in_every_spelling(word: str, language: str, code: str) -> None:
    assert street_type_code(word, language) == code


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("12", "12"),
        ("012", "12"),
        ("12A", "12a"),
        ("12 А", "12a"),
        ("12-Б", "12b"),
        ("12 bis", "12bis"),
        ("12-14", "12-14"),
        ("12/1", "12/1"),
        ("14-12", "14/12"),
    ],
)
def test_house_numbers(written: str, key: str) -> None:
    number = parse_number(written)
    assert number is not None
    assert number.key == key


@pytest.mark.parametrize("written", ["", "A", "la parter", "123456", "12 12", "-"])
def test_what_is_no_house_number(written: str) -> None:
    assert parse_number(written) is None


def test_a_range_holds_the_numbers_of_its_side() -> None:
    number = parse_number("12-16")
    assert number is not None
    assert [n for n in range(10, 20) if number.spans(n)] == [12, 14, 16]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "bg",
            "ж.к. Зора бл. 12 вх. Б ап. 3",
            {"quarter": "zora", "block": "12", "entrance": "b", "apartment": "3"},
        ),
        ("ro", "bl. A3 sc. 2 ap. 14", {"block": "a3", "entrance": "2", "apartment": "14"}),
        ("ro", "bloc A 3, scara B, et. 2", {"block": "a3", "entrance": "b", "floor": "2"}),
        (
            "ro",
            "Piatra-Neamț, str. Mihai Eminescu nr. 12A, jud. Neamț, 610004",
            {"thoroughfare": "mihai eminescu", "address_number": "12a", "postal_code": "610004"},
        ),
        ("ro", "1 Decembrie 1918 5", {"thoroughfare": "1 decembrie 1918", "address_number": "5"}),
        ("ro", "bd. Dăscălescu, general 5", {"thoroughfare": "dascalescu general"}),
        (
            "bg",
            'ул. "9-ти септември" №25',
            {"thoroughfare": "9 septemvri", "address_number": "25", "type_code": "street"},
        ),
        (
            "bg",
            "ж.к.“Железник“, ул„Младост“ №25, ТЦ",
            {"quarter": "zheleznik", "thoroughfare": "mladost", "address_number": "25"},
        ),
        (
            "bg",
            "ГР. СТАРА ЗАГОРА, ДГ№31 СЛЪНЦЕ, УЛ. СВ. ОТЕЦ ПАИСИЙ №2, физкултурен салон",
            {
                "locality": "stara zagora",
                "thoroughfare": "sv otets paisiy",
                "address_number": "2",
            },
        ),
        (
            "bg",
            "Nikola Petkov Blvd. 52",
            {"thoroughfare": "nikola petkov", "type_code": "boulevard", "address_number": "52"},
        ),
        (
            "bg",
            "STARA ZAGORA bul. Tsar Simeon Veliki, 100 V",
            {"thoroughfare": "tsar simeon veliki", "address_number": "100v"},
        ),
        ("bg", "STARA ZAGORA ul. G. S. Rakovski 54", {"thoroughfare": "g s rakovski"}),
        ("bg", "с. Могила, ул. Трета 5", {"locality": "mogila", "thoroughfare": "treta"}),
        ("bg", "Студентски град, зала 2", {"locality": ""}),
        ("bg", "ул. Свети Княз Борис</br>до Парк Тракия", {"thoroughfare": "sveti knyaz boris"}),
        ("bg", "кв. „Железник“ № 25", {"quarter": "zheleznik", "quarter_number": "25"}),
        ("ro", "Strada Drumul Țărnii nr. 4", {"type_code": "street", "address_number": "4"}),
    ],
)
def test_parts_of_an_address(language: str, text: str, expected: dict[str, str]) -> None:
    parsed = parse_address(text, language)
    assert {name: getattr(parsed, name) for name in expected} == expected


@given(st.text(max_size=400), st.sampled_from(["ro", "bg", "en", "xx"]))
def test_any_text_can_be_parsed(text: str, language: str) -> None:
    parsed = parse_address(text, language)
    assert all(reading.words for reading in parsed.readings)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
