"""Maps as pictures: zones coloured by score, or a surface of scores, inside the town's outline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from satisfaction.charts.canvas import INK, INK_SOFT, PAPER, Box, Canvas, Caption, Shape, Style
from satisfaction.charts.lettering import clean, face, fitted, lines, width

#: Light to dark in cividis, which readers of all kinds of colour sight see in the same order.
_COLOURS = matplotlib.colormaps["cividis"]
TOO_FEW = "#e6e9ec"
_BELOW = Style(align="center", level="top")
_BELOW_LEFT, _BELOW_RIGHT = replace(_BELOW, align="left"), replace(_BELOW, align="right")
#: Height of a name beside that of a score, and the fewest letters that still say a name.
NAME, LEAST_LETTERS = 0.86, 6


@dataclass(frozen=True, slots=True)
class Area:
    """A zone in metres of a plane; without a score where votes are too few."""

    name: str
    shape: BaseGeometry
    score: float | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture that lies on the ground: rows from north to south; red, green, blue, opacity.

    `extent` is its west, south, east and north in metres of the plane; `colours` are its scale from
    one end to the other, `words` what stands at the first, in the middle and at the last.
    """

    image: NDArray[np.uint8]
    extent: tuple[float, float, float, float]
    colours: Sequence[str]
    words: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """How metres become pixels: the town as large as the room allows, in its middle."""

    scale: float
    left: float
    bottom: float

    def pixels(self, ring: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the plane as points of the sheet."""
        moved: NDArray[np.float64] = ring * self.scale + (self.left, self.bottom)
        return moved


def zone_map(
    areas: Sequence[Area], outline: BaseGeometry | None, words: tuple[str, str], caption: Caption,
    shape: Shape,
) -> Figure:  # fmt: skip
    """Colour each area by its score; `words` name the scale and the areas with too few votes."""
    canvas = Canvas(caption, shape)
    ground = _ground(canvas, [area.shape for area in areas])
    scores = [area.score for area in areas if area.score is not None]
    span = _span(scores)
    for area in areas:
        _fill(canvas, ground, area, span)
    if outline is not None:
        _stroke(canvas, ground, outline)
    _names(canvas, ground, areas)
    if scores:
        _key(canvas, span, words[0])
    if len(scores) < len(areas):
        _key_too_few(canvas, words[1])
    return canvas.figure


def surface_map(layer: Layer, areas: Sequence[Area], caption: Caption, shape: Shape) -> Figure:
    """Lay a surface between the areas and their borders."""
    canvas = Canvas(caption, shape)
    ground = _ground(canvas, [area.shape for area in areas])
    for area in areas:
        path = _path(ground, area.shape)
        canvas.pen.add_patch(PathPatch(path, facecolor="#f4f5f6", edgecolor="none"))
        edge = PathPatch(path, fill=False, edgecolor=INK_SOFT, linewidth=1, zorder=3)
        canvas.pen.add_patch(edge)
    west, south = ground.pixels(np.array([layer.extent[:2]], dtype=np.float64))[0]
    east, north = ground.pixels(np.array([layer.extent[2:]], dtype=np.float64))[0]
    canvas.pen.imshow(
        layer.image,
        extent=(west, east, south, north),
        origin="upper",
        aspect="auto",
        zorder=2,
        interpolation="bilinear",
    )
    canvas.pen.set_xlim(0, canvas.width)
    canvas.pen.set_ylim(0, canvas.height)
    _names(canvas, ground, areas)
    _key_of_layer(canvas, layer)
    return canvas.figure


def _ground(canvas: Canvas, shapes: Sequence[BaseGeometry]) -> Ground:
    bounds = np.array([one.bounds for one in shapes if not one.is_empty])
    west, south = bounds[:, 0].min(), bounds[:, 1].min()
    east, north = bounds[:, 2].max(), bounds[:, 3].max()
    room = _map_room(canvas)
    scale = min(room.width / max(east - west, 1), room.height / max(north - south, 1))
    left = room.left + (room.width - (east - west) * scale) / 2 - west * scale
    bottom = room.bottom + (room.height - (north - south) * scale) / 2 - south * scale
    return Ground(float(scale), float(left), float(bottom))


def _map_room(canvas: Canvas) -> Box:
    """The key stands beside the map on a wide sheet and above it on a square one."""
    room = canvas.room
    if canvas.shape is Shape.WIDE:
        return Box(room.left, room.bottom, room.width * 0.72, room.height)
    return Box(room.left, room.bottom, room.width, room.height - canvas.body * 4.6)


def _span(scores: Sequence[float]) -> tuple[float, float]:
    """Whole scores around those shown, at least three apart: a small difference looks small."""
    if not scores:
        return 1, 10
    low, high = float(np.floor(min(scores))), float(np.ceil(max(scores)))
    while high - low < 3:
        low, high = max(1, low - 1), min(10, high + 1)
    return low, high


def _rings(shape: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    for part in parts:
        if isinstance(part, Polygon) and not part.is_empty:
            yield np.asarray(part.exterior.coords)[:, :2]
            yield from (np.asarray(hole.coords)[:, :2] for hole in part.interiors)


def _path(ground: Ground, shape: BaseGeometry) -> Path:
    """All rings in one path; a hole runs the other way round, so it stays open."""
    oriented = shape.normalize() if not shape.is_empty else shape
    rings = [ground.pixels(ring) for ring in _rings(oriented)]
    if not rings:
        return Path(np.zeros((0, 2)))
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _fill(canvas: Canvas, ground: Ground, area: Area, span: tuple[float, float]) -> None:
    path = _path(ground, area.shape)
    if area.score is None:
        patch = PathPatch(path, facecolor=TOO_FEW, edgecolor=INK_SOFT, hatch="///", linewidth=0)
    else:
        share = (area.score - span[0]) / (span[1] - span[0])
        patch = PathPatch(path, facecolor=_COLOURS(share), linewidth=0)
    canvas.pen.add_patch(patch)
    canvas.pen.add_patch(PathPatch(path, fill=False, edgecolor=PAPER, linewidth=1.8))


def _stroke(canvas: Canvas, ground: Ground, outline: BaseGeometry) -> None:
    """The town's outline, as far as it lies on the map: a town is often wider than its areas."""
    room = _map_room(canvas)
    patch = PathPatch(_path(ground, outline), fill=False, edgecolor=INK, linewidth=2.2)
    canvas.pen.add_patch(patch)
    # Set after the patch has joined the sheet, which clips it to the whole of itself.
    edge = Rectangle((room.left, room.bottom), room.width, room.height)
    edge.set_transform(canvas.pen.transData)
    patch.set_clip_path(edge)


def _names(canvas: Canvas, ground: Ground, areas: Sequence[Area]) -> None:
    """Scores first, then names where there is room: the largest first, none over another."""
    size = canvas.small
    ordered = sorted(areas, key=lambda one: (-one.shape.area, one.name))
    spots = [(area, _middle(ground, area)) for area in ordered if not area.shape.is_empty]
    taken: list[Box] = []
    scored: set[tuple[float, float]] = set()
    for area, at in spots:
        if area.printed and _is_free(box := _around(at, area.printed, size, bold=True), taken):
            taken.append(box)
            scored.add(at)
            _label(canvas, at, area.printed, size, bold=True)
    for area, (x, y) in spots:
        room = (area.shape.bounds[2] - area.shape.bounds[0]) * ground.scale
        name = fitted(area.name, room, size * NAME)
        below = (x, y - size * 1.12) if (x, y) in scored else (x, y)
        box = _around(below, name, size * NAME, bold=False)
        if len(name) >= min(len(area.name), LEAST_LETTERS) and _is_free(box, taken):
            taken.append(box)
            _label(canvas, below, name, size * NAME, bold=False)


def _middle(ground: Ground, area: Area) -> tuple[float, float]:
    point = area.shape.representative_point()
    x, y = ground.pixels(np.array([[point.x, point.y]]))[0]
    return float(x), float(y)


def _around(at: tuple[float, float], text: str, size: float, *, bold: bool) -> Box:
    wide, tall = width(text, size, bold=bold), size * 1.1
    return Box(at[0] - wide / 2, at[1] - tall / 2, wide, tall)


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    return not any(_meet(box, other) for other in taken)


def _meet(one: Box, other: Box) -> bool:
    return (
        one.left < other.right and other.left < one.right
        and one.bottom < other.top and other.bottom < one.top
    )  # fmt: skip


def _label(canvas: Canvas, at: tuple[float, float], text: str, size: float, *, bold: bool) -> None:
    """A text around a point; its white edge keeps it readable on any colour."""
    canvas.pen.text(
        *at,
        clean(text),
        fontproperties=face(size, bold=bold),
        color=INK,
        ha="center",
        va="center",
        parse_math=False,
        zorder=5,
        path_effects=[withStroke(linewidth=4, foreground=PAPER)],
    )


def _key_box(canvas: Canvas) -> Box:
    room = canvas.room
    if canvas.shape is Shape.WIDE:
        left = room.left + room.width * 0.75
        return Box(left, room.top - canvas.body * 2.6, room.width * 0.25, canvas.body)
    return Box(room.left, room.top - canvas.body * 2.2, room.width * 0.55, canvas.body)


def _key(canvas: Canvas, span: tuple[float, float], words: str) -> None:
    """The colours from the lowest to the highest score shown, with numbers below."""
    box = _key_box(canvas)
    room = canvas.room.right - box.left
    at = (box.left, box.top + canvas.small * 0.9)
    canvas.write(fitted(words, room, canvas.small), at, canvas.small)
    steps = [matplotlib.colors.to_hex(_COLOURS((step + 0.5) / 64)) for step in range(64)]
    _bands(canvas, box, steps)
    for score in range(int(span[0]), int(span[1]) + 1):
        x = box.left + box.width * (score - span[0]) / (span[1] - span[0])
        canvas.write(str(score), (x, box.bottom - 6), canvas.small, _BELOW)


def _key_of_layer(canvas: Canvas, layer: Layer) -> None:
    """The colours of a surface, with words at both ends and, where there is room, between."""
    box = _key_box(canvas)
    _bands(canvas, box, layer.colours)
    first, middle, last = layer.words
    y, size = box.bottom - 6, canvas.small
    for words, x, align in (
        (first, box.left, _BELOW_LEFT),
        (middle if canvas.shape is Shape.SQUARE else "", (box.left + box.right) / 2, _BELOW),
        (last, box.right, _BELOW_RIGHT),
    ):
        for number, text in enumerate(lines(words, box.width * 0.47, size, most=2)):
            canvas.write(text, (x, y - number * size * 1.2), size, align)


def _bands(canvas: Canvas, box: Box, colours: Sequence[str]) -> None:
    step = box.width / len(colours)
    for number, colour in enumerate(colours):
        canvas.bar(Box(box.left + step * number, box.bottom, step + 0.5, box.height), colour)


def _key_too_few(canvas: Canvas, words: str) -> None:
    box = _key_box(canvas)
    if canvas.shape is Shape.WIDE:
        left, bottom = box.left, box.bottom - canvas.body * 2.6
    else:
        left, bottom = box.right + 40, box.bottom
    side = canvas.body
    patch = Path([(left, bottom), (left + side * 1.4, bottom), (left + side * 1.4, bottom + side),
                  (left, bottom + side), (left, bottom)], closed=True)  # fmt: skip
    canvas.pen.add_patch(
        PathPatch(patch, facecolor=TOO_FEW, edgecolor=INK_SOFT, hatch="///", linewidth=1)
    )
    text_left = left + side * 1.4 + 14
    texts = lines(words, canvas.room.right - text_left, canvas.small, most=3)
    for number, text in enumerate(texts):
        y = bottom + side / 2 + ((len(texts) - 1) / 2 - number) * canvas.small * 1.2
        canvas.write(text, (text_left, y), canvas.small)
