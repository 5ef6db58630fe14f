"""Numbers as they are printed: scores rounded, intervals widened, never narrowed, by rounding."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
MINUS = "\u2212"
#: Between thousands: (languages not named write a space that does not break).
THOUSANDS = {"en": ",", "ro": "."}
NO_BREAK_SPACE = "\u00a0"
#: Below this a number of votes is written without a mark between thousands.
LONG_NUMBER = 10_000


def base_of(language: str) -> str:
    """The language without its region: `en-gb` writes numbers as `en`."""
    return language.partition("-")[0]


def _written(number: Decimal, language: str) -> str:
    text = str(abs(number)) if number < 0 else str(number.copy_abs())
    if base_of(language) != "en":
        text = text.replace(".", ",")
    return MINUS + text if number < 0 else text


def score_text(score: float, language: str) -> str:
    """A score with one decimal."""
    return _written(Decimal(str(score)).quantize(TENTH, ROUND_HALF_UP), language)


def interval_text(low: float, high: float, language: str, step: Decimal = TENTH) -> tuple[str, str]:
    """Both ends of an interval, rounded outward: what is printed covers what was computed."""
    return (
        _written(Decimal(str(low)).quantize(step, ROUND_FLOOR), language),
        _written(Decimal(str(high)).quantize(step, ROUND_CEILING), language),
    )


def count_text(number: int, language: str) -> str:
    """A number of votes, to the last one."""
    if number < LONG_NUMBER:
        return str(number)
    return f"{number:,}".replace(",", THOUSANDS.get(base_of(language), NO_BREAK_SPACE))


def share_text(share: float, language: str) -> str:
    """A share in whole per cent; 0 and 100 are written only where they are true."""
    percent = int((Decimal(str(share)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if 0 < share < 1:
        percent = min(max(percent, 1), 99)
    return f"{percent}{NO_BREAK_SPACE}%" if base_of(language) != "en" else f"{percent}%"
