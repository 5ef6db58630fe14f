"""Which places have no sign that hangs: list, counts, files, and nothing of another town."""

import pytest

from tests.factories.crew import crew_member, printed_sign, signed_in
from tests.factories.signs import SignFactory
from tests.factories.sites import SiteCategoryFactory, SitePeriodFactory, rated_site
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """A town with a place that has a sign, one whose sign is missing, and one without any."""
    town = MunicipalityFactory.create(slug="roman")
    category = SiteCategoryFactory.create(municipality=town, code="playground")
    for name, state in (("Covered", "installed"), ("Lost", "missing"), ("Bare", "")):
        site = rated_site(
            municipality=town, code=name.lower(), names={"en": name, "ro": name}, category=category
        )
        if state:
            SignFactory.create(site=site, municipality=town, state=state)
    return town


def test_only_places_without_a_hanging_sign_are_listed(town: Municipality) -> None:
    page = signed_in(crew_member(town, "crew_lead")).get("/roman/signs/coverage/").text

    assert "Bare" in page
    assert "Lost" in page
    assert "Covered" not in page


def test_the_table_has_the_same_rows(town: Municipality) -> None:
    lead = signed_in(crew_member(town, "crew_lead"))

    table = lead.get("/roman/signs/coverage/?format=csv").getvalue().decode("utf-8-sig")

    assert [line.split(",")[0] for line in table.splitlines()] == ["code", "bare", "lost"]


def test_kinds_are_counted(town: Municipality) -> None:
    lead = signed_in(crew_member(town, "crew_lead"))

    (row,) = lead.get("/roman/signs/coverage/").context["categories"]

    assert (row["total"], row["covered"], row["lacking"]) == (3, 1, 2)


def test_a_filter_keeps_one_kind(town: Municipality) -> None:
    other = SiteCategoryFactory.create(municipality=town, code="school")
    SitePeriodFactory.create(site=printed_sign(town).site, category=other)
    lead = signed_in(crew_member(town, "crew_lead"))

    table = lead.get("/roman/signs/coverage/?category=school&format=csv").getvalue().decode()

    assert len(table.splitlines()) == 2


@pytest.mark.parametrize("zone", ["x", "²", "9" * 40, "-1"])
def test_a_strange_zone_is_no_filter(town: Municipality, zone: str) -> None:
    lead = signed_in(crew_member(town, "crew_lead"))

    assert lead.get("/roman/signs/coverage/", {"zone": zone}).status_code == 200


def test_places_of_another_town_are_not_listed(town: Municipality) -> None:
    lead = signed_in(crew_member(town, "crew_lead"))
    rated_site(municipality=MunicipalityFactory.create(), code="foreign")

    for kind in ("csv", "geojson"):
        answer = lead.get("/roman/signs/coverage/", {"format": kind})
        assert "foreign" not in answer.getvalue().decode()
