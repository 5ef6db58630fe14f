"""How the gazetteer answers on a small hand-made register: ties, numbers, blocks, completing."""

from math import cos, radians

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.matching import (
    AddressRecord,
    AreaKind,
    AreaRecord,
    Gazetteer,
    HouseNumber,
    Precision,
    Quality,
    StreetRecord,
    complete,
)
from geo.matching.along import StreetNumbers, numbered

EAST_WEST = shapely.LineString([(26.30, 46.90), (26.31, 46.90)])


def house(key: int, street: int, number: str, east: float, north: float = 0.0002) -> AddressRecord:
    return AddressRecord(key, 26.30 + east, 46.90 + north, street, number)


def town() -> Gazetteer:
    streets = [
        StreetRecord(1, ["Strada Valea Albă"], axis=EAST_WEST),
        StreetRecord(2, ["Aleea Valea Albă"], axis=EAST_WEST),
        StreetRecord(3, ["Bulevardul Dăscălescu, general"], axis=EAST_WEST),
        StreetRecord(4, ["Strada 1 Decembrie 1918"], axis=EAST_WEST),
        StreetRecord(5, ["Strada Morii"], locality="Ciritei", axis=EAST_WEST),
        StreetRecord(6, ["Strada Morii"], axis=EAST_WEST),
        StreetRecord(7, ["Strada Fundătura Pepinierei"], axis=EAST_WEST),
        StreetRecord(8, ["Cartierul Speranța"], axis=EAST_WEST),
    ]
    addresses = [
        house(1, 3, "2", 0.001),
        house(2, 3, "10", 0.005),
        house(3, 3, "1", 0.001, -0.0002),
        house(4, 3, "12A", 0.006),
        house(5, 3, "20-24", 0.008),
        house(6, 4, "5", 0.002),
        AddressRecord(7, 26.305, 46.91, block="A3", entrance="2", quarter="Mărăței"),
        AddressRecord(8, 26.306, 46.91, block="A3", entrance="1", quarter="Mărăței"),
        AddressRecord(9, 26.307, 46.92, 3, "40", quality=Quality.CENTROID),
        AddressRecord(10, 26.308, 46.92, 3, "50", quality=Quality.INTERPOLATED),
        house(11, 8, "4", 0.002),
    ]
    areas = [
        AreaRecord(0, AreaKind.SETTLEMENT, ["Piatra-Neamț"], 26.37, 46.93, is_main=True),
        AreaRecord(1, AreaKind.SETTLEMENT, ["Ciritei"], 26.40, 46.95),
        AreaRecord(2, AreaKind.QUARTER, ["Mărăței"], 26.36, 46.94),
    ]
    return Gazetteer("ro", streets=streets, addresses=addresses, areas=areas)


TOWN = town()


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Strada Valea Albă", 1),
        ("al. Valea Alba", 2),
        ("general Dăscălescu", 3),
        ("bd. gen. Dascalescu 2", 3),
        ("Dascalescu", 3),
        ("1 decembrie 1918 nr. 5", 4),
        ("Strada Morii 3, sat Ciritei", 5),
        ("Piatra Neamt, Strada Morii 3", 6),
        ("fundatura Pepinierei", 7),
        ("Cartierul Speranța 4", 8),
    ],
)
def test_type_and_settlement_decide(text: str, street: int) -> None:
    best = TOWN.search(text)[0]
    assert best.street_id == street
    assert not best.is_ambiguous


@pytest.mark.parametrize(("text", "streets"), [("Valea Alba 5", {1, 2}), ("strada Morii", {5, 6})])
def test_equal_streets_are_all_shown(text: str, streets: set[int]) -> None:
    equal = [hit for hit in TOWN.search(text) if hit.is_ambiguous]
    assert {hit.street_id for hit in equal} == streets


@pytest.mark.parametrize(
    "text",
    ["", "   ", "strada Inexistentă 4", "Strada Morii 3, sat Nicăieri", "((((", "№ № №", "9" * 500],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert TOWN.search(text) == []


@pytest.mark.parametrize(
    ("number", "precision", "address"),
    [
        ("2", Precision.ADDRESS, 1),
        ("12a", Precision.ADDRESS, 4),
        ("22", Precision.ADDRESS, 5),
        ("6", Precision.INTERPOLATED, None),
        ("2B", Precision.INTERPOLATED, None),
        ("400", Precision.STREET, None),
        ("33", Precision.STREET, None),
        ("40", Precision.STREET, 9),
        ("50", Precision.INTERPOLATED, 10),
    ],
)
def test_a_point_is_never_called_better_than_it_is(
    number: str, precision: Precision, address: int | None
) -> None:
    best = TOWN.search(f"Bulevardul General Dăscălescu {number}")[0]
    assert (best.precision, best.address_id) == (precision, address)


def test_a_number_between_neighbours_lies_in_proportion_on_its_side() -> None:
    best = TOWN.search("Bulevardul General Dăscălescu 6")[0]
    assert best.longitude == pytest.approx(26.303)
    assert best.latitude == pytest.approx(46.9002)


def test_an_entrance_is_a_door_and_a_block_is_a_block() -> None:
    door = TOWN.search("cart. Mărăței bl. A3 sc. 2 ap. 14")[0]
    block = TOWN.search("cart. Mărăței bl. A3")[0]
    other = TOWN.search("cart. Mărăței bl. A3 sc. 9")[0]

    assert (door.precision, door.address_id) == (Precision.ADDRESS, 7)
    assert (block.precision, block.address_id) == (Precision.BLOCK, None)
    assert other.precision is Precision.BLOCK
    assert block.longitude == pytest.approx(26.3055)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("cartierul Maratei", Precision.QUARTER),
        ("cart. Mărăței bl. Z99", Precision.QUARTER),
        ("Piatra-Neamt", Precision.SETTLEMENT),
        ("sat Ciritei", Precision.SETTLEMENT),
    ],
)
def test_wider_places(text: str, precision: Precision) -> None:
    assert TOWN.search(text)[0].precision is precision


@pytest.mark.parametrize(
    ("typed", "first"),
    [("dasc", 3), ("Bd. Dă", 3), ("1 dec", 4), ("Valea Al", 1), ("general das", 3)],
)
def test_completing_a_street(typed: str, first: int) -> None:
    assert complete(TOWN, typed)[0].street_id == first


def test_completing_a_number_lists_the_numbers_that_begin_so() -> None:
    assert [hit.address_id for hit in complete(TOWN, "bd dascalescu 1")] == [3, 2, 4]


def test_completing_a_quarter_and_a_settlement() -> None:
    areas = [hit.area for typed in ("cart. Măr", "Piat") for hit in complete(TOWN, typed)[:1]]
    assert [area.names[0] for area in areas if area] == ["Mărăței", "Piatra-Neamț"]


@given(st.text(max_size=80))
@settings(max_examples=60)
def test_any_text_can_be_searched_and_completed(text: str) -> None:
    for hit in [*TOWN.search(text), *complete(TOWN, text)]:
        assert 0.0 <= hit.score <= 1.0


@given(
    numbers=st.sets(st.integers(1, 120), min_size=2, max_size=30),
    asked=st.integers(1, 120),
)
def test_interpolation_agrees_with_plain_proportion_on_a_straight_street(
    numbers: set[int], asked: int
) -> None:
    """On a straight axis with evenly set houses a number's place is known beforehand."""
    points = [
        numbered(str(n), 26.30 + n * 1e-5, 46.90 + (1e-4 if n % 2 else -1e-4), n) for n in numbers
    ]
    street = StreetNumbers([point for point in points if point], EAST_WEST)
    side = sorted(n for n in numbers if n % 2 == asked % 2)
    placed = street.between(HouseNumber(asked))
    if asked in side or not side:
        return
    if side[0] < asked < side[-1]:
        assert placed is not None
        east, north = placed
        metre = cos(radians(46.90)) * 111_320
        assert abs(east - 26.30 - asked * 1e-5) * metre < 0.01
        assert north == pytest.approx(46.90 + (1e-4 if asked % 2 else -1e-4), abs=1e-9)
    elif placed is not None:
        assert min(abs(asked - side[0]), abs(asked - side[-1])) <= 6
