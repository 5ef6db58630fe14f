"""Report maps: they ask nobody, run nobody's words as code, and say how sure they are."""

import base64
import json
import re
from collections.abc import Callable

import folium
import pytest
from branca.element import Element

from satisfaction.reports import document, layers, maps
from satisfaction.reports.addresses import foreign_addresses
from satisfaction.reports.document import NotSelfContainedError
from satisfaction.reports.values import About, Ground, Reading, Spot, Step, Zone

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> ' \" {{ 7 * 7 }} {% x %}"
PIXEL = "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()
BOUNDS = (26.30, 46.90, 26.32, 46.92)


def about(town: str = HOSTILE) -> About:
    """What stands around the maps of these tests."""
    return About(town, "en", "October 2026", 1234, 2, "1", "CC BY 4.0", "month-2026-10-v1", True)


def square(west: float) -> dict[str, object]:
    """A square of a hundredth of a degree."""
    ring = [[west, 46.9], [west + 0.01, 46.9], [west + 0.01, 46.91], [west, 46.9]]
    return {"type": "Polygon", "coordinates": [ring]}


GROUND = Ground(
    BOUNDS, square(26.30), [Zone("1", f"One {HOSTILE}", square(26.3)), Zone("2", "Two", square(0))]
)
SPOTS = [Spot(f"Park {HOSTILE}", 26.305, 46.905, 31), Spot("Hall", 26.31, 46.91, 12)]
READINGS = {"1": Reading(84, 6.84, 6.31, 7.27), "2": Reading(7)}

MAPS: dict[str, Callable[[], str]] = {
    "votes": lambda: maps.votes_map(about(), GROUND, SPOTS),
    "zones": lambda: maps.zones_map(about(), GROUND, READINGS),
    "surface": lambda: maps.surface_map(about(), GROUND, PIXEL, BOUNDS, SPOTS),
    "time": lambda: maps.time_map(about(), GROUND, [Step("May"), Step("June", READINGS)]),
}
each_map = pytest.mark.parametrize("draw", MAPS.values(), ids=MAPS)


def words_of(page: str) -> dict[str, object]:
    """The block of data in a file."""
    found = re.search(r'<script id="report-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    block: dict[str, object] = json.loads(found.group(1))
    return block


@each_map
def test_a_report_names_no_foreign_address(draw: Callable[[], str]) -> None:
    assert foreign_addresses(draw()) == []


def test_the_check_sees_what_folium_does_by_itself() -> None:
    found = foreign_addresses(folium.Map().get_root().render())
    assert any("jsdelivr" in one for one in found)
    assert any("openstreetmap" in one for one in found)


@pytest.mark.parametrize(
    "code",
    [
        '<img src="//elsewhere.example/a.png">',
        '<a href="https://elsewhere.example">out</a>',
        "<link rel=preload>",
        "<style>@import 'a.css'</style>",
        "<style>p {background: url(/a.png)}</style>",
        '<p style="background:url(a.png)">',
        "<script>fetch('https://elsewhere.example')</script>",
        "<script>load(`//elsewhere.example`)</script>",
        '<script src="leaflet.js"></script>',
        '<form action="/here"></form>',
    ],
)
def test_the_check_sees_every_way_out(code: str) -> None:
    assert foreign_addresses(f"<!doctype html><title>x</title>{code}")


def test_a_report_that_would_ask_somebody_is_not_handed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(document, "asset", lambda _name: "fetch('https://elsewhere.example/')")
    with pytest.raises(NotSelfContainedError, match=r"elsewhere\.example"):
        MAPS["zones"]()


@each_map
def test_words_of_the_town_are_never_code(draw: Callable[[], str]) -> None:
    page = draw()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert ">49<" not in page
    assert page.count("{{ 7 * 7 }}") >= 2  # as it was written, in the heading and the source


def test_names_in_a_layer_would_be_run_as_a_template() -> None:
    """Why names stay out of layers: branca compiles what a layer wrote once more."""
    assert Element("{{ 7 * 7 }}").render() == "49"


@each_map
def test_a_report_says_whose_when_how_many_how_and_that_it_is_invented(
    draw: Callable[[], str],
) -> None:
    page = draw()
    for said in ("October 2026", "1234 votes", "Method 1", "CC BY 4.0", "month-2026-10-v1"):
        assert said in page
    assert "Invented for the demonstration." in page


@each_map
def test_only_scripts_that_stand_in_a_report_may_run(draw: Callable[[], str]) -> None:
    page = draw()
    policy = page.partition('Security-Policy" content="')[2].partition('">')[0]
    assert policy == document.policy_of(page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


def test_a_zone_with_too_few_votes_shows_no_number() -> None:
    words = words_of(MAPS["zones"]())["words"]
    assert words == {
        "1": [f"One {HOSTILE}", "6.8 (between 6.3 and 7.3)", "84 votes"],
        "2": ["Two", "not yet enough votes", "–"],
    }


def test_the_slider_has_words_and_colours_for_each_period() -> None:
    steps = words_of(MAPS["time"]())["steps"]
    assert isinstance(steps, list)
    assert [step["label"] for step in steps] == ["May · 0 votes", "June · 84 votes"]
    assert steps[0]["styles"]["1"]["fillColor"] == layers.HATCH
    assert steps[1]["styles"]["1"]["fillColor"] != layers.HATCH


def test_places_are_one_layer() -> None:
    many = [Spot(f"Place {n}", 26.3 + n / 1e5, 46.9, 10 + n) for n in range(600)]
    page = maps.votes_map(about("Town"), GROUND, many)
    assert page.count("L.geoJson(") == 3  # the town, its zones, the places
    assert len(page) < 450_000


def test_maps_leave_the_lists_of_folium_alone() -> None:
    before = (list(folium.Map.default_js), list(folium.Map.default_css))
    MAPS["votes"]()
    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert layers.ReportMap.default_js is not folium.Map.default_js


def test_a_town_without_zones_votes_or_outline_still_gets_its_maps() -> None:
    bare = Ground(BOUNDS, None, [])
    for page in (
        maps.votes_map(about(), bare, []),
        maps.zones_map(about(), bare, {}),
        maps.time_map(about(), bare, []),
        maps.surface_map(about(), bare, PIXEL, BOUNDS, []),
    ):
        assert foreign_addresses(page) == []
