"""The harness compares fairly: turns, resets, medians, goals, and the file others read."""

import json
from pathlib import Path

import pytest

from bench import harness
from bench.harness import Comparison, Contender, Measured, compare, fact, faster, share


def test_contenders_take_turns_and_are_reset_before_each_round() -> None:
    told: list[str] = []
    contenders = [
        Contender(
            name,
            setup=lambda name=name: name,  # type: ignore[misc]
            run=lambda state: told.append(state),
            reset=lambda state: told.append(f"reset {state}"),
        )
        for name in ("a", "b")
    ]
    compare(contenders)
    turns = [one for one in told if not one.startswith("reset")]
    assert turns == ["a", "b", "a", "b", "b", "a", "a", "b", "b", "a", "a", "b"]
    assert told[:4] == ["reset a", "a", "reset b", "b"]


def test_fewer_than_five_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="at least five"):
        compare([], rounds=4)


@pytest.fixture
def comparison() -> Comparison:
    rounds = {"ours": [1.0, 2.0, 90.0, 2.0, 2.0], "theirs": [8.0] * 5}
    return Comparison({name: Measured(wall=wall) for name, wall in rounds.items()}, 0.0, 0.0)


def test_a_faster_row_counts_how_many_times(comparison: Comparison) -> None:
    row = faster("x", comparison, "ours", "theirs", goal=">= 4", command="make bench")
    assert (row.ours, row.theirs, row.ratio, row.met, row.noisy) == (2.0, 8.0, 4.0, True, False)


def test_shares_and_facts_are_held_against_their_goals() -> None:
    assert share("x", 1.0, 3.0, "s", goal="<= 0.25", command="").met is False
    assert fact("x", 0.99, "share", goal=">= 0.98", command="").met is True
    assert fact("x", 0.99, "share", command="").met is None
    with pytest.raises(ValueError, match="A goal reads"):
        fact("x", 1.0, "s", goal="fast", command="")


def test_spread_or_a_busy_machine_is_called_noisy(comparison: Comparison) -> None:
    comparison.load_before = 1.5
    assert comparison.noisy
    assert Comparison({"a": Measured(wall=[1, 2, 3, 4, 5])}, 0.0, 0.0).noisy


def test_results_are_written_as_others_read_them(
    comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harness, "RESULTS", tmp_path)
    row = faster("x", comparison, "ours", "theirs", goal=None, command="make bench")
    comparison.measured["ours"].cpu = [1.0] * 5
    harness.write_results("area", [row], {"whole": comparison})
    (read,) = json.loads((tmp_path / "area.json").read_text())
    assert set(read) == {
        *("id", "ours", "theirs", "unit", "ratio", "goal", "met", "noisy", "command"),
    }
    rounds = json.loads((tmp_path / "rounds" / "area.json").read_text())
    assert rounds["whole"]["contenders"]["ours"]["cpu_s"] == [1.0] * 5
