"""Sheets of signs: what stands on them, in which colour, where, and in which order."""

import base64
import re
import zlib

import pypdfium2
import pytest

from sign_registry.codes import sign_url
from sign_registry.printing import (
    Format,
    MarginNote,
    PdfDocument,
    Purpose,
    SignFace,
    prove,
    render,
)
from sign_registry.printing.pen import BOLD, Style, fitted, load_fonts, wrapped
from sign_registry.printing.qr import MOST_MODULES, UnfitText, matrix_of
from sign_registry.printing.sheets import BLEED, SHEETS
from sign_registry.printing.words import words_in
from tests.factories.signs import code_number

MM = 72 / 25.4
ORIGIN = "https://megdan.example"


def face(number: int = 1, **fields: object) -> SignFace:
    code = code_number(number)
    given: dict[str, object] = {
        "code": code,
        "url": sign_url(ORIGIN, code),
        "purpose": Purpose.RATING,
        "town": {"ro": "Piatra-Neamț", "bg": "Стара Загора"},
        "languages": ("ro", "bg"),
        "margin": MarginNote("Round 2", number, f"Sign {number}"),
        "place": {"ro": "Școala Țăndărică", "bg": "Училище „Щъркел“"},
    }
    return SignFace(**(given | fields))  # type: ignore[arg-type]


def opened(document: PdfDocument) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(document.content, autoclose=True)


def text_of(document: PdfDocument, page: int = 0) -> str:
    pdf = opened(document)
    text = pdf[page].get_textpage().get_text_bounded()
    pdf.close()
    return str(text)


def drawing_of(document: PdfDocument) -> bytes:
    """All page descriptions of a PDF, unpacked."""
    parts = re.findall(rb"ASCII85Decode[^>]*>>\s*stream\r?\n(.*?)~>", document.content, re.DOTALL)
    return b"\n".join(zlib.decompress(base64.a85decode(part)) for part in parts)


# --- The code ------------------------------------------------------------------------------------


def test_address_in_capitals_needs_a_small_code() -> None:
    matrix = matrix_of(sign_url(ORIGIN, code_number(1)))
    assert matrix.size == MOST_MODULES
    assert sum(run.length for run in matrix.runs) > 300


@pytest.mark.parametrize("text", ["https://megdan.example/s/x", "HTTPS://" + "A" * 40])
def test_text_that_needs_a_larger_code_is_refused(text: str) -> None:
    with pytest.raises(UnfitText):
        matrix_of(text)


# --- Sheets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", list(Format))
def test_each_size_can_be_read_in_its_place(size: Format) -> None:
    document = render([face(number) for number in range(1, 8)], size)
    result = prove(document)
    assert [one.decoded for one in result.codes] == [face(n).url for n in range(1, 8)]
    assert result.least_reserve == 1
    assert result.sha256 == document.sha256


@pytest.mark.parametrize("size", list(Format))
def test_code_keeps_away_from_the_cut(size: Format) -> None:
    sheet, document = SHEETS[size], render([face(n) for n in range(30)], size)
    width, height = sheet.cell
    for placed in document.placed:
        left = (placed.left / MM - 13) % width
        bottom = (placed.bottom / MM - 13) % height
        side = placed.side / MM
        assert min(left, bottom, width - left - side, height - bottom - side) >= 5


@pytest.mark.parametrize("size", list(Format))
def test_page_says_where_to_cut(size: Format) -> None:
    pdf = opened(render([face()], size))
    (width, height), trim, bleed = SHEETS[size].trim, pdf[0].get_trimbox(), pdf[0].get_bleedbox()
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx(
        (width * MM, height * MM), abs=0.01
    )
    assert trim[0] - bleed[0] == pytest.approx(BLEED * MM, abs=0.01)
    assert bleed[3] - trim[3] == pytest.approx(BLEED * MM, abs=0.01)
    pdf.close()


@pytest.mark.parametrize("size", list(Format))
def test_everything_is_pure_black_or_white(size: Format) -> None:
    drawing = drawing_of(render([face(), face(2, is_demo=True)], size))
    operators = set(re.findall(rb"(?m)(?:^|\s)(rg|RG|g|G|sc|SC|scn|SCN|sh|Do)(?=\s)", drawing))
    colours = set(re.findall(rb"([\d. ]+) [kK]\n", drawing))
    assert b"k" in drawing
    assert not operators
    assert {tuple(map(float, colour.split())) for colour in colours} == {
        (0, 0, 0, 1),
        (0, 0, 0, 0),
    }


def test_same_run_is_the_same_file() -> None:
    faces = [face(1), face(2)]
    assert render(faces, Format.A5).sha256 == render(faces, Format.A5).sha256


def test_signs_come_in_the_order_of_the_round_with_their_number_in_the_margin() -> None:
    document = render([face(3), face(1)], Format.A5)
    assert [placed.page for placed in document.placed] == [0, 1]
    assert "Round 2 · 3 · Școala Țăndărică · Sign 3 · A5" in text_of(document, 0)
    assert "Round 2 · 1 ·" in text_of(document, 1)


def test_label_sheet_holds_24() -> None:
    document = render([face(number) for number in range(25)], Format.LABELS)
    assert document.pages == 2
    assert "Round 2 · 0–23 · LABELS" in text_of(document)


# --- Words ---------------------------------------------------------------------------------------


def test_sign_says_town_place_host_and_code_in_letters_that_can_be_copied() -> None:
    text = text_of(render([face()], Format.A5))
    code = face().code
    for words in ("Piatra-Neamț", "Стара Загора", "Școala Țăndărică", "Щъркел", "megdan.example",
                  f"{code[:3]} {code[3:6]} {code[6:]}"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("size", list(Format))
@pytest.mark.parametrize("purpose", list(Purpose))
def test_only_a_rating_is_called_anonymous(size: Format, purpose: Purpose) -> None:
    text = text_of(render([face(purpose=purpose, languages=("en",))], size))
    assert ("anonymous" in text) == (purpose is Purpose.RATING)
    assert "never ask for money" in text


def test_category_asks_its_own_question() -> None:
    text = text_of(render([face(languages=("en",), question={"en": "Is it clean?"})], Format.A4))
    assert "Is it clean?" in text
    assert "How satisfied" not in text


def test_town_without_its_own_question_in_a_language_asks_the_common_one() -> None:
    assert words_in("en", Purpose.RATING, "x", "").question.startswith("How satisfied")


@pytest.mark.parametrize("size", list(Format))
def test_demonstration_is_marked_on_each_sign(size: Format) -> None:
    marked = text_of(render([face(1, is_demo=True), face(2, is_demo=True)], size))
    assert marked.count("DEMO") >= (1 if SHEETS[size].columns == 1 else 2)
    assert "DEMO" not in text_of(render([face()], size))


def test_spare_leaves_room_to_write_the_place() -> None:
    assert "Place:" in text_of(render([face(place={}, languages=("en",))], Format.SPARES))


@pytest.mark.parametrize("size", list(Format))
def test_longest_names_never_reach_a_code_or_the_cut(size: Format) -> None:
    long = {"ro": "Inspectoratul " * 20, "bg": "Обединениеучилищедетскаградина" * 9}
    document = render([face(n, place=long, town=long, question=long) for n in range(4)], size)
    prove(document)
    pdf = opened(document)
    page = pdf[0].get_textpage()
    trim = pdf[0].get_trimbox()
    edges = [page.get_charbox(index) for index in range(page.count_chars())]
    assert min(left for left, *_ in edges) >= trim[0]
    assert max(right for _left, _bottom, right, _top in edges) <= trim[2]
    pdf.close()


def test_words_shrink_before_they_are_cut_short() -> None:
    load_fonts()
    style = Style(20, 10, BOLD)
    assert fitted("short", 200, style) == (20, ["short"])
    assert 10 < fitted("somewhat longer words", 200, style)[0] < 20
    size, lines = fitted("far longer words than there is room for on this line", 200, style)
    assert (size, len(lines), lines[0][-1]) == (10, 1, "…")


def test_lines_break_between_words() -> None:
    load_fonts()
    assert wrapped("one two three", 60, BOLD, 14) == ["one two", "three"]
    assert wrapped("", 60, BOLD, 14) == [""]
