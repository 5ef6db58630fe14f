"""Where a report is: marks, stretches of street, areas, addresses; and which others lie near."""

import datetime as dt

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString, Point
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from geo.metres import length_m
from incidents.models import Category, Incident
from incidents.services.duplicates import Asked, likely_duplicates
from incidents.services.marking import marks_of, shape_of, stretch
from incidents.services.reported_place import Told, find_place
from incidents.services.reporting import NewReporter
from tests.factories.departments import NOON
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.sites import SiteFactory
from tests.factories.zones import MunicipalityFactory, StreetFactory, spot
from zones.models import Municipality

pytestmark = pytest.mark.django_db

LATER = NOON + dt.timedelta(hours=3)


@pytest.fixture
def town() -> Municipality:
    """Four by four cells."""
    found: Municipality = MunicipalityFactory.create(modules=["reports"])
    return found


def coords(line: GEOSGeometry) -> list[tuple[float, float]]:
    """The corners of a line."""
    return [(x, y) for x, y in shapely.get_coordinates(shapely.from_wkb(bytes(line.wkb)))]


def bent(town: Municipality) -> MultiLineString:
    """An axis of two parts that turns a corner in the first cell."""
    corner, ends = spot(0.5, 0.5), (spot(0.2, 0.5), spot(0.5, 0.8))
    return MultiLineString(
        LineString(ends[0].coords, corner.coords),
        LineString(corner.coords, ends[1].coords),
        srid=4326,
    )


class TestStretches:
    """Two points at one street become the part of its axis between them."""

    def test_a_stretch_follows_the_axis_around_its_corner(self, town: Municipality) -> None:
        StreetFactory.create(municipality=town, axis=bent(town))
        first, last = spot(0.4, 0.5001), spot(0.4999, 0.6)

        line = stretch(municipality=town, first=first, last=last)

        found = shapely.from_wkb(bytes(line.wkb))
        straight = shapely.LineString([first.coords, last.coords])
        assert found.distance(shapely.Point(spot(0.5, 0.5).coords)) < 1e-6
        assert length_m(found, metric_srid=3844) > 1.2 * length_m(straight, metric_srid=3844)
        # Metre by metre on the axis: linear reference, not a drawing.
        axis = shapely.from_wkb(bytes(bent(town).wkb))
        assert max(axis.distance(shapely.Point(one)) for one in found.coords) < 1e-7

    def test_its_direction_is_that_of_the_marks(self, town: Municipality) -> None:
        StreetFactory.create(municipality=town, axis=bent(town))
        marks = spot(0.25, 0.5), spot(0.45, 0.5)

        there = stretch(municipality=town, first=marks[0], last=marks[1])
        back = stretch(municipality=town, first=marks[1], last=marks[0])

        assert coords(there)[0][0] < coords(there)[-1][0]
        assert coords(back)[0][0] > coords(back)[-1][0]

    def test_without_a_street_it_is_the_straight_line(self, town: Municipality) -> None:
        line = stretch(municipality=town, first=spot(1, 1), last=spot(2, 1))

        assert len(coords(line)) == 2

    def test_twice_the_same_point_is_no_stretch(self, town: Municipality) -> None:
        with pytest.raises(ValidationError) as refused:
            stretch(municipality=town, first=spot(1, 1), last=spot(1, 1))

        assert refused.value.code == "too_few"


class TestMarks:
    """Nothing from outside becomes a shape but by the intake."""

    @pytest.mark.parametrize(
        "text",
        [
            "26.3",
            "26.3;46.9",
            "a,b",
            "inf,46.9",
            "200,46.9",
            "26.3,46.9;" * 61,
            "26.3 46.9",
            "1e400,1",
        ],
    )
    def test_what_is_no_point_is_refused(self, text: str) -> None:
        with pytest.raises(ValidationError):
            marks_of(text)

    def test_an_area_that_crosses_itself_is_refused_and_not_repaired(
        self, town: Municipality
    ) -> None:
        bow = [spot(1, 1), spot(2, 2), spot(2, 1), spot(1, 2)]

        with pytest.raises(ValidationError):
            shape_of(municipality=town, shape="area", marks=bow)

    def test_three_corners_are_an_area(self, town: Municipality) -> None:
        made = shape_of(municipality=town, shape="area", marks=[spot(1, 1), spot(2, 1), spot(2, 2)])

        assert made.geom_type == "Polygon"
        assert made.srid == 4326

    @pytest.mark.parametrize(("shape", "given"), [("line", 1), ("area", 2)])
    def test_too_few_marks_are_asked_for_more(
        self, town: Municipality, shape: str, given: int
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            shape_of(municipality=town, shape=shape, marks=[spot(1, 1), spot(2, 1)][:given])

        assert refused.value.code == "too_few"


class TestPlaces:
    """Marks count before the sign, the sign before nothing."""

    def test_a_mark_beside_the_sign_keeps_the_sign(self, town: Municipality) -> None:
        site = SiteFactory.create(municipality=town, geometry=spot(1, 1))
        told = Told(marks=text_of(spot(1.01, 1.01)), site=site, accuracy_m=8)

        found = find_place(municipality=town, told=told)

        assert (found.site, found.accuracy_m) == (site, 8)

    def test_a_mark_far_from_the_sign_leaves_it(self, town: Municipality) -> None:
        site = SiteFactory.create(municipality=town, geometry=spot(1, 1))

        found = find_place(municipality=town, told=Told(marks=text_of(spot(3, 3)), site=site))

        assert found.site is None

    def test_words_alone_are_taken_when_somebody_says_so(self, town: Municipality) -> None:
        told = Told(address="behind the old mill", chosen="words")

        found = find_place(municipality=town, told=told)

        assert (found.geometry, found.words) == (None, "behind the old mill")


class TestDuplicates:
    """Same site first, then distance with the street before the corner, kind, age; words order."""

    @pytest.fixture
    def lamp(self, town: Municipality) -> Category:
        found: Category = CategoryFactory.create(municipality=town, code="lamp", family="light")
        return found

    def ask(self, lamp: Category, **more: object) -> list[Incident]:
        asked = Asked(lamp, **{"geometry": spot(0.5, 0.5), **more})  # type: ignore[arg-type]
        found = likely_duplicates(municipality=lamp.municipality, asked=asked, now=LATER)
        return [one.incident for one in found]

    def test_the_same_site_comes_first(self, lamp: Category) -> None:
        site = SiteFactory.create(municipality=lamp.municipality, geometry=spot(0.51, 0.51))
        beside = reported(lamp.municipality, category=lamp)
        here = reported(lamp.municipality, category=lamp, site=site, geometry=spot(0.51, 0.51))

        assert self.ask(lamp, site=site) == [here, beside]

    def test_the_nearer_comes_first_and_the_far_never(self, lamp: Category) -> None:
        near = reported(lamp.municipality, category=lamp, geometry=spot(0.501, 0.5))
        nearer = reported(lamp.municipality, category=lamp)
        reported(lamp.municipality, category=lamp, geometry=spot(0.9, 0.9))

        assert self.ask(lamp) == [nearer, near]

    def test_what_lies_a_step_away_is_at_this_very_place(self, lamp: Category) -> None:
        for column in (0.5, 0.51):
            reported(lamp.municipality, category=lamp, geometry=spot(column, 0.5))

        asked = Asked(lamp, spot(0.5, 0.5))
        found = likely_duplicates(municipality=lamp.municipality, asked=asked, now=LATER)

        assert [one.is_here for one in found] == [True, False]

    def test_the_same_street_counts_as_nearer(self, lamp: Category) -> None:
        street = StreetFactory.create(municipality=lamp.municipality)
        around = reported(lamp.municipality, category=lamp, geometry=spot(0.504, 0.5))
        along = reported(lamp.municipality, category=lamp, geometry=spot(0.506, 0.5))
        Incident.objects.filter(pk=along.pk).update(street=street)

        assert self.ask(lamp, street_id=street.pk) == [along, around]

    def test_the_family_counts_less_than_the_kind_and_others_not_at_all(
        self, lamp: Category
    ) -> None:
        cable = CategoryFactory.create(municipality=lamp.municipality, family="light")
        dogs = CategoryFactory.create(municipality=lamp.municipality)
        other = reported(lamp.municipality, category=cable)
        same = reported(lamp.municipality, category=lamp)
        reported(lamp.municipality, category=dogs)

        assert self.ask(lamp) == [same, other]

    def test_the_older_comes_later_and_the_old_never(self, lamp: Category) -> None:
        week, months = NOON - dt.timedelta(days=7), NOON - dt.timedelta(days=200)
        reported(lamp.municipality, category=lamp, now=months)
        older = reported(lamp.municipality, category=lamp, now=week)
        fresh = reported(lamp.municipality, category=lamp)

        assert self.ask(lamp) == [fresh, older]

    def test_words_order_but_never_decide_what_is_shown(self, lamp: Category) -> None:
        plain = reported(lamp.municipality, category=lamp, words="Hole")
        alike = reported(lamp.municipality, category=lamp, words="Becul pâlpâie la stâlpul 14")

        assert self.ask(lamp, words="becul palpaie, stalpul 14") == [alike, plain]
        assert set(self.ask(lamp, words="zzz")) == {alike, plain}

    def test_what_nobody_may_know_of_is_not_shown(self, lamp: Category) -> None:
        secret = CategoryFactory.create(
            municipality=lamp.municipality, family="light", visibility="never"
        )
        unconfirmed = NewReporter(email="a@example.org", is_confirmed=False)
        reported(lamp.municipality, category=secret)
        reported(lamp.municipality, category=lamp, reporter=unconfirmed)
        elsewhere = CategoryFactory.create(code="lamp", family="light")
        reported(elsewhere.municipality, category=elsewhere)

        assert self.ask(lamp) == []

    def test_the_question_costs_the_same_among_many(
        self, lamp: Category, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(8):
            reported(lamp.municipality, category=lamp)

        with django_assert_max_num_queries(3):
            self.ask(lamp)


def text_of(point: Point) -> str:
    return f"{point.x},{point.y}"
