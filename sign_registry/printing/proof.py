"""The proof of a print run: its own PDF is rasterised and every code in it read back.

Nothing of the drawing is trusted: only what another program sees on the finished pages counts.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2
import zxingcpp

from sign_registry.printing.faces import PdfDocument, PlacedCode

# Unused error correction of an undamaged code: 1. One wrong codeword out of the nine that a block
# can mend leaves 0.89, two 0.78. What leaves the printing house must be better than that.
LEAST_RESERVE = 0.85
FINE_DPI, COARSE_DPI = 300, 150
_WHITE = 250
_POINTS_PER_INCH = 72
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

Picture = npt.NDArray[np.uint8]


class Why(StrEnum):
    """What is wrong with one code of a run."""

    MISSING = "missing"  # nothing can be read where it should stand
    OTHER = "other"  # something else is said there
    EXTRA = "extra"  # a code where none should be
    WEAK = "weak"  # read, but with too little in reserve
    CROWDED = "crowded"  # something stands in the empty border around it


class Fault(NamedTuple):
    """One code that must not be printed."""

    page: int
    code: str
    why: Why
    detail: str


class CodeProof(NamedTuple):
    """One code as the decoder read it."""

    page: int
    code: str
    decoded: str
    reserve: float


@dataclass(frozen=True)
class ProofResult:
    """What is kept with a batch: every code read, by what, from which file."""

    codes: tuple[CodeProof, ...]
    decoder: str
    sha256: str

    @property
    def least_reserve(self) -> float:
        """The smallest reserve of all codes."""
        return min((one.reserve for one in self.codes), default=1.0)


class ProofFailed(Exception):  # noqa: N818 - the run failed, not the program
    """At least one code of the run must not be printed, so none of it is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """All faults, in the order of the pages."""
        first = "; ".join(
            f"page {fault.page + 1}, {fault.code or '?'}: {fault.why} {fault.detail}".rstrip()
            for fault in faults[:3]
        )
        super().__init__(f"{len(faults)} faults: {first}")
        self.faults = tuple(faults)


def decoder_version() -> str:
    """Name and version of the program that reads the codes."""
    return f"zxing-cpp {version('zxing-cpp')}"


def prove(
    document: PdfDocument, *, progress: Callable[[int, int], None] | None = None
) -> ProofResult:
    """Read every code of a finished run back from its pages.

    Raises:
        ProofFailed: a code is missing, says something else, has too little reserve or no empty
            border, or there is one too many.
    """
    read: list[CodeProof] = []
    faults: list[Fault] = []
    by_page = _by_page(document)
    pdf = pypdfium2.PdfDocument(document.content)
    try:
        if len(pdf) != document.pages:
            raise ProofFailed([Fault(0, "", Why.MISSING, f"{len(pdf)} pages")])
        for number, placed in enumerate(by_page):
            page = pdf[number]
            proofs, wrong = _prove_page(page, placed, number)
            page.close()
            read += proofs
            faults += wrong
            if progress:
                progress(number + 1, document.pages)
    finally:
        pdf.close()
    if faults:
        raise ProofFailed(faults)
    sha256 = hashlib.sha256(document.content).hexdigest()
    return ProofResult(tuple(read), decoder_version(), sha256)


def _by_page(document: PdfDocument) -> list[list[PlacedCode]]:
    pages: list[list[PlacedCode]] = [[] for _ in range(document.pages)]
    for placed in document.placed:
        pages[placed.page].append(placed)
    return pages


def _prove_page(
    page: pypdfium2.PdfPage, placed: Sequence[PlacedCode], number: int
) -> tuple[list[CodeProof], list[Fault]]:
    faults = list(_whole_page(page, placed, number))
    proofs = []
    for one in placed:
        picture = _raster(page, FINE_DPI, one.box(one.quiet))
        found = _read(picture)
        if len(found) != 1 or found[0].text != one.url:
            faults.append(_misread(one, [barcode.text for barcode in found]))
            continue
        reserve = reserve_of(found[0])
        proofs.append(CodeProof(number, one.code, found[0].text, reserve))
        if reserve < LEAST_RESERVE:
            faults.append(Fault(number, one.code, Why.WEAK, f"{reserve:.2f}"))
        if not _is_border_empty(picture, one):
            faults.append(Fault(number, one.code, Why.CROWDED, ""))
    return proofs, faults


def _whole_page(
    page: pypdfium2.PdfPage, placed: Sequence[PlacedCode], number: int
) -> Iterator[Fault]:
    """At half the fineness, as a hasty printer would: each code once in its place, no other one."""
    picture = _raster(page, COARSE_DPI)
    scale, height = COARSE_DPI / _POINTS_PER_INCH, picture.shape[0]
    waiting = list(placed)
    for barcode in _read(picture):
        corners = barcode.position
        x = (corners.top_left.x + corners.bottom_right.x) / 2 / scale
        y = (height - (corners.top_left.y + corners.bottom_right.y) / 2) / scale
        here = next((one for one in waiting if _covers(one, x, y)), None)
        if here is None:
            yield Fault(number, "", Why.EXTRA, barcode.text[:80])
            continue
        waiting.remove(here)
        if barcode.text != here.url:
            yield _misread(here, [barcode.text])
    for one in waiting:
        yield _misread(one, [])


def _covers(placed: PlacedCode, x: float, y: float) -> bool:
    left, bottom, right, top = placed.box()
    return left <= x <= right and bottom <= y <= top


def _misread(placed: PlacedCode, texts: Iterable[str]) -> Fault:
    said = " | ".join(texts)
    return Fault(placed.page, placed.code, Why.OTHER if said else Why.MISSING, said[:80])


def _is_border_empty(picture: Picture, placed: PlacedCode) -> bool:
    """Whether the border of four squares around a code is white; two pixels are left for edges."""
    border = int(placed.quiet * FINE_DPI / _POINTS_PER_INCH) - 2
    inner = np.zeros(picture.shape, dtype=bool)
    inner[border:-border, border:-border] = True
    return bool((picture[~inner] >= _WHITE).all())


def reserve_of(barcode: zxingcpp.Barcode) -> float:
    """The part of a code's error correction that reading it left unused, from 0 to 1."""
    extra = barcode.extra
    return float(extra.get("UEC", 0)) if isinstance(extra, dict) else 0.0


def _read(picture: Picture) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=_FORMATS)


def _raster(
    page: pypdfium2.PdfPage, dpi: int, box: tuple[float, float, float, float] | None = None
) -> Picture:
    """A page, or the part of it inside a box in points, in shades of grey."""
    width, height = page.get_size()
    left, bottom, right, top = box or (0, 0, width, height)
    bitmap = page.render(
        scale=dpi / _POINTS_PER_INCH,
        crop=(left, bottom, width - right, height - top),
        grayscale=True,
    )
    picture: Picture = bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
    bitmap.close()
    return picture
