"""The proof of a print run: what was tampered with, damaged or forgotten is never let through."""

import dataclasses
import io
from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from sign_registry.codes import sign_url
from sign_registry.printing import (
    Format,
    PdfDocument,
    ProofFailed,
    SignFace,
    Why,
    proof,
    prove,
    qr,
    render,
)
from sign_registry.printing.pen import Pen
from tests.factories.signs import code_number
from tests.sign_registry.test_printing import ORIGIN, face

Flip = Callable[[qr.Matrix], qr.Matrix]


def faults_of(document: PdfDocument) -> set[tuple[str, Why]]:
    with pytest.raises(ProofFailed) as caught:
        prove(document)
    return {(fault.code, fault.why) for fault in caught.value.faults}


# Rows and columns of squares that belong to different codewords.
FAR_APART = ((12, 12), (17, 17), (12, 20), (19, 11), (10, 15), (17, 23), (14, 26))


def with_squares_turned(count: int) -> Callable[[str], qr.Matrix]:
    """Codes with so many squares of the data region turned the other way."""

    def turned(url: str) -> qr.Matrix:
        matrix = qr.matrix_of(url)
        dark = {(run.row, run.column + at) for run in matrix.runs for at in range(run.length)}
        for square in FAR_APART[:count]:
            dark ^= {square}
        return qr.Matrix(matrix.size, tuple(qr.Run(*square, 1) for square in sorted(dark)))

    return turned


def rendered_with(
    monkeypatch: pytest.MonkeyPatch, matrix_of: Callable[[str], qr.Matrix]
) -> PdfDocument:
    monkeypatch.setattr("sign_registry.printing.layouts.matrix_of", matrix_of)
    return render([face(1), face(2)], Format.A5)


def test_one_wrong_square_is_within_the_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    result = prove(rendered_with(monkeypatch, with_squares_turned(1)))
    assert 0.85 <= result.least_reserve < 0.95


def test_code_with_little_reserve_left_refuses_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    document = rendered_with(monkeypatch, with_squares_turned(6))
    assert faults_of(document) == {(face(1).code, Why.WEAK), (face(2).code, Why.WEAK)}


def test_code_that_says_something_else_refuses_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    other = sign_url(ORIGIN, code_number(99))
    document = rendered_with(monkeypatch, lambda _url: qr.matrix_of(other))
    assert (face(1).code, Why.OTHER) in faults_of(document)


def test_two_codes_that_changed_places_refuse_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = {face(1).url: face(2).url, face(2).url: face(1).url}
    document = rendered_with(monkeypatch, lambda url: qr.matrix_of(swapped[url]))
    assert faults_of(document) == {(face(1).code, Why.OTHER), (face(2).code, Why.OTHER)}


def test_missing_code_refuses_the_run() -> None:
    document = render([face(1), face(2)], Format.LABELS)
    wanted = render([face(n) for n in range(1, 4)], Format.LABELS)
    missing = dataclasses.replace(document, placed=wanted.placed)
    assert faults_of(missing) == {(face(3).code, Why.MISSING)}


def test_missing_page_refuses_the_run() -> None:
    document = dataclasses.replace(render([face(1)], Format.A5), pages=2)
    with pytest.raises(ProofFailed, match="1 pages"):
        prove(document)


def test_code_too_many_refuses_the_run() -> None:
    document = render([face(1), face(2)], Format.LABELS)
    fewer = dataclasses.replace(document, placed=document.placed[:1])
    assert faults_of(fewer) == {("", Why.EXTRA)}


Overlay = Callable[[Pen, SignFace], None]


@pytest.mark.parametrize(
    ("x", "y", "size", "why"),
    [(60, 100, 25, Why.WEAK), (50, 90, 45, Why.MISSING), (30, 100, 2, Why.CROWDED)],
)
def test_what_lies_over_a_code_or_its_border_refuses_the_run(
    monkeypatch: pytest.MonkeyPatch, x: float, y: float, size: float, why: Why
) -> None:
    """A sticker over the middle, or a dot in the empty border."""
    sheet = render.__globals__["SHEETS"][Format.A5]

    def drawn(pen: Pen, one: SignFace) -> object:
        spot = sheet.draw(pen, one)
        pen.box(x, y, size, size)
        return spot

    monkeypatch.setitem(render.__globals__["SHEETS"], Format.A5, sheet._replace(draw=drawn))
    assert (face(1).code, why) in faults_of(render([face(1)], Format.A5))


def test_other_file_under_the_same_run_is_refused() -> None:
    written = io.BytesIO()
    canvas = Canvas(written)
    canvas.showPage()
    canvas.save()
    document = dataclasses.replace(render([face(1)], Format.A5), content=written.getvalue())
    assert faults_of(document) == {(face(1).code, Why.MISSING)}


def test_codes_are_read_at_half_the_fineness_too(monkeypatch: pytest.MonkeyPatch) -> None:
    document = render([face(number) for number in range(24)], Format.LABELS)
    monkeypatch.setattr(proof, "FINE_DPI", 150)
    assert len(prove(document).codes) == 24


def test_proof_tells_how_far_it_is_and_what_read_it() -> None:
    told: list[tuple[int, int]] = []
    result = prove(render([face(1), face(2)], Format.A5), progress=lambda *at: told.append(at))
    assert told == [(1, 2), (2, 2)]
    assert result.decoder.startswith("zxing-cpp 3")


@pytest.mark.slow
def test_large_run_takes_its_time_in_proportion() -> None:
    document = render([face(number) for number in range(72)], Format.LABELS)
    assert len(prove(document).codes) == 72
