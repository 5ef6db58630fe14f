"""Colours of scores on report maps: steps that stay apart for the colour-blind and in grey."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from satisfaction.reports.document import LegendEntry
from satisfaction.reports.layers import HATCH
from satisfaction.reports.values import Reading
from satisfaction.sentences import score_text

#: Lower end of each step, and its colour; most scores of a town lie near each other, so the steps
#: are narrow in the middle. The lowest step begins at 1.
STEPS = (
    (8.0, "#fee838"),
    (7.5, "#d2c060"),
    (7.0, "#a59c74"),
    (6.5, "#7c7b78"),
    (6.0, "#5b5f6d"),
    (5.0, "#213b6e"),
    (1.0, "#00204c"),
)
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


def legend(language: str) -> list[LegendEntry]:
    """What the colours mean, the best first."""
    upper = [10.0, *(least for least, _colour in STEPS)]
    return [
        *(
            LegendEntry(colour, _step(least, most, language))
            for (least, colour), most in zip(STEPS, upper, strict=False)
        ),
        LegendEntry(HATCH, pgettext("legend", "not yet enough votes")),
        LegendEntry("", pgettext("legend", "dashed border: uncertain"), "line"),
    ]


def _step(least: float, most: float, language: str) -> str:
    ends = {"least": score_text(least, language), "most": score_text(most, language)}
    return _("%(least)s to %(most)s") % ends
