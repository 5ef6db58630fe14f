"""Run alone in a guarded child: draws one hostile picture anew.

Standard input is a line of JSON with the limits, then the file; standard output is a line of JSON,
then the new picture.
"""

import io
import json
import struct
import sys
from typing import Any

from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Says why there will be no picture."""


def turn_of(picture: Image.Image) -> Image.Transpose | None:
    """How the camera was held; a note that cannot be read says nothing."""
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return None


def upright(raw: bytes, order: dict[str, Any]) -> Image.Image:
    """The pixels, turned as they were meant and made small."""
    side = (order["side"], order["side"])
    with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
        if picture.width * picture.height > order["pixels"]:
            raise Refused("too_large")
        turn = turn_of(picture)
        picture.draft(None, side)  # a large JPEG is read at a fraction of its size
        picture.load()
        plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        plain.thumbnail(side, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return plain if turn is None else plain.transpose(turn)


def redraw(raw: bytes, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The new picture, with its kind and size."""
    seen = upright(raw, order)
    # A new sheet: comments, profiles and notes that came with the file stay behind.
    sheet = Image.new(seen.mode, seen.size)
    sheet.paste(seen)
    out = io.BytesIO()
    if order["png"]:
        kind = "png"
        sheet.save(out, "PNG", optimize=True)
    elif sheet.mode == "RGBA":
        kind = "webp"
        sheet.save(out, "WEBP", quality=85)
    else:
        kind = "jpeg"
        sheet.save(out, "JPEG", quality=85, optimize=True)
    size = {"width": sheet.width, "height": sheet.height}
    return {"content_type": f"image/{kind}", **size}, out.getvalue()


def main() -> None:
    """Answer with a picture or with the reason why there is none."""
    Image.MAX_IMAGE_PIXELS = None  # the order's own limit is asked before a pixel is read
    order = json.loads(sys.stdin.buffer.readline())
    content = b""
    try:
        head, content = redraw(sys.stdin.buffer.read(), order)
    except Refused as reason:
        head = {"refused": str(reason)}
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError):
        head = {"refused": "not_a_picture"}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
