"""Covers parts of a picture for good: what lay below cannot be reckoned back. No Django.

Each part becomes one flat colour, the middle of what was there. A blur or a grid of squares keeps
enough of a plate to be read again by whoever tries all plates.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from PIL import Image, ImageDraw

from submissions.pictures import CleanPicture

MOST_BOXES = 40
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture in thousandths of its width and height, from the upper left."""

    x: int
    y: int
    width: int
    height: int

    @property
    def is_inside(self) -> bool:
        """Whether it covers something, and nothing beyond the picture."""
        return (
            min(self.x, self.y) >= 0
            and min(self.width, self.height) > 0
            and self.x + self.width <= 1000
            and self.y + self.height <= 1000
        )

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom; rounded outward, so that no edge of a face is left."""
        return (
            floor(self.x * width / 1000),
            floor(self.y * height / 1000),
            min(width, ceil((self.x + self.width) * width / 1000)),
            min(height, ceil((self.y + self.height) * height / 1000)),
        )


def covered(content: bytes, boxes: Sequence[Box]) -> CleanPicture:
    """The same picture with parts covered; `content` was drawn by `clean_picture` before."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        opened.load()
        seen = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    pen = ImageDraw.Draw(seen)
    for box in boxes:
        left, top, right, bottom = box.pixels(seen.width, seen.height)
        middle = (
            seen.crop((left, top, right, bottom))
            .convert("RGB")
            .resize((1, 1), Image.Resampling.BOX)
        )
        colour = middle.getpixel((0, 0))
        pen.rectangle((left, top, right - 1, bottom - 1), fill=colour)
    out = io.BytesIO()
    is_flat = seen.mode == "RGB"
    seen.save(out, "JPEG" if is_flat else "WEBP", quality=85)
    return CleanPicture(
        out.getvalue(), "image/jpeg" if is_flat else "image/webp", seen.width, seen.height
    )
