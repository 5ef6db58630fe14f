"""Turns a town's one colour into accents that stay readable on light and dark pages; pure."""

LIGHT_PAPER = "#f8f6f1"
DARK_PAPER = "#1b2229"
WHITE = "#ffffff"
BLACK = "#000000"
LEAST_CONTRAST = 4.6
_STEP = 0.04


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _colour(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in channels)


def mix(colour: str, other: str, share: float) -> str:
    """Blend `share` (0 to 1) of `other` into `colour`, both "#rrggbb"."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return _colour(tuple(own * (1 - share) + added * share for own, added in pairs))


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, papers: tuple[str, ...], towards: str) -> str:
    """Move `colour` towards black or white until it can be read on every one of `papers`."""
    share = 0.0
    moved = colour
    while min(contrast(moved, paper) for paper in papers) < LEAST_CONTRAST and share < 1:
        share = min(1.0, share + _STEP)
        moved = mix(colour, towards, share)
    return moved


def _tokens(accent: str, paper: str, ink: str) -> str:
    """Declarations of the accent tokens; `paper` is the raised ground, `ink` black or white."""
    soft = mix(WHITE if ink == BLACK else paper, accent, 0.12)
    accent = readable(accent, (paper, soft), ink)
    values = {
        "accent": accent,
        "accent-strong": mix(accent, ink, 0.25),
        "accent-soft": soft,
        "on-accent": WHITE if ink == BLACK else readable(paper, (accent,), BLACK),
    }
    return "".join(f"--{name}:{value};" for name, value in values.items())


def brand_css(accent: str) -> str:
    """Write the style sheet of a town with the colour `accent` ("#rrggbb", already validated)."""
    light = _tokens(accent, LIGHT_PAPER, BLACK)
    dark = _tokens(accent, DARK_PAPER, WHITE)
    return (
        f":root{{{light}}}\n"
        f':root[data-theme="dark"]{{{dark}}}\n'
        "@media (prefers-color-scheme:dark){"
        f':root:not([data-theme="light"],[data-theme="dark"]){{{dark}}}}}\n'
    )
