"""When a sign that was scanned every week falls silent: the rule, as arithmetic; no ORM.

If a sign gets λ scans a week by chance alone (Poisson), t weeks without any have the probability
e^(-λt). Below one in a hundred we ask the crew to look. λ is not known but learnt from the weeks
before, so what is computed is the average of e^(-λt) over what λ may be: after s scans in n weeks
that is ((n + b) / (n + b + t))^(s + a), with a = b = 0.5 for the little we know beforehand. It is
larger than e^(-λt) at the mean, so few weeks of history make fewer alarms, not more.

Of a hundred signs that hang in good order, fewer than one is asked after in vain each week, and
fewer than twelve in half a year: `tests/sign_registry/test_silence.py` counts them.
"""

from collections.abc import Sequence

#: Less is no history: a new sign is scanned by the curious first.
LEAST_WEEKS = 6
#: Fewer scans than that say nothing about a silence.
LEAST_SCANS = 6
ALARM_BELOW = 0.01
#: Older weeks are another season.
LONGEST_HISTORY = 26
_BEFOREHAND = 0.5


def silent_weeks(scans: Sequence[int]) -> int:
    """How many whole weeks at the end of a history had no scan at all."""
    silence = 0
    for count in reversed(scans):
        if count:
            break
        silence += 1
    return silence


def chance_of_silence(scans: Sequence[int]) -> float | None:
    """How likely the silence at the end is by chance alone; None where the history is too short.

    Args:
        scans: scans of whole weeks, the oldest first, weeks without any as 0.
    """
    recent = list(scans[-LONGEST_HISTORY:])
    silence = silent_weeks(recent)
    before = recent[: len(recent) - silence]
    if not silence or len(before) < LEAST_WEEKS or sum(before) < LEAST_SCANS:
        return None
    weeks = len(before) + _BEFOREHAND
    return float((weeks / (weeks + silence)) ** (sum(before) + _BEFOREHAND))


def is_asleep(scans: Sequence[int]) -> bool:
    """Whether somebody should go and look."""
    chance = chance_of_silence(scans)
    return chance is not None and chance < ALARM_BELOW
