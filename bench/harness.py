"""Run contenders side by side and write down medians, CPU time and noise; knows nothing of maps."""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent / "var" / "bench"
#: A one-minute load above this before the run means that others were working too.
QUIET_LOAD = 1.0
#: Half the spread of the middle rounds, as a share of the median; above it a figure is noisy.
QUIET_SPREAD = 0.15


@dataclass(frozen=True)
class Contender:
    """One way to do the job: `setup` is not timed, `run` is, on what `setup` returned.

    `reset` runs before each round, untimed, where a round leaves something behind.
    """

    name: str
    setup: Callable[[], Any]
    run: Callable[[Any], Any]
    reset: Callable[[Any], object] | None = None


@dataclass
class Measured:
    """All rounds of one contender, in seconds, and the answer of its last round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    answer: Any = None

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a share of the median."""
        low, median, high = statistics.quantiles(self.wall, n=4, method="inclusive")
        return (high - low) / 2 / median if median else 0.0


@dataclass
class Comparison:
    """What interleaved rounds of several contenders showed."""

    measured: dict[str, Measured]
    load_before: float
    load_after: float

    def median(self, name: str) -> float:
        """Median seconds on the clock."""
        return statistics.median(self.measured[name].wall)

    def cpu(self, name: str) -> float:
        """Median CPU seconds of this process, its children and the watched servers."""
        return statistics.median(self.measured[name].cpu)

    def answer(self, name: str) -> Any:
        """What the contender's last round returned, for the check that all agree."""
        return self.measured[name].answer

    @property
    def noisy(self) -> bool:
        """Whether the machine was busy with other work, or rounds differ too much."""
        return self.load_before > QUIET_LOAD or any(
            one.spread > QUIET_SPREAD for one in self.measured.values()
        )


@dataclass(frozen=True)
class Row:
    """One published figure; `goal` is a comparison with `ratio` such as ">= 4", or nothing."""

    id: str
    ours: float
    theirs: float | None
    unit: str
    ratio: float | None
    goal: str | None
    met: bool | None
    noisy: bool
    command: str


def compare(
    contenders: Sequence[Contender],
    *,
    rounds: int = 5,
    watch: Sequence[int] = (),
    warm_up: bool = True,
) -> Comparison:
    """Time all contenders in turn, round by round, after one warm-up round of each.

    `watch` are process ids (database backends, servers) whose CPU time counts as the contender's.
    """
    if rounds < 5:
        raise ValueError("A median of fewer than five rounds says little: ask for at least five.")
    load_before = os.getloadavg()[0]
    states = {one.name: one.setup() for one in contenders}
    measured = {one.name: Measured() for one in contenders}
    for one in contenders if warm_up else ():
        _time(one, states[one.name], Measured(), watch)
    for turn in range(rounds):
        # Turning the order keeps one contender from always warming the caches of the next.
        shift = turn % len(contenders)
        for one in [*contenders[shift:], *contenders[:shift]]:
            _time(one, states[one.name], measured[one.name], watch)
    return Comparison(measured, load_before, os.getloadavg()[0])


def _time(one: Contender, state: Any, into: Measured, watch: Sequence[int]) -> None:
    if one.reset:
        one.reset(state)
    cpu, start = _cpu_seconds(watch), time.perf_counter()
    into.answer = one.run(state)
    into.wall.append(time.perf_counter() - start)
    into.cpu.append(_cpu_seconds(watch) - cpu)


def _cpu_seconds(watch: Sequence[int]) -> float:
    spent = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        spent += usage.ru_utime + usage.ru_stime
    return spent + sum(_process_seconds(pid) for pid in watch)


def _process_seconds(pid: int) -> float:
    """User and system time of another process (fields 14 and 15 of /proc/PID/stat)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def faster(
    id: str, comparison: Comparison, ours: str, theirs: str, *, goal: str | None, command: str
) -> Row:
    """Row of two contenders: `ratio` says how many times faster ours is."""
    mine, other = comparison.median(ours), comparison.median(theirs)
    return _row(id, mine, other, "s", other / mine, goal, comparison.noisy, command)


def share(  # noqa: PLR0913 - a published row has this many parts
    id: str,
    ours: float,
    theirs: float,
    unit: str,
    *,
    goal: str | None,
    command: str,
    noisy: bool = False,
) -> Row:
    """Row of two figures: `ratio` says what share of theirs ours is."""
    return _row(id, ours, theirs, unit, ours / theirs, goal, noisy, command)


def fact(
    id: str, ours: float, unit: str, *, goal: str | None = None, command: str, noisy: bool = False
) -> Row:
    """Row of one figure without a peer; a goal is compared with the figure itself."""
    return Row(id, ours, None, unit, None, goal, _met(ours, goal), noisy, command)


def _row(  # noqa: PLR0913 - a published row has this many parts
    id: str,
    ours: float,
    theirs: float,
    unit: str,
    ratio: float,
    goal: str | None,
    noisy: bool,
    command: str,
) -> Row:
    return Row(id, ours, theirs, unit, round(ratio, 3), goal, _met(ratio, goal), noisy, command)


def _met(figure: float, goal: str | None) -> bool | None:
    if goal is None:
        return None
    parsed = re.fullmatch(r"(>=|<=) ([0-9.]+)", goal)
    if parsed is None:
        raise ValueError(f'A goal reads ">= 4" or "<= 0.25", not "{goal}".')
    limit = float(parsed[2])
    return figure >= limit if parsed[1] == ">=" else figure <= limit


def write_results(
    area: str, rows: Sequence[Row], comparisons: dict[str, Comparison] | None = None
) -> Path:
    """Write var/bench/<area>.json, and every round with CPU and load beside it; print the rows."""
    (RESULTS / "rounds").mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{area}.json"
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    rounds = {name: _rounds(one) for name, one in (comparisons or {}).items()}
    (RESULTS / "rounds" / f"{area}.json").write_text(json.dumps(rounds, indent=1) + "\n")
    for row in rows:
        print(_sentence(row))
    return path


def _rounds(comparison: Comparison) -> dict[str, Any]:
    return {
        "load_before": comparison.load_before,
        "load_after": comparison.load_after,
        "noisy": comparison.noisy,
        "contenders": {
            name: {"wall_s": one.wall, "cpu_s": one.cpu, "spread": round(one.spread, 3)}
            for name, one in comparison.measured.items()
        },
    }


def _sentence(row: Row) -> str:
    theirs = "" if row.theirs is None else f" against {row.theirs:.4g}"
    ratio = "" if row.ratio is None else f", ratio {row.ratio:.3g}"
    goal = "" if row.goal is None else f" (goal {row.goal}: {'met' if row.met else 'NOT met'})"
    return (
        f"{row.id}: {row.ours:.4g}{theirs} {row.unit}{ratio}{goal}{' [noisy]' if row.noisy else ''}"
    )
