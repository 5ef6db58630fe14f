"""Makes a clean picture of an uploaded file, or refuses it; no Django."""

import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from geo.guarded import Bounds, GuardedError, run_guarded

PROGRAM = Path(__file__).with_name("drawing.py")
BOUNDS = Bounds(cpu_seconds=10, wall_seconds=20, memory_bytes=1_000_000_000)
# Each child may take a gigabyte: so many of a process work at once, the next wait in turn.
MOST_AT_ONCE = 2
WAIT_S = 15.0
_places = threading.BoundedSemaphore(MOST_AT_ONCE)
_BEGINNINGS = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
_NOTHING = re.compile(rb"(?!)")


@dataclass(frozen=True)
class PictureRules:
    """How large an upload may be, and what becomes of it."""

    largest_bytes: int
    longest_side: int
    most_pixels: int = 52_000_000  # a photo of a good telephone has 50 million
    is_png: bool = False


PHOTO = PictureRules(largest_bytes=12_000_000, longest_side=2048)


@dataclass(frozen=True)
class CleanPicture:
    """A picture drawn anew: nothing of the uploaded file is in it but what is seen."""

    content: bytes
    content_type: str
    width: int
    height: int


class PictureRefusedError(Exception):
    """`code` is `too_large`, `not_a_picture` or `busy`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean_picture(raw: bytes, rules: PictureRules = PHOTO) -> CleanPicture:
    """Draw an uploaded picture anew, turned upright and made smaller, without anything hidden.

    What it is, its content says and never its name. JPEG, PNG and WebP are read, in a child process
    that a hostile file may bring down; a photo becomes JPEG, what is see-through becomes WebP.

    Raises:
        PictureRefusedError: `too_large` in bytes or pixels, `not_a_picture` for anything else;
            `busy` when others kept all places, and the same file may be tried again.
    """
    if len(raw) > rules.largest_bytes:
        raise PictureRefusedError("too_large")
    order = {"pixels": rules.most_pixels, "side": rules.longest_side, "png": rules.is_png}
    if not _places.acquire(timeout=WAIT_S):
        raise PictureRefusedError("busy")
    try:
        answer = run_guarded(PROGRAM, json.dumps(order).encode() + b"\n" + raw, bounds=BOUNDS)
    except GuardedError as error:
        raise PictureRefusedError("not_a_picture") from error
    finally:
        _places.release()
    return _believed(answer)


def _believed(answer: bytes) -> CleanPicture:
    """The answer of the child; a hostile file that took it over gains nothing by a false one."""
    head, _, content = answer.partition(b"\n")
    try:
        said = json.loads(head)
        if said.get("refused") == "too_large":
            raise PictureRefusedError("too_large")
        kind, width, height = str(said["content_type"]), int(said["width"]), int(said["height"])
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise PictureRefusedError("not_a_picture") from error
    if not _BEGINNINGS.get(kind, _NOTHING).match(content):
        raise PictureRefusedError("not_a_picture")
    return CleanPicture(content, kind, width, height)
