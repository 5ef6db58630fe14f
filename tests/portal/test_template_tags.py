"""Template tags say lengths, areas and names as people do, and escape what they are given."""

from django.utils.translation import override

from portal.templatetags.megdan import (
    icon,
    localname,
    metres,
    monogram,
    plain,
    precision_words,
    square_metres,
    zone_links,
)


def test_lengths_turn_from_metres_to_kilometres() -> None:
    with override("en"):
        assert [metres(value) for value in (0, 39.6, 994.4, 995, 12_340)] == [
            "0 m",
            "40 m",
            "994 m",
            "1.0 km",
            "12.3 km",
        ]


def test_lengths_use_the_reader_s_decimal_sign() -> None:
    with override("ro"):
        assert metres(1200) == "1,2 km"


def test_areas_turn_from_hectares_to_square_kilometres() -> None:
    with override("en"):
        assert (square_metres(15_000), square_metres(2_500_000)) == ("1.5 ha", "2.5 km²")


def test_an_unknown_measure_is_left_empty() -> None:
    assert metres(None) == square_metres(None) == ""


def test_numbers_for_the_map_are_never_localised() -> None:
    with override("bg"):
        assert plain([25.5, 42, 1e-7]) == "25.5,42.0,1e-07"


def test_names_come_in_the_reader_s_language_or_the_first_there_is() -> None:
    names = {"bg": "Стара Загора", "en": "Stara Zagora"}
    with override("bg"):
        assert (localname(names), monogram(names)) == ("Стара Загора", "С")
    with override("ro"):
        assert localname(names) == "Стара Загора"


def test_a_centre_is_never_called_an_address() -> None:
    with override("en"):
        assert "address" not in precision_words("quarter") + precision_words("settlement")


def test_zone_names_are_escaped_inside_the_sentence() -> None:
    html = zone_links([{"url": "/a/", "name": "<script>", "kind_label": "a&b"}])

    assert "&lt;script&gt;" in html
    assert "a&amp;b" in html


def test_icons_are_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("search")
