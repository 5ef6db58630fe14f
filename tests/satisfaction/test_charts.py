"""Pictures: the same bytes for the same figures, readable, and never upset by a name."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from shapely import MultiPolygon, Point, box

from satisfaction.charts import (
    FORMATS,
    Area,
    Caption,
    Layer,
    Pin,
    Row,
    Shape,
    distribution,
    dot_intervals,
    save,
    surface_map,
    trend,
    zone_map,
)
from satisfaction.charts import Point as Period
from satisfaction.charts.canvas import Box
from satisfaction.charts.lettering import clean, fitted, lines, width
from satisfaction.charts.scale import across

CAPTION = Caption(
    title="Детски площадки: 6,8 от 10 (между 6,3 и 7,2)",
    lead="октомври 2026 г. · 84 гласа · метод 1",
    source="Стара Загора, октомври 2026 г. month-2026-10-v1 https://town.example/press/",
    alt="Locuri de joacă: șțăîâ",
    note="Точката е оценката.",
    invented="Измислено за демонстрацията.",
)
ROWS = [
    Row("Паркове", 6.8, 6.3, 7.2, "6,8 (6,3–7,2)", "84 гласа"),
    Row("Școli și grădinițe " * 6, 5.1, 3.2, 7.0, "5,1 (3,2–7,0)", "12 de voturi", True),
]
AREAS = [
    Area("Казански", box(0, 0, 1000, 900), 6.8, "6,8"),
    Area("Самара", box(1000, 0, 2000, 900)),
    Area("Две части", MultiPolygon([box(0, 900, 500, 1500), box(700, 900, 900, 1500)]), 5.0, "5,0"),
    Area("С дупка", box(1000, 900, 2000, 1900).difference(box(1200, 1100, 1500, 1400)), 8.1, "8,1"),
]
SURFACE = Layer(
    np.full((8, 8, 4), 200, np.uint8), (100.0, 100.0, 1800.0, 1800.0), ["#a64400", "#0a428a"],
    ("less", "as usual", "more"),
)  # fmt: skip
KINDS = ("dots", "trend", "strip", "zones", "surface")


def picture(kind: str, shape: Shape, caption: Caption = CAPTION) -> Figure:
    """One picture of each kind."""
    periods = [
        Period("09.2026", 40, "40", 6.0, 5.1, 6.9),
        Period("10.2026", 0),
        Period("11.2026", 20, "20", 7.0, 6.0, 8.0),
    ]
    counted = [1, 0, 0, 2, 3, 4, 9, 30, 20, 15]
    return {
        "dots": lambda: dot_intervals(ROWS, caption, shape),
        "trend": lambda: trend(periods, [Pin(0.5, "Нови люлки")], caption, shape),
        "strip": lambda: distribution(counted, ["1%"] * 10, ("1", "10"), caption, shape),
        "zones": lambda: zone_map(AREAS, box(-50, -50, 2050, 1950), ("a", "b"), caption, shape),
        "surface": lambda: surface_map(SURFACE, AREAS, caption, shape),
    }[kind]()


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_has_its_shape_and_its_words_inside(kind: str, shape: Shape) -> None:
    image = Image.open(io.BytesIO(save(picture(kind, shape), CAPTION, "png")))
    assert image.size == {Shape.WIDE: (1600, 900), Shape.SQUARE: (1080, 1080)}[shape]
    assert image.info["Title"] == CAPTION.title
    assert image.info["Description"] == CAPTION.alt
    assert image.info["Source"] == f"{CAPTION.source} {CAPTION.invented}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_figures_give_the_same_bytes(kind: str, form: str) -> None:
    first, second = (save(picture(kind, Shape.WIDE), CAPTION, form) for _turn in range(2))
    assert first == second


def test_pictures_are_drawn_side_by_side() -> None:
    asked = [(kind, "png") for kind in KINDS] + [("dots", form) for form in FORMATS]

    def drawn(one: tuple[str, str]) -> bytes:
        return save(picture(one[0], Shape.WIDE), CAPTION, one[1])

    alone = [drawn(one) for one in asked]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, asked * 2)) == alone * 2


def test_a_pdf_holds_its_letters_and_can_be_searched() -> None:
    document = pypdfium2.PdfDocument(save(picture("dots", Shape.WIDE), CAPTION, "pdf"))
    text = document[0].get_textpage().get_text_bounded()
    assert "Детски площадки" in text
    assert "grădinițe" in text
    assert "Измислено за демонстрацията." in text
    assert document.get_metadata_dict()["Subject"] == CAPTION.alt
    assert not document.get_metadata_dict()["CreationDate"]


def test_an_svg_is_described_and_asks_nobody() -> None:
    text = save(picture("zones", Shape.WIDE), replace(CAPTION, alt="<b>&"), "svg").decode()
    assert f"<title>{CAPTION.title}</title>" in text
    assert "<desc>&lt;b&gt;&amp;</desc>" in text
    assert 'role="img"' in text
    assert "<script" not in text
    asked = re.findall(r'(?:href|src)="([^"#][^"]*)"', text)
    assert not asked


def test_no_name_upsets_a_picture() -> None:
    names = ["$\\frac{", "$x$", "漢字 \U0001f600", "\u202eabc\x00\n", "%s {} \\", "", "д" * 400]
    rows = [Row(name, 5, 4, 6, name, name) for name in names]
    caption = Caption(*(names[number % 5] for number in range(4)))
    for form in FORMATS:
        assert save(dot_intervals(rows, caption, Shape.SQUARE), caption, form)


def test_what_stands_in_a_picture_is_what_was_given() -> None:
    figure = dot_intervals(ROWS, CAPTION, Shape.WIDE)
    texts = {text.get_text() for text in figure.axes[0].texts}
    assert {"6,8 (6,3–7,2)", "84 гласа", "Измислено за демонстрацията."} <= texts


def test_a_dot_stands_where_its_score_is() -> None:
    scale = Box(100, 0, 900, 10)
    assert [across(score, scale) for score in (1, 5.5, 10)] == [100, 550, 1000]


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_leaves_the_sheet_nor_is_too_small_to_read(kind: str, shape: Shape) -> None:
    figure = picture(kind, shape)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    wide, tall = figure.canvas.get_width_height()
    for text in figure.axes[0].texts:
        around = text.get_window_extent(renderer)
        assert around.x0 >= 0, text.get_text()
        assert around.x1 <= wide, text.get_text()
        assert around.y0 >= 0, text.get_text()
        assert around.y1 <= tall, text.get_text()
        # Shown 360 pixels wide; a capital letter is then at least 4 pixels high.
        assert float(text.get_fontsize()) * 100 / 72 * 360 / wide >= 5, text.get_text()


def test_areas_with_too_few_votes_are_hatched_and_have_no_score() -> None:
    figure = zone_map(AREAS, None, ("a", "too few"), CAPTION, Shape.WIDE)
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 2  # the area and its key


def test_a_town_without_outline_or_with_one_dot_is_drawn() -> None:
    dot = Area("A", Point(5, 5).buffer(0.1), 5.0, "5,0")
    assert save(zone_map([dot], None, ("a", "b"), CAPTION, Shape.SQUARE), CAPTION, "png")


def test_texts_are_cut_between_letters_and_lines_between_words() -> None:
    assert fitted("a" * 200, 100, 20).endswith("…")
    assert width(fitted("a" * 200, 100, 20), 20) <= 100
    assert fitted("ab", 100, 20) == "ab"
    broken = lines("one two three four five", width("one two three", 20), 20, most=2)
    assert broken == ["one two three", "four five"]
    assert clean(" a\n\tb\x00 ") == "a b"
