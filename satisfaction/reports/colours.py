"""Colours of scores on report maps: five steps that stay apart for the colour-blind and in grey."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from satisfaction.reports.document import LegendEntry
from satisfaction.reports.layers import HATCH
from satisfaction.reports.values import Reading

#: Lower end of each step, and its colour; the lowest step begins at 1.
STEPS = ((8.0, "#fde737"), (7.0, "#bcae6c"), (6.0, "#7d7c78"), (5.0, "#434e6c"), (1.0, "#00224e"))
#: Half of the interval is wider than one point: as snapshots call a figure uncertain.
SURE = 1.0


def colour_of(reading: Reading | None) -> str:
    """The colour of a score; hatched where there were too few votes."""
    if reading is None or reading.score is None:
        return HATCH
    return next(colour for least, colour in STEPS if reading.score >= least)


def is_sure(reading: Reading | None) -> bool:
    """Whether the figure carries its colour."""
    if reading is None or reading.low is None or reading.high is None:
        return True
    return (reading.high - reading.low) / 2 <= SURE


def legend() -> list[LegendEntry]:
    """What the colours mean."""
    return [
        LegendEntry(STEPS[0][1], _("8 to 10")),
        LegendEntry(STEPS[1][1], _("7 to 8")),
        LegendEntry(STEPS[2][1], _("6 to 7")),
        LegendEntry(STEPS[3][1], _("5 to 6")),
        LegendEntry(STEPS[4][1], _("below 5")),
        LegendEntry(HATCH, pgettext("legend", "not yet enough votes")),
        LegendEntry("", pgettext("legend", "dashed border: uncertain"), "line"),
    ]
