"""The command that counts a file: winners, rules, refusals with exit code 2."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.consultations.test_pabulib import text


def counted(path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("count_budget", str(path), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "election.pb"
    path.write_text(text("1;a\n2;a\n3;b\n", {"budget": "60"}), "utf-8")
    return path


def test_winners_and_what_they_cost(file: Path) -> None:
    said = counted(file)
    assert said.splitlines() == ["a\t60\tSchool", "1 of 2 projects win, 60 of 60, 3 voters."]


def test_the_rule_asked_for_comes_first(file: Path) -> None:
    found = json.loads(counted(file, rule="equal-shares", json=True))
    assert (found["rule"], found["winners"], found["spent"]) == ("equal-shares", [], "0")
    done = json.loads(counted(file, rule="equal-shares", completion="add1", json=True))
    assert done["winners"] == ["a"]
    assert done["projects"][1] == {"code": "b", "cost": "40", "votes": 1, "score": "1"}


@pytest.mark.parametrize(
    ("meta", "winners"),
    [
        ({"rule": "greedy", "budget": "50"}, ["b"]),
        ({"rule": "greedy-no-skip", "budget": "50"}, []),
        ({"rule": "greedy-threshold", "min_project_score_threshold": "2", "budget": "100"}, ["a"]),
        ({"rule": "equalshares", "budget": "100"}, ["a"]),
        ({"rule": "equalshares/add1", "budget": "100"}, ["a", "b"]),
    ],
)
def test_a_file_is_counted_by_its_own_rule(
    tmp_path: Path, meta: dict[str, str], winners: list[str]
) -> None:
    path = tmp_path / "own.pb"
    path.write_text(text("1;a\n2;a\n3;b\n", meta), "utf-8")
    assert json.loads(counted(path, json=True))["winners"] == winners


def test_it_says_whether_the_file_names_the_same_winners(tmp_path: Path) -> None:
    path = tmp_path / "said.pb"
    marked = text("1;a\n").replace("cost;name", "cost;selected;name")
    path.write_text(marked.replace("a;60;", "a;60;1;").replace("b;40;", "b;40;0;"), "utf-8")
    assert "The file says the same." in counted(path)
    path.write_text(marked.replace("a;60;", "a;60;0;").replace("b;40;", "b;40;1;"), "utf-8")
    assert "The file names other winners." in counted(path)


def test_a_drawn_order_decides_ties(tmp_path: Path) -> None:
    path = tmp_path / "tie.pb"
    path.write_text(text("1;a,b\n", {"budget": "60"}), "utf-8")
    assert counted(path).startswith("a\t")
    assert counted(path, order="b,a").startswith("b\t")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"order": "a"}, "each project of the file once"),
        ({"completion": "add1"}, "--completion needs --rule equal-shares"),
    ],
)
def test_bad_options_are_refused(file: Path, options: dict[str, str], says: str) -> None:
    with pytest.raises(CommandError, match=says) as refused:
        counted(file, **options)
    assert refused.value.returncode == 2


def test_a_rule_that_the_file_does_not_tell_must_be_said(tmp_path: Path) -> None:
    path = tmp_path / "custom.pb"
    path.write_text(text(meta={"rule": "greedy-custom"}), "utf-8")
    with pytest.raises(CommandError, match="say by --rule") as refused:
        counted(path)
    assert refused.value.returncode == 2
    assert counted(path, rule="greedy")


def test_a_file_that_is_not_there_or_is_none_is_refused(tmp_path: Path) -> None:
    for name, content in (("none.pb", None), ("bad.pb", b"\xff\xfe\x00"), ("odd.pb", b"x")):
        path = tmp_path / name
        if content:
            path.write_bytes(content)
        with pytest.raises(CommandError) as refused:
            counted(path)
        assert refused.value.returncode == 2
