"""The page that counts again finds the winners of the program, without the program."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from consultations.counting import count, order_of, rule_of
from consultations.pabulib import read_election, write_election

RULES: Sequence[Mapping[str, object]] = (
    {"rule": "greedy"},
    {"rule": "greedy-no-skip"},
    {"rule": "greedy-threshold", "min_project_score_threshold": 3},
    {"rule": "equalshares"},
    {"rule": "equalshares/add1"},
    {"rule": "equalshares/add1", "min_project_score_threshold": 2},
)
SCRIPT = """
await import(process.argv[1]);
let text = '';
for await (const piece of process.stdin) text += piece;
const count = (one) => {
  try { return megdanRecount.count(one); } catch (error) { return { error: error.message }; }
};
console.log(JSON.stringify(JSON.parse(text).map(count)));
"""


def drawn(seed: int, rule: Mapping[str, object], *, zones: bool = False, ties: bool = False) -> str:
    """An election; few different costs and few voters make ties and empty purses."""
    lot = Random(seed)
    costs = [lot.choice([10, 20, 30]) if ties else lot.randint(1, 99_999) / 100 for _ in range(9)]
    codes = [f"P{place}" for place in range(len(costs))]
    budget = round(sum(costs) * lot.uniform(0.2, 0.8), 2)
    kind = lot.choice(["approval", "cumulative"])
    votes: list[dict[str, object]] = []
    for number in range(lot.randint(3, 12 if ties else 60)):
        chosen = lot.sample(codes, lot.randint(1, 4))
        vote: dict[str, object] = {"voter_id": number, "vote": ",".join(chosen)}
        if kind == "cumulative":
            vote["points"] = ",".join(str(lot.randint(1, 5)) for _ in chosen)
        votes.append({**vote, "neighborhood": lot.choice(["north", "south", ""])})
    order = lot.sample(codes, len(codes))
    meta = {**rule, "budget": budget, "vote_type": kind, "tie_order": ",".join(order)}
    if zones:
        third = int(budget // 3)
        meta["zone_budgets"] = f"={third},north={third},south={third}"
    projects = [
        {
            "project_id": code,
            "cost": cost,
            "name": 'A "name"; with signs',
            "exclusive_group": lot.choice(["", "", "square", "park"]),
        }
        for code, cost in zip(codes, costs, strict=True)
    ]
    return write_election(meta, projects, votes)


def recounted(texts: Sequence[str]) -> list[dict[str, Any]]:
    """What the built script says of each file, in node."""
    node, script = shutil.which("node"), finders.find("recount.js")
    if node is None or script is None:
        pytest.fail("node, and the built front end, are needed: npm run build in frontend/")
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, str(script)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def ours(text: str) -> list[str]:
    election = read_election(text)
    return list(count(election, rule_of(election), order_of(election)).winners)


def test_it_finds_the_winners_of_the_program_in_drawn_elections() -> None:
    texts = [
        drawn(100 * seed + number, rule, ties=ties)
        for seed in range(8)
        for number, rule in enumerate(RULES)
        for ties in (False, True)
    ]
    assert [one.get("winners", one) for one in recounted(texts)] == [ours(text) for text in texts]


def test_it_finds_them_where_zones_hold_the_money() -> None:
    rules = [rule for rule in RULES if "equal" in str(rule["rule"])]
    texts = [
        drawn(seed, rule, zones=True, ties=ties)
        for seed in range(8)
        for rule in rules
        for ties in (False, True)
    ]
    assert [one.get("winners", one) for one in recounted(texts)] == [ours(text) for text in texts]


def test_it_counts_the_invented_votes_of_the_simulator() -> None:
    texts = []
    for path in sorted(Path("fixtures/votes").glob("*.pb")):
        text = path.read_text("utf-8")
        texts += [text, text.replace("rule;greedy", "rule;equalshares/add1")]
    said = recounted(texts)
    assert [one["winners"] for one in said] == [ours(text) for text in texts]
    assert {one["voters"] for one in said} == {700}


@pytest.mark.parametrize("text", ["", "META\nkey;value\n", drawn(1, {"rule": "a rule of its own"})])
def test_what_it_cannot_count_it_refuses(text: str) -> None:
    assert recounted([text])[0]["error"]
