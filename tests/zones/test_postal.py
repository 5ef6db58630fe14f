"""Postal ranges as printed, and the code of one house."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.zones import MunicipalityFactory, StreetFactory
from zones.importing.postal import NumberRange, code_among, parse_ranges
from zones.importing.rows import PostalRow, Source
from zones.models import PostalRange
from zones.services.postal import load_postal_ranges, postal_code_for

SOURCE = Source("Nomenclature", "OGL-ROU-1.0")


@pytest.mark.parametrize(
    ("printed", "ranges"),
    [
        ("", [NumberRange()]),
        ("nr. 3-13; 2-4", [NumberRange("odd", 3, 13), NumberRange("even", 2, 4)]),
        ("nr. 25-T", [NumberRange("odd", 25, None)]),
        ("5-7, 11-T", [NumberRange("odd", 5, 7), NumberRange("odd", 11, None)]),
        ("nr. 8", [NumberRange("even", 8, 8)]),
        ("nr. 1-4", [NumberRange("any", 1, 4)]),
        ("bl. 9, B20", [NumberRange(block="9"), NumberRange(block="B20")]),
    ],
)
def test_ranges_are_read_as_the_nomenclature_prints_them(
    printed: str, ranges: list[NumberRange]
) -> None:
    assert parse_ranges(printed) == ranges


@pytest.mark.parametrize("printed", ["nr. 9-3", "nr. x", "nr. 1-2-3"])
def test_what_is_no_range_is_refused_with_its_text(printed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_ranges(printed)
    assert refused.value.code == "postal_numbers"


@given(
    first=st.integers(1, 200),
    length=st.integers(0, 60),
    is_open=st.booleans(),
    number=st.integers(1, 400),
)
def test_a_number_is_in_the_range_that_counts_to_it(
    first: int, length: int, is_open: bool, number: int
) -> None:
    last = first + 2 * length
    printed = f"nr. {first}-T" if is_open else f"nr. {first}-{last}"
    counted = set(range(first, 1000 if is_open else last + 1, 2))
    parts = [_Part(each, "610001") for each in parse_ranges(printed)]
    assert (code_among(parts, str(number)) == "610001") == (number in counted)


class _Part:
    def __init__(self, numbers: NumberRange, postal_code: str) -> None:
        self.parity = numbers.parity
        self.number_from = numbers.number_from
        self.number_to = numbers.number_to
        self.block = numbers.block
        self.postal_code = postal_code


@pytest.mark.django_db
def test_a_house_gets_the_code_of_its_range_and_a_hole_gets_none() -> None:
    town = MunicipalityFactory.create()
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Mihai Viteazul"})
    rows = [
        PostalRow(2, "Str. Mihai Viteazul", "nr. 1-13; 2-8", "610001"),
        PostalRow(3, "Strada Mihai Viteazul", "nr. 17-T", "610002"),
        PostalRow(4, "Strada Mihai Viteazul", "bl. B20", "610003"),
        PostalRow(5, "Strada Nicăieri", "", "610009"),
        PostalRow(6, "Strada Mihai Viteazul", "nr. x", "610009"),
    ]
    change = load_postal_ranges(municipality=town, rows=rows, source=SOURCE)
    assert (change.added, [row.line for row in change.refused]) == (4, [5, 6])
    assert postal_code_for(street=street, number="7A") == "610001"
    assert postal_code_for(street=street, number="99") == "610002"
    assert postal_code_for(street=street, number="10") == ""
    assert postal_code_for(street=street, number="15") == ""
    assert postal_code_for(street=street, number="1", block="bl. B 20") == "610003"


@pytest.mark.django_db
def test_loading_the_same_nomenclature_again_writes_nothing() -> None:
    town = MunicipalityFactory.create()
    StreetFactory.create(municipality=town, names={"ro": "Strada Gării"})
    rows = [PostalRow(2, "Strada Gării", "", "610001")]
    load_postal_ranges(municipality=town, rows=rows, source=SOURCE)
    version = town.register_version
    change = load_postal_ranges(municipality=town, rows=rows, source=SOURCE)
    town.refresh_from_db()
    assert (change.wrote, town.register_version) == (False, version)
    assert load_postal_ranges(municipality=town, rows=[], source=SOURCE).removed == 1
    assert not PostalRange.objects.exists()
