"""Whose vote counts, and the reason that is told."""

from dataclasses import replace

import pytest

from consultations.eligibility import Home, Rule, Whose, Why, judge

HOME = Home(2, frozenset({4, 9}), is_in_area=True, age=30)


@pytest.mark.parametrize(
    ("rule", "home", "why"),
    [
        (Rule(Whose.TOWN), HOME, Why.COUNTED),
        (Rule(Whose.TOWN), None, Why.NO_RESIDENCE),
        (Rule(Whose.AREA), HOME, Why.COUNTED),
        (Rule(Whose.AREA), replace(HOME, is_in_area=False), Why.OUTSIDE),
        (Rule(Whose.ZONES, zones=frozenset({9})), HOME, Why.COUNTED),
        (Rule(Whose.ZONES, zones=frozenset({5})), HOME, Why.OUTSIDE),
        (Rule(Whose.TOWN, assurance=2), HOME, Why.COUNTED),
        (Rule(Whose.TOWN, assurance=3), HOME, Why.NOT_SURE_ENOUGH),
        (Rule(Whose.TOWN, least_age=30), HOME, Why.COUNTED),
        (Rule(Whose.TOWN, least_age=31), HOME, Why.TOO_YOUNG),
        (Rule(Whose.TOWN, least_age=16), replace(HOME, age=None), Why.TOO_YOUNG),
    ],
)
def test_who_counts_and_why(rule: Rule, home: Home | None, why: Why) -> None:
    verdict = judge(rule, home)
    assert verdict.why is why
    assert verdict.counts == (why is Why.COUNTED)


def test_the_own_zone_and_one_more() -> None:
    rule = Rule(Whose.HOME_PLUS, zones=frozenset({4, 5, 6}), others=1)
    verdict = judge(rule, HOME)
    assert (verdict.zones, verdict.others) == (frozenset({4}), 1)
    assert judge(replace(rule, zones=frozenset({5, 6})), HOME).why is Why.OUTSIDE
