"""A town without a file draws ten neighbourhoods, a second person publishes, and it is undone."""

import datetime as dt
from typing import Any

import pytest
import shapely
from django.core.exceptions import ValidationError

from accounts.models import User
from geo.coverage import CoverageRefused, is_sound
from tests.factories.accounts import UserFactory
from tests.factories.zones import (
    CELL,
    SOUTH,
    WEST,
    AddressFactory,
    MunicipalityFactory,
    ZoneEditionFactory,
    ZoneKindFactory,
    spot,
    square,
    zone_with_shape,
)
from zones.importing.rows import KindSpec
from zones.models import (
    AddressPlacement,
    Municipality,
    SettingChange,
    ZoneDraft,
    ZoneEdition,
    ZoneKind,
    ZoneShape,
)
from zones.placing import place_addresses
from zones.services.divisions import division_at, outline_of
from zones.services.draft_preview import preview
from zones.services.drafts import (
    DraftMovedOn,
    apply_step,
    begin_draft,
    discard,
    give_back,
    hand_in,
    make_kind,
    publish,
    redo,
    undo,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(slug="piatra")


@pytest.fixture
def drawer() -> User:
    return UserFactory.create()


@pytest.fixture
def second() -> User:
    return UserFactory.create()


@pytest.fixture
def kind(town: Municipality) -> ZoneKind:
    names = {"ro": "Cartier", "en": "Neighbourhood"}
    return make_kind(municipality=town, spec=KindSpec("neighbourhood", names, is_partition=True))


@pytest.fixture
def draft(town: Municipality, kind: ZoneKind, drawer: User) -> ZoneDraft:
    return begin_draft(municipality=town, kind=kind, actor=drawer, now=NOW)


def at(column: float, row: float) -> list[float]:
    return [WEST + column * CELL, SOUTH + row * CELL]


def line(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [at(*corner) for corner in corners]}


def box(column: float, row: float, width: float, height: float) -> dict[str, Any]:
    right, top = column + width, row + height
    ring = [at(column, row), at(right, row), at(right, top), at(column, top), at(column, row)]
    return {"type": "Polygon", "coordinates": [ring]}


def step(draft: ZoneDraft, **act: Any) -> ZoneDraft:
    apply_step(draft=draft, act=act, now=NOW)
    draft.refresh_from_db()
    return draft


def named(code: str) -> dict[str, str]:
    return {"ro": f"Cartierul {code}", "en": f"Quarter {code}"}


def draw_ten(draft: ZoneDraft) -> None:
    """Ten neighbourhoods by every tool: drawn, filled, split by lines, bent at a border."""
    step(draft, op="draw", geometry=box(-0.5, -0.5, 2.2, 5), names=named("west"))
    step(draft, op="fill", names=named("east"))
    step(draft, op="split", zone="n1", geometry=line((-0.2, 1.1), (2, 1.3)))
    step(draft, op="split", zone="n2", geometry=line((1.5, 2.13), (4.5, 1.9)))
    step(draft, op="split", zone="n2", geometry=line((3.1, -1), (2.9, 5)))
    step(draft, op="split", zone="n1", geometry=line((-0.2, 2.6), (2.1, 2.7)))
    step(draft, op="split", zone="n1", geometry=line((0.77, -1), (0.9, 5)))
    step(draft, op="split", zone="n4", geometry=line((2.4, -1), (2.4, 5)))
    step(draft, op="draw", geometry=box(1.2, 1.7, 1.1, 0.9))
    codes = list(division_at(draft).coverage.areas)
    step(draft, op="split", zone=codes[-1], geometry=line((1.1, 2.0), (2.5, 2.3)))
    step(draft, op="point", at=at(1.7, 1.7), to=at(1.75, 1.6))
    for code in division_at(draft).coverage.areas:
        step(draft, op="name", zone=code, names=named(code))


def published(draft: ZoneDraft, drawer: User, second: User, now: dt.datetime = NOW) -> ZoneEdition:
    hand_in(draft=draft, note="Because.", actor=drawer, now=now)
    edition = publish(draft=draft, actor=second, now=now).edition
    assert edition is not None
    return edition


def test_ten_neighbourhoods_cover_the_town_and_place_every_address(
    town: Municipality, kind: ZoneKind, draft: ZoneDraft, drawer: User, second: User
) -> None:
    for number in range(100):
        AddressFactory.create(
            municipality=town, location=spot(0.15 + number % 10 * 0.41, 0.15 + number // 10 * 0.41)
        )
    AddressFactory.create(municipality=town, location=spot(0, 0))

    draw_ten(draft)
    told = preview(draft=draft, on=NOW.date())
    edition = published(draft, drawer, second)
    placed = place_addresses(municipality=town, now=NOW, kind=kind).kind("neighbourhood")

    shapes = [shapely.from_wkb(bytes(s.geometry.wkb)) for s in edition.shapes.all()]
    outline = outline_of(town)
    assert len(shapes) == 10
    assert shapely.coverage_is_valid(shapes)
    assert shapely.equals(shapely.coverage_union_all(shapes), outline)
    assert (told.changed, told.nowhere, told.uncovered_ha, told.findings) == (101, 0, 0.0, [])
    assert (placed.placed, placed.unplaced) == (101, 0)
    held = {line.code: line.addresses for line in told.zones}
    current = AddressPlacement.objects.current().values_list("zone__code", flat=True)
    assert {code: list(current).count(code) for code in held} == held
    assert edition.dataset.source == "Drawn in the zone editor"
    assert edition.report["findings"] == []
    change = SettingChange.objects.get(subject="zones")
    assert change.before
    assert change.after
    assert (change.changed_by, change.before["zones"], change.after["zones"]) == (second, 0, 10)


def test_what_was_published_is_undone_as_another_edition(
    town: Municipality, kind: ZoneKind, draft: ZoneDraft, drawer: User, second: User
) -> None:
    draw_ten(draft)
    first = published(draft, drawer, second)
    before = _in_force(kind)
    next_draft = begin_draft(municipality=town, kind=kind, actor=drawer, now=NOW + DAY)
    step(next_draft, op="merge", zones=["n1", "n3"], into="n1")
    worse = published(next_draft, drawer, second, NOW + DAY)
    assert len(_in_force(kind)) == 9

    back = begin_draft(municipality=town, kind=kind, actor=second, now=NOW + DAY, undo=worse)
    undone = published(back, second, drawer, NOW + DAY)

    assert _in_force(kind) == before
    assert first.pk < worse.pk < undone.pk


def test_the_first_drawing_is_undone_to_nothing(
    town: Municipality, kind: ZoneKind, draft: ZoneDraft, drawer: User, second: User
) -> None:
    step(draft, op="draw", geometry=box(0, 0, 4, 4), names=named("all"))
    first = published(draft, drawer, second)
    back = begin_draft(municipality=town, kind=kind, actor=drawer, now=NOW + DAY, undo=first)
    published(back, drawer, second, NOW + DAY)
    assert _in_force(kind) == {}


def _in_force(kind: ZoneKind) -> dict[str, bytes]:
    shapes = ZoneShape.objects.filter(zone__kind=kind).current().select_related("zone")
    areas = {one.zone.code: shapely.from_wkb(bytes(one.geometry.wkb)) for one in shapes}
    return {code: shapely.normalize(area).wkb for code, area in areas.items()}


def test_whoever_handed_it_in_does_not_publish_it(draft: ZoneDraft, drawer: User) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1), names=named("a"))
    hand_in(draft=draft, note="", actor=drawer, now=NOW)
    with pytest.raises(ValidationError) as refused:
        publish(draft=draft, actor=drawer, now=NOW)
    assert refused.value.code == "same_person"
    assert not ZoneEdition.objects.exists()


def test_another_load_meanwhile_stops_it(
    kind: ZoneKind, draft: ZoneDraft, drawer: User, second: User
) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1), names=named("a"))
    hand_in(draft=draft, note="", actor=drawer, now=NOW)
    ZoneEditionFactory.create(kind=kind, municipality=kind.municipality)
    with pytest.raises(ValidationError) as refused:
        publish(draft=draft, actor=second, now=NOW)
    assert refused.value.code == "base_moved"


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ([], "nothing_new"),
        ([{"op": "draw", "geometry": box(0, 0, 1, 1)}], "unnamed"),
    ],
)
def test_handing_in_is_refused(
    draft: ZoneDraft, drawer: User, acts: list[dict[str, Any]], code: str
) -> None:
    for act in acts:
        step(draft, **act)
    with pytest.raises(ValidationError) as refused:
        hand_in(draft=draft, note="", actor=drawer, now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ({"op": "eat"}, "unknown_act"),
        ({"op": "split"}, "unknown_act"),
        ({"op": "draw", "geometry": box(5, 5, 1, 1)}, "outside"),
        ({"op": "draw", "geometry": line((0, 0), (1, 1))}, "type"),
        ({"op": "draw", "geometry": box(0, 0, 4, 4)}, "would_vanish"),
        ({"op": "split", "zone": "n1", "geometry": line((-1, 0.5), (0.5, 0.5))}, "not_through"),
        ({"op": "split", "zone": "n1", "geometry": line((3, 3), (2, 3))}, "not_touching"),
        (
            {"op": "split", "zone": "n1", "geometry": line((-1, -1), (2, 2), (2, 0), (0, 2))},
            "line_crosses",
        ),
        ({"op": "split", "zone": "x", "geometry": line((-1, 0.5), (2, 0.5))}, "unknown_zone"),
        ({"op": "split", "zone": "n1", "street": 0}, "unknown_act"),
        ({"op": "merge", "zones": ["n1"]}, "one_zone"),
        (
            {"op": "border", "between": ["n1", "n2"], "geometry": line((1, 0), (1, 1))},
            "not_through",
        ),
        ({"op": "point", "at": at(2, 3), "to": at(2, 2)}, "no_border"),
        ({"op": "point", "at": at(0, 0), "to": at(0.2, 0.2)}, "edge_of_town"),
        ({"op": "point", "at": at(1, 1), "to": at(1.5, -0.4)}, "outside"),
        ({"op": "name", "zone": "n1", "code": "n2"}, "same_code"),
        ({"op": "remove", "zone": "x"}, "unknown_zone"),
        ({"op": "streets", "streets": [1]}, "no_street_area"),
        ({"op": "streets", "streets": ["x"]}, "unknown_act"),
        ({"op": "streets", "streets": [10**30]}, "no_street_area"),
        ({"op": "point", "at": [1], "to": at(2, 2)}, "unknown_act"),
    ],
)  # fmt: skip
def test_a_step_is_refused_and_leaves_no_trace(
    draft: ZoneDraft, act: dict[str, Any], code: str
) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1))
    step(draft, op="draw", geometry=box(1, 0, 1, 1))
    with pytest.raises(ValidationError) as refused:
        step(draft, **act)
    draft.refresh_from_db()
    assert refused.value.code == code
    assert (draft.position, draft.steps.count()) == (2, 3)


def test_a_refusal_names_its_place(draft: ZoneDraft) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1))
    with pytest.raises(CoverageRefused) as refused:
        step(draft, op="split", zone="n1", geometry=line((-1, 0.5), (0.25, 0.5)))
    assert refused.value.place == pytest.approx(at(0.25, 0.5))


def test_steps_are_undone_and_done_again(draft: ZoneDraft) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1))
    step(draft, op="fill")
    assert list(division_at(undo(draft=draft, now=NOW)).coverage.areas) == ["n1"]
    assert list(division_at(redo(draft=draft, now=NOW)).coverage.areas) == ["n1", "n2"]
    assert undo(draft=undo(draft=undo(draft=draft, now=NOW), now=NOW), now=NOW).position == 0
    draft.refresh_from_db()
    step(draft, op="draw", geometry=box(2, 2, 1, 1))
    assert redo(draft=draft, now=NOW).position == 1
    assert draft.steps.count() == 2


def test_a_page_that_stands_elsewhere_is_told(draft: ZoneDraft) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1))
    with pytest.raises(DraftMovedOn):
        apply_step(draft=draft, act={"op": "fill"}, now=NOW, position=0)


def test_what_waits_cannot_be_drawn_on_until_it_is_given_back(
    draft: ZoneDraft, drawer: User, second: User
) -> None:
    step(draft, op="draw", geometry=box(0, 0, 1, 1), names=named("a"))
    hand_in(draft=draft, note="", actor=drawer, now=NOW)
    with pytest.raises(ValidationError, match="waits for a second person"):
        step(draft, op="fill")
    give_back(draft=draft, note="The east is missing.", now=NOW)
    assert step(draft, op="fill").position == 2
    assert discard(draft=draft, actor=second, now=NOW).state == "discarded"


def test_one_draft_at_a_time(town: Municipality, kind: ZoneKind, draft: ZoneDraft) -> None:
    with pytest.raises(ValidationError, match="drawn already"):
        begin_draft(municipality=town, kind=kind, actor=draft.made_by, now=NOW)


def test_streets_and_other_towns_are_not_drawn(town: Municipality, drawer: User) -> None:
    strips = ZoneKindFactory.create(municipality=town, code="street")
    foreign = ZoneKindFactory.create()
    for kind, code in ((strips, "derived_kind"), (foreign, "foreign_kind")):
        with pytest.raises(ValidationError) as refused:
            begin_draft(municipality=town, kind=kind, actor=drawer, now=NOW)
        assert refused.value.code == code


def test_zones_that_may_overlap_are_left_alone(town: Municipality, drawer: User) -> None:
    zone = zone_with_shape(town, code="a", geometry=square(0, 0, 2))
    zone_with_shape(town, code="b", geometry=square(1, 0, 2))
    with pytest.raises(ValidationError) as refused:
        begin_draft(municipality=town, kind=zone.kind, actor=drawer, now=NOW)
    assert refused.value.code == "zones_overlap"


def test_a_file_with_a_hair_gap_is_begun_without_it(town: Municipality, drawer: User) -> None:
    zone_with_shape(town, code="a", geometry=square(0, 0))
    zone = zone_with_shape(town, code="b", geometry=square(1.00003, 0))
    begun = begin_draft(municipality=town, kind=zone.kind, actor=drawer, now=NOW)
    coverage = division_at(begun).coverage
    assert is_sound(coverage)
    assert coverage.areas["a"].intersection(coverage.areas["b"]).length == pytest.approx(CELL)


def test_moved_addresses_are_told_by_zone(
    town: Municipality, kind: ZoneKind, draft: ZoneDraft, drawer: User, second: User
) -> None:
    for column in (0.5, 1.5, 1.6, 3.5):
        AddressFactory.create(municipality=town, location=spot(column, 0.5))
    step(draft, op="draw", geometry=box(0, 0, 1, 4), names=named("a"))
    step(draft, op="draw", geometry=box(1, 0, 1, 4), names=named("b"))
    published(draft, drawer, second)
    place_addresses(municipality=town, now=NOW, kind=kind)

    moving = begin_draft(municipality=town, kind=kind, actor=drawer, now=NOW + DAY)
    step(moving, op="border", between=["n1", "n2"], geometry=line((1, 0), (1.55, 0.5), (1, 2)))
    told = preview(draft=moving, on=NOW.date())

    assert [(m.before, m.after, m.addresses) for m in told.moves] == [("n2", "n1", 1)]
    assert (told.nowhere, told.reach is not None) == (1, True)
    assert [z.is_changed for z in told.zones] == [True, True]


def test_a_preview_takes_few_questions(
    draft: ZoneDraft, django_assert_max_num_queries: Any
) -> None:
    step(draft, op="draw", geometry=box(0, 0, 4, 4))
    with django_assert_max_num_queries(12):
        preview(draft=draft, on=NOW.date())
