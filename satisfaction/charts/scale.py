"""The scale of 1 to 10, the same length from end to end in every picture."""

from satisfaction.charts.canvas import INK_SOFT, LINE, Box, Canvas, Style

LOWEST, HIGHEST = 1, 10


def across(score: float, box: Box) -> float:
    """Where a score stands from left to right."""
    return box.left + (score - LOWEST) / (HIGHEST - LOWEST) * box.width


def upward(score: float, box: Box) -> float:
    """Where a score stands from bottom to top."""
    return box.bottom + (score - LOWEST) / (HIGHEST - LOWEST) * box.height


def draw_across(canvas: Canvas, box: Box) -> None:
    """Upright lines at the whole scores, with their numbers below."""
    for score in range(LOWEST, HIGHEST + 1):
        x = across(score, box)
        canvas.rule((x, box.bottom), (x, box.top), color=LINE, thickness=1)
        canvas.write(
            str(score),
            (x, box.bottom - 8),
            canvas.small,
            Style(color=INK_SOFT, align="center", level="top"),
        )


def draw_upward(canvas: Canvas, box: Box) -> None:
    """Level lines at every third score, with their numbers to the left."""
    for score in range(LOWEST, HIGHEST + 1, 3):
        y = upward(score, box)
        canvas.rule((box.left, y), (box.right, y), color=LINE, thickness=1)
        canvas.write(
            str(score), (box.left - 12, y), canvas.small, Style(color=INK_SOFT, align="right")
        )
