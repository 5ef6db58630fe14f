"""What is said of a figure holds: each claim against its interval, each number to the digit."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satisfaction.facts import Fact, Kind, Period
from satisfaction.sentences import (
    HEADLINES,
    alt_text,
    citation,
    fewer_hold,
    headlines,
    period_before,
    period_label,
    sentence,
    short,
    statement,
)
from satisfaction.sentences.claims import Says
from satisfaction.sentences.figures import quoted

LANGUAGES = ("en", "ro", "bg")
OCTOBER = Period("month", dt.date(2026, 10, 1), dt.date(2026, 11, 1))
SUMMER = Period("quarter", dt.date(2026, 7, 1), dt.date(2026, 10, 1))
YEAR = Period("year", dt.date(2025, 1, 1), dt.date(2026, 1, 1))
ROLLING = Period("rolling", dt.date(2025, 11, 1), dt.date(2026, 11, 1))
#: A name without digits: whatever number a text then has, the figure must explain.
NAME = "Playgrounds"


def fact(**values: object) -> Fact:
    """A figure of the playgrounds in October; a test says what is different."""
    usual: dict[str, object] = {
        "kind": Kind.CATEGORY, "subject": NAME, "town": "Stara Zagora", "period": OCTOBER,
        "votes": 84, "places": 9, "state": "shown", "score": 6.8, "low": 6.3, "high": 7.2,
        "code": "month-2026-10-v1", "digest": "0123456789abcdef" * 4,
    }  # fmt: skip
    return Fact(**{**usual, **values})  # type: ignore[arg-type]


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Any figure there can be, and some that should not be: states that their intervals deny."""
    score, low, high = sorted(draw(st.tuples(*[st.floats(1, 10)] * 3)))[1], 0.0, 0.0
    low, high = draw(st.floats(1, score)), draw(st.floats(score, 10))
    least, most = sorted(draw(st.tuples(st.floats(-9, 9), st.floats(-9, 9))))
    has_change, state = draw(st.booleans()), draw(st.sampled_from(["shown", "wide", "collecting"]))
    is_known = state != "collecting"
    return fact(
        kind=draw(st.sampled_from(list(Kind))),
        period=draw(st.sampled_from([OCTOBER, SUMMER, YEAR, ROLLING])),
        votes=draw(st.integers(10, 10_000_000)),
        state=state,
        score=score if is_known else None,
        low=low if is_known else None,
        high=high if is_known else None,
        change=(least + most) / 2 if has_change else None,
        change_low=least if has_change else None,
        change_high=most if has_change else None,
        change_state=draw(st.sampled_from(["", "up", "down", "same"])),
    )


def number(printed: str, language: str) -> Decimal:
    """A printed number as a value, by the marks of the language."""
    plain = printed.replace("\u2212", "-").replace("\u00a0", "")
    if language == "en":
        return Decimal(plain.replace(",", ""))
    return Decimal(plain.replace(".", "").replace(",", "."))


def numbers_of(text: str) -> list[str]:
    """Every number that stands in a text, with its minus."""
    return re.findall(r"\u2212?\d+(?:[.,\u00a0]\d+)*", text)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None)
@given(figure=facts())
def test_no_claim_is_denied_by_the_interval(language: str, figure: Fact) -> None:
    said = statement(figure, language)
    low, high = figure.change_low, figure.change_high
    if said.says(Says.ROSE):
        assert (low or 0) > 0
        assert figure.change_state == "up"
    if said.says(Says.FELL):
        assert (high or 0) < 0
        assert figure.change_state == "down"
    if said.says(Says.SAME):
        assert -1 <= (low or 0) <= 0 <= (high or 0) <= 1
        assert figure.change_state == "same"
    changes = [one for one in (Says.ROSE, Says.FELL, Says.SAME, Says.UNKNOWN) if said.says(one)]
    is_compared = low is not None and figure.state != "collecting"
    assert len(changes) == (is_compared and figure.period.span != "rolling")
    assert said.says(Says.UNCERTAIN) == (figure.state == "wide")


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None)
@given(figure=facts())
def test_every_number_is_one_of_the_figure(language: str, figure: Fact) -> None:
    said = statement(figure, language)
    claimed = [one for claim in said.claims for text in claim.numbers for one in numbers_of(text)]
    ten = ["10"] if figure.score is not None else []
    year_before = numbers_of(period_label(period_before(figure.period), language))
    for one in numbers_of(said.text):
        assert one in claimed + ten + year_before, said.text
    for claim in said.claims:
        check_numbers(claim.says, claim.numbers, figure, language)


def check_numbers(says: Says, printed: tuple[str, ...], figure: Fact, language: str) -> None:
    """The printed numbers cover those computed, and are no wider than rounding makes them."""
    if says in (Says.PERIOD, Says.UNCERTAIN, Says.TOO_FEW):
        return
    values = [number(one, language) for one in printed]
    if says is Says.VOTES:
        assert values == [figure.votes]
    elif says is Says.SCORE:
        assert abs(values[0] - Decimal(str(figure.score))) <= Decimal("0.05")
    else:
        ends = {
            Says.INTERVAL: (figure.low, figure.high),
            Says.FELL: (-(figure.change_high or 0), -(figure.change_low or 0)),
        }.get(says, (figure.change_low, figure.change_high))
        low, high = (Decimal(str(one)) for one in ends)
        assert low - Decimal("0.1") <= values[0] <= low
        assert high <= values[1] <= high + Decimal("0.1")
        if says in (Says.ROSE, Says.FELL):
            assert values[0] > 0


@settings(max_examples=200, deadline=None)
@given(figure=facts())
def test_words_are_those_of_the_claims(figure: Fact) -> None:
    text = sentence(figure, "en")
    said = statement(figure, "en")
    for word, says in (
        ("rose", Says.ROSE), ("fell", Says.FELL), ("about the same", Says.SAME),
        ("cannot tell", Says.UNKNOWN), ("uncertain", Says.UNCERTAIN),
        ("not yet enough votes", Says.TOO_FEW), ("people who voted", Says.SCORE),
    ):  # fmt: skip
        assert (word in text) == said.says(says), text
    assert not re.search(r"resident|best|worst|rank|improv|worse|top", text)
    if not said.says(Says.TOO_FEW):
        assert all(said.says(one) for one in (Says.SCORE, Says.INTERVAL, Says.VOTES, Says.PERIOD))


@settings(max_examples=200, deadline=None)
@given(figure=facts(), language=st.sampled_from(LANGUAGES))
def test_too_few_votes_give_no_number(figure: Fact, language: str) -> None:
    if figure.score is not None:
        return
    for text in (sentence(figure, language), alt_text(figure, language)):
        assert numbers_of(text) == numbers_of(
            next(c.numbers[0] for c in statement(figure, language).claims if c.numbers)
        )
    assert not numbers_of(short(figure, language))


def test_sentence_of_the_playgrounds() -> None:
    figure = fact(change=0.1, change_low=-0.34, change_high=0.51, change_state="same")
    assert sentence(figure, "en") == (
        "In October 2026, people who voted gave the places of the kind “Playgrounds” 6.8 out of "
        "10, between 6.3 and 7.2 (84 votes). That is about the same as in September 2026: the "
        "change lies between \u22120.4 and 0.6 points."
    )


def test_a_change_that_touches_nought_is_not_claimed() -> None:
    for state in ("up", "down"):
        said = statement(fact(change_low=0.0, change_high=0.0, change_state=state), "en")
        assert said.says(Says.UNKNOWN)


def test_a_small_sure_change_is_not_rounded_to_nought() -> None:
    text = sentence(fact(change_low=0.043, change_high=0.81, change_state="up"), "ro")
    assert "0,04" in text
    assert "0,81" in text


@pytest.mark.parametrize(
    ("period", "label", "before"),
    [
        (OCTOBER, "October 2026", "September 2026"),
        (SUMMER, "July to September 2026", "April to June 2026"),
        (YEAR, "2025", "2024"),
    ],
)
def test_periods_have_names(period: Period, label: str, before: str) -> None:
    assert period_label(period, "en") == label
    assert period_label(period_before(period), "en") == before


def test_months_are_named_in_the_language_of_the_reader() -> None:
    assert "octombrie" in sentence(fact(), "ro")
    assert "октомври" in sentence(fact(), "bg")


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("ДГ № 15 „Слънчо“", "bg", "„ДГ № 15 «Слънчо»“"),
        ("Parcul „Cozla”", "ro", "„Parcul «Cozla»”"),
        ("“Park”\n50 %", "en", "“‘Park’ 50 %”"),
    ],
)
def test_names_are_quoted_as_names(name: str, language: str, expected: str) -> None:
    assert quoted(name, language) == expected
    assert expected in sentence(fact(subject=name, kind=Kind.SITE), language)


def test_citation_names_the_figures_and_says_what_is_invented() -> None:
    line = citation(fact(is_synthetic=True), "https://town.example/x", "en")
    assert line == (
        "Stara Zagora, ratings of places, October 2026. Figures month-2026-10-v1, fingerprint "
        "0123456789ab. https://town.example/x Invented for the demonstration."
    )
    assert "nvented" not in citation(fact(), "", "en")


def test_a_change_that_may_be_large_is_not_called_the_same() -> None:
    said = statement(fact(change_low=-3.5, change_high=1.4, change_state="same"), "en")
    assert said.says(Says.UNKNOWN)
    assert "cannot tell" in said.text


def test_a_citation_has_no_point_twice() -> None:
    assert ".." not in citation(fact(), "https://town.example/x", "bg")


def test_alt_text_says_how_votes_are_spread() -> None:
    text = alt_text(fact(happy=0.614, unhappy=0.0004), "en")
    assert text.endswith("Of these votes, 61% were 8 to 10 and 1% were 1 to 4.")


@settings(max_examples=50, deadline=None)
@given(figures=st.lists(facts(), max_size=12))
def test_headlines_are_three_certain_sentences_or_say_that_they_are_fewer(
    figures: list[Fact],
) -> None:
    lines = headlines(figures, "en")
    certain = sum(1 for figure in figures if figure.state == "shown")
    assert len(lines) == min(HEADLINES, certain)
    assert bool(fewer_hold(len(lines), "en")) == (len(lines) < HEADLINES)
    assert not [line for line in lines if "uncertain" in line or "not yet" in line]
    assert headlines(reversed(figures), "en") == lines


def test_the_town_comes_first_then_what_surely_changed() -> None:
    town = fact(kind=Kind.TOWN, subject="")
    fell = fact(subject="Parks", votes=20, change_low=-1.2, change_high=-0.3, change_state="down")
    many = fact(subject="Stops", votes=900)
    denied = fact(subject="Schools", votes=30, change_low=-0.2, change_high=2.0, change_state="up")
    lines = headlines([many, denied, fell, town], "en")
    assert "places of Stara Zagora" in lines[0]
    assert "It fell" in lines[1]
    assert "Stops" in lines[2]
