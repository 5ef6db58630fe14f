"""Draws the picture a town has among the apps of a phone: its arms, else our own mark."""

from io import BytesIO

from PIL import Image, ImageDraw

from zones.models import Municipality

PAPER = "#f8f6f1"
#: A phone may cut a picture to a circle of four fifths of its width; what matters lies inside.
SAFE_SHARE = 0.56
WIDE_SHARE = 0.78
_FINER = 4
_MARK = ((6, 22), (6, 10), (11, 8), (16, 14), (21, 8), (26, 10), (26, 22))
_GRID = 32
_STROKE = 3
_ROUND = 7


def icon_png(town: Municipality, *, size: int, is_maskable: bool) -> bytes:
    """A square PNG of `size` pixels; one that may be cut reaches to its edges."""
    drawn = _arms(town, size, is_maskable) if town.arms else _mark(town.accent, size, is_maskable)
    out = BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _arms(town: Municipality, size: int, is_maskable: bool) -> Image.Image:
    """The arms in the middle of paper."""
    with Image.open(BytesIO(bytes(town.arms or b""))) as opened:
        arms = opened.convert("RGBA")
    most = size * (SAFE_SHARE if is_maskable else WIDE_SHARE)
    share = min(most / arms.width, most / arms.height)
    arms = arms.resize(
        (round(arms.width * share), round(arms.height * share)), Image.Resampling.LANCZOS
    )
    ground = Image.new("RGBA", (size, size), PAPER)
    ground.alpha_composite(arms, ((size - arms.width) // 2, (size - arms.height) // 2))
    return ground.convert("RGB")


def _mark(accent: str, size: int, is_maskable: bool) -> Image.Image:
    """The mark of frontend/src/icon.svg on the town's colour, drawn large and made smooth."""
    side = size * _FINER
    ground = Image.new("RGBA", (side, side), accent if is_maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(ground)
    unit = side / _GRID
    if not is_maskable:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), _ROUND * unit, fill=accent)
    share = SAFE_SHARE / WIDE_SHARE if is_maskable else 1.0
    middle = _GRID / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return ((x - middle) * share + middle) * unit, ((y - middle) * share + middle) * unit

    width = _STROKE * unit * share
    pen.line([at(*one) for one in _MARK], fill="white", width=round(width), joint="curve")
    for end in (_MARK[0], _MARK[-1]):
        _dot(pen, at(*end), width / 2, "white")
    _dot(pen, at(16, 22), 3 * unit * share, "#ffd166")
    return ground.resize((size, size), Image.Resampling.LANCZOS)


def _dot(pen: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, colour: str) -> None:
    x, y = at
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
