"""Invented votes: the same each time, with what was planted in them, and marked as invented."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from portal.demo_ratings import Story
from portal.demo_votes import (
    HABITS,
    Ground,
    Plan,
    Shift,
    chances,
    histograms,
    levels,
    make_votes,
    town_field,
)

LAST_DAY = dt.date(2026, 11, 22)
STORY = Path(settings.BASE_DIR) / "fixtures/geojson/stara-zagora/ratings_SYNTHETIC.json"


def some_ground(places: int = 300) -> Ground:
    random = np.random.default_rng(3)
    kinds = sorted(HABITS)
    return Ground(
        x=random.uniform(0, 5000, places),
        y=random.uniform(0, 5000, places),
        kinds=[kinds[place % len(kinds)] for place in range(places)],
    )


# -- the generator --------------------------------------------------------------------------------


def test_the_same_plan_makes_the_same_votes_and_another_seed_others() -> None:
    ground, plan = some_ground(), Plan(7, LAST_DAY, 140)
    first, again = make_votes(ground, plan), make_votes(ground, plan)
    for column in first._fields:
        assert np.array_equal(getattr(first, column), getattr(again, column))
    other = make_votes(ground, Plan(8, LAST_DAY, 140))
    assert not np.array_equal(histograms(first, 300), histograms(other, 300))


def test_votes_lie_within_the_plan_and_add_up() -> None:
    ground, plan = some_ground(), Plan(7, LAST_DAY, 140)
    votes = make_votes(ground, plan)
    assert (votes.day.min(), votes.day.max()) == (0, 139)
    assert (votes.score.min(), votes.score.max()) == (1, 10)
    assert set(np.unique(votes.part)) == {0, 1, 2, 3}
    assert histograms(votes, 300).sum() == len(votes.place)


@pytest.mark.parametrize("level", [2.0, 5.5, 7.3, 9.0])
def test_a_level_is_the_mean_of_its_scores(level: float) -> None:
    shares = chances(level)
    assert shares.sum() == pytest.approx(1)
    assert shares @ np.arange(1, 11) == pytest.approx(level, abs=0.03)


def test_scores_are_those_of_the_level_of_each_place() -> None:
    ground, plan = some_ground(), Plan(7, LAST_DAY, 364, volume=40)
    found = histograms(make_votes(ground, plan), 300)
    means = found @ np.arange(1, 11) / found.sum(axis=1)
    many = found.sum(axis=1) > 500
    assert many.sum() > 100
    assert np.abs(means - np.clip(levels(ground, plan), 1.6, 9.6))[many].max() < 0.5


def test_a_few_places_have_many_votes_and_most_have_few() -> None:
    votes = make_votes(some_ground(), Plan(7, LAST_DAY, 364))
    counts = histograms(votes, 300).sum(axis=1)
    assert counts.mean() > 1.5 * np.median(counts)


def test_offices_are_quiet_on_sundays_and_at_night() -> None:
    ground = Ground(np.zeros(50), np.zeros(50), ["administrative-office"] * 50)
    votes = make_votes(ground, Plan(7, LAST_DAY, 364))
    days_of_week = np.bincount(votes.day % 7, minlength=7)
    assert days_of_week[6] < days_of_week[0] / 5
    assert not (votes.part == 0).any()


def test_a_change_is_there_from_its_day_until_its_end() -> None:
    ground = some_ground()
    shift = Shift((4,), -3.0, first=100, until=200)
    plan = Plan(7, LAST_DAY, 364, shifts=(shift,), busy={4: 300.0})
    votes = make_votes(ground, plan)
    own, usual = votes.place == 4, float(levels(ground, plan)[4])
    during = (votes.day >= 100) & (votes.day < 200)
    assert votes.score[own & during].mean() == pytest.approx(max(usual - 3, 1.6), abs=0.3)
    assert votes.score[own & ~during].mean() == pytest.approx(usual, abs=0.3)


def test_neighbours_are_alike_and_what_moves_about_has_no_place_in_the_field() -> None:
    x = np.linspace(0, 5000, 200)
    field = town_field(x, np.zeros(200), seed=5)
    assert np.abs(np.diff(field)).max() < 0.2
    assert field.std() > 0.2
    assert town_field(np.array([np.nan]), np.array([np.nan]), seed=5)[0] == 0


# -- the story of the town ------------------------------------------------------------------------


def test_the_story_ends_on_the_last_sunday() -> None:
    for day in range(16, 23):
        story = Story.read(STORY, dt.date(2026, 11, day))
        assert story.last_day == dt.date(2026, 11, 15)
        assert story.first_day.weekday() == 0
    assert Story.read(STORY, dt.date(2026, 11, 23)).last_day == LAST_DAY


def test_everything_that_is_told_says_that_it_is_invented() -> None:
    facts = json.loads(STORY.read_text(encoding="utf-8"))
    for works in facts["works"]:
        for name in works["names"].values():
            assert "емонстрац" in name or "emonstra" in name
    assert facts["comments"]["mark"] == "(измислено)"
    assert all("emonstra" in said or "емонстрац" in said for said in facts["reply"].values())


def test_nothing_bad_is_planted_at_a_real_place() -> None:
    facts = json.loads(STORY.read_text(encoding="utf-8"))
    planted = {one["site"] for key in ("changes", "works", "bursts") for one in facts[key]}
    planted |= {*facts["busy"], *facts["liked"], facts["cluster"]["around"]}
    real = (STORY.parent / "sites_public.csv").read_text(encoding="utf-8")
    assert not {code for code in planted if f"\n{code}," in real}
