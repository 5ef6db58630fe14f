"""Files of Pabulib: every kind of ballot, written and read again, and what is refused."""

import csv
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.pabulib import BadElectionError, read_election, write_election

META = {"description": "Test", "budget": "100", "vote_type": "approval", "rule": "greedy"}


def text(
    votes: str = "1;a,b\n2;b\n",
    meta: Mapping[str, str] | None = None,
    columns: str = "voter_id;vote",
) -> str:
    """A small file."""
    facts = "".join(f"{key};{value}\n" for key, value in {**META, **(meta or {})}.items())
    projects = "project_id;cost;name\na;60;School\nb;40;Park; with trees\n"
    quoted = projects.replace("Park; with trees", '"Park; with trees"')
    return f"META\nkey;value\n{facts}PROJECTS\n{quoted}VOTES\n{columns}\n{votes}"


def test_crosses_are_read() -> None:
    election = read_election(text())
    assert [one.code for one in election.projects] == ["a", "b"]
    assert election.projects[1].columns["name"] == "Park; with trees"
    assert (election.budget, election.voters, election.scores()) == (100, 2, [1, 2])


def test_reading_leaves_the_bound_of_other_tables() -> None:
    before = csv.field_size_limit()
    read_election(text())
    with pytest.raises(BadElectionError):
        read_election("META")
    assert csv.field_size_limit() == before


def test_equal_ballots_are_counted_together() -> None:
    election = read_election(text("1;a,b\n2;b,a\n3;b\n"))
    assert sorted(ballot.number for ballot in election.ballots) == [1, 2]


def test_money_with_decimals_stays_exact() -> None:
    election = read_election(text(meta={"budget": "100,05"}).replace("a;60;", "a;60.333;"))
    assert election.scale == 1000
    assert election.budget == 100_050
    assert election.projects[0].cost == 60_333


def test_points_are_read() -> None:
    votes = "1;b,a;3,1.5\n2;a;2\n"
    election = read_election(text(votes, {"vote_type": "cumulative"}, "voter_id;vote;points"))
    scores = [Fraction(score, election.points_scale) for score in election.scores()]
    assert scores == [Fraction(7, 2), 3]
    assert election.votes() == [2, 1]


def test_an_unnamed_project_gets_the_default() -> None:
    meta = {"vote_type": "scoring", "default_score": "1"}
    election = read_election(text("1;b;-2\n", meta, "voter_id;vote;points"))
    assert election.scores() == [1, -2]


def test_the_first_of_a_ranking_gets_the_most() -> None:
    meta = {"vote_type": "ordinal", "max_length": "3"}
    assert read_election(text("1;b,a\n", meta)).scores() == [2, 3]


def test_zones_are_kept() -> None:
    columns = "voter_id;vote;district"
    election = read_election(text("1;a;West\n2;a;East\n", columns=columns))
    assert {ballot.zone for ballot in election.ballots} == {"West", "East"}


def test_a_file_from_other_hands_may_have_spaces_a_mark_and_empty_lines() -> None:
    loose = text().replace(";", " ; ").replace('"Park ; with trees"', "Park")
    assert read_election("\ufeff" + loose.replace("VOTES", "\nVOTES")).scores() == [1, 2]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("", "The table META is missing"),
        ("hello\n", "must begin with META"),
        (text().replace("PROJECTS", "THINGS"), "The table PROJECTS is missing"),
        (text() + "VOTES\nvoter_id;vote\n", "VOTES stands twice"),
        (text().replace("budget;100", "budgets;100"), "META has no budget"),
        (text(meta={"budget": "a lot"}), "budget must be a number"),
        (text(meta={"budget": "1e9"}), "budget must be a number"),
        (text().replace("a;60;", "a;;"), "line 9: “cost” is missing"),
        (text().replace("a;60;", "a;-60;"), "must be zero or more"),
        (text().replace("a;60;", "b;60;"), "the same project_id"),
        (text(meta={"vote_type": "shouting"}), "vote_type must be one of"),
        (text("1;c\n"), "there is no project “c”"),
        (text("1;a,a\n"), "a project stands twice"),
        (text("1;a,b\n", {"vote_type": "choose-1"}), "only one project may be chosen"),
        (text("1;a,b\n", {"vote_type": "ordinal", "max_length": "1"}), "more than 1 projects"),
        (
            text("1;a,b;5\n", {"vote_type": "cumulative"}, "voter_id;vote;points"),
            "2 projects, but 1 points",
        ),
        (
            text("1;a;-5\n", {"vote_type": "cumulative"}, "voter_id;vote;points"),
            "points must be zero or more",
        ),
        (
            text().replace("a;60;School\n", "").replace('b;40;"Park; with trees"\n', ""),
            "no project",
        ),
        (text('1;"' + "a" * 1_000_001 + '"\n'), "field larger than field limit"),
    ],
)
def test_a_bad_file_is_refused_in_words(wrong: str, says: str) -> None:
    with pytest.raises(BadElectionError, match=says):
        read_election(wrong)


_CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12)


@given(_CELL, _CELL)
def test_what_is_written_is_read_again(name: str, zone: str) -> None:
    written = write_election(
        {**META, "description": name},
        [{"project_id": "1", "cost": "5.5", "name": name}],
        [{"voter_id": "1", "vote": "1", "district": zone}],
    )
    election = read_election(written)
    assert election.projects[0].columns["name"] == " ".join(name.split())
    assert election.ballots[0].zone == " ".join(zone.split())
    assert Fraction(election.projects[0].cost, election.scale) == Fraction("5.5")


def test_an_election_without_votes_can_be_written() -> None:
    written = write_election(META, [{"project_id": "1", "cost": 5}], [])
    assert read_election(written).voters == 0
