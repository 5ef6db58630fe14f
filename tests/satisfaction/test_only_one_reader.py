"""Above the sign registry only what releases votes reads their sums; no page of staff does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from satisfaction.models import VoteShare
from sign_registry.models import RatingTally, ReasonTally, Site
from tests.test_architecture import LAYERS, PROGRAM, RANK, ROOT, short

MODELS = (RatingTally, ReasonTally)
# Names that lead to the sums: the classes, their tables, the ways from a place or a reason to them.
SUMS = {
    *(model.__name__.lower() for model in MODELS),
    *(model._meta.db_table for model in MODELS),
    *(
        str(field.remote_field.related_name).lower()
        for model in MODELS
        for field in model._meta.fields
        if field.remote_field
    ),
}
READER = "satisfaction/services/releasing.py"
POOLS = "satisfaction/services/lots.py"
# Writes the votes it invents.
WRITER = "portal/demo_ratings.py"
ABOVE = sorted(name for name in PROGRAM if RANK[name] < RANK["sign_registry"])


def words(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name, attribute, keyword and piece of a text in a module, but not its docstrings."""
    told = {
        id(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name):
            yield node.id, line
        elif isinstance(node, ast.Attribute):
            yield node.attr, line
        elif isinstance(node, ast.alias):
            yield node.name, line
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg, line
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        ):
            yield node.value, line


def sums_named(source: str, sums: set[str] = SUMS) -> list[int]:
    """Lines that name the sums, in code, in a lookup of the database, or in SQL."""
    found = []
    for word, line in words(ast.parse(source)):
        parts = word.lower().replace("__", " ").replace(".", " ").replace('"', " ").split()
        if sums & set(parts):
            found.append(line)
    return found


def modules_that_name(sums: set[str]) -> set[str]:
    """Modules above the sign registry that lead to the sums, without nouns and questions."""
    return {
        short(path)
        for name in ABOVE
        for path in sorted((ROOT / name).rglob("*.py"))
        if not {"models", "migrations"} & set(path.parts)
        and path.name != "querysets.py"
        and sums_named(path.read_text("utf-8"), sums)
    }


def test_only_the_release_reads_sums_of_votes() -> None:
    assert modules_that_name(SUMS) == {READER, WRITER}


def test_what_a_place_gave_to_a_block_is_read_only_for_release_and_for_pools() -> None:
    # A share may be of one vote; shown are blocks.
    shares = {"voteshare", VoteShare._meta.db_table}
    assert modules_that_name(shares) == {READER, POOLS}


def test_no_page_reaches_the_sums_through_a_place() -> None:
    templates = [
        path
        for name in (*ABOVE, "sign_registry")
        for path in sorted((ROOT / name).rglob("templates/**/*.html"))
    ]
    assert templates
    ways = [f".{name}" for name in SUMS if name.endswith("tallies")]
    assert ways
    assert not [short(path) for path in templates if any(way in path.read_text() for way in ways)]


@pytest.mark.parametrize(
    "code",
    [
        "from sign_registry.models import RatingTally",
        "from sign_registry import models\nmodels.ReasonTally.objects.count()",
        "site.tallies.all()",
        "sites.annotate(Sum('tallies__counted'))",
        "sites.filter(line_tallies__day=day)",
        "apps.get_model('sign_registry.RatingTally')",
        "cursor.execute('SELECT * FROM sign_registry_ratingtally WHERE true')",
        "cursor.execute(f'SELECT * FROM sign_registry_reasontally t WHERE {x}')",
    ],
)
def test_a_reader_is_found(code: str) -> None:
    assert sums_named(code)


def test_what_is_looked_for_is_there() -> None:
    assert {"tallies", "line_tallies", "reason_tallies", "ratingtally"} <= SUMS
    assert {"portal", "satisfaction"} <= set(ABOVE)
    assert len(LAYERS) > len(ABOVE)
    assert Path(ROOT / READER).is_file()
    assert hasattr(Site, "tallies")
