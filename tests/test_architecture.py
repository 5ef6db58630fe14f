"""Guards the shape of the program: layers of the models, anonymity, sizes, names, the driver."""

import ast
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.backends.postgresql.psycopg_any import is_psycopg3
from django.test.utils import isolate_apps

from accounts.models import User
from departments.models import Membership
from geo.crs import STORAGE_SRID

ROOT = Path(__file__).resolve().parents[1]

# From the top; what stands on one line are siblings that must not know each other. The same order
# as the import-linter contract, which a test below compares, with the apps to come.
LAYERS = (
    {"config"},
    {"portal"},
    {"incidents", "consultations"},
    {"questions"},
    {"notifications"},
    {"residents"},
    {"satisfaction"},
    {"sign_registry"},
    {"departments"},
    {"zones"},
    {"submissions", "outbox"},
    {"geo", "accounts"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
PROGRAM = {name for name in RANK if (ROOT / name / "__init__.py").is_file()}
# Whoever holds a rating must not be able to find out whose it is.
NEVER_RELATED = {
    "sign_registry": {"accounts", "residents"},
    "satisfaction": {"accounts", "residents"},
}
# Rules can be read, and tested in a millisecond, without a database.
PURE = (
    "accounts/cards.py",
    "consultations/suppression.py",
    "departments/legal_days.py",
    "geo/cover.py",
    "geo/coverage.py",
    "geo/guarded.py",
    "geo/intake",
    "geo/matching",
    "geo/snapping.py",
    "geo/zone_cutting.py",
    "notifications/reasons.py",
    "notifications/ways.py",
    "residents/age.py",
    "zones/area_kept.py",
    "zones/area_steps.py",
    "zones/days.py",
    "zones/importing",
    "zones/names.py",
    "zones/paths.py",
    "zones/plots.py",
    "zones/recipes.py",
    "zones/reach_squares.py",
    "portal/brand.py",
    "satisfaction/charts",
    "satisfaction/facts.py",
    "satisfaction/sentences",
    "satisfaction/statistics",
    "sign_registry/bursts.py",
    "sign_registry/codes.py",
    "sign_registry/nonces.py",
    "sign_registry/rounds.py",
    "sign_registry/silence.py",
    "sign_registry/workflow.py",
    "submissions/masking.py",
    "submissions/pictures",
)
VAGUE_NAMES = {"core", "common", "utils", "util", "helpers", "helper", "misc", "lib"}
FILE_CAP, TEST_FILE_CAP, FUNCTION_CAP = 400, 500, 50
# Modules that open connections. Letters and the one optional geocoding service have their own
# libraries; everything else that calls out would break "no request leaves for a third party".
CALLING_OUT = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client"}
# Asks the town's own printed host whether it leads here, before it stands on 600 signs.
HOST_CHECK = "sign_registry/host_check.py"
# Messages on phones go to the service of the reader's browser, by consent that names it, and text
# messages to the town's own gateway.
MESSAGES_OUT = "outbox/calling.py"


def modules(*, tests: bool) -> list[Path]:
    """Python files of the program, its tools and, on demand, its tests; generated ones left out."""
    wanted = {*PROGRAM, "deploy", "bench", *({"tests"} if tests else set())}
    return [
        path
        for name in sorted(wanted)
        for path in sorted((ROOT / name).rglob("*.py"))
        if not {"migrations", ".venv", "node_modules"} & set(path.parts)
    ]


def short(path: Path) -> str:
    """A path as an error message shows it."""
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Full names that a piece of code imports, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def own_models() -> list[type[models.Model]]:
    """Models of the program, without those of Django and of libraries."""
    return [model for model in apps.get_models() if model._meta.app_label in RANK]


def relations(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Field name and app of each foreign key and many-to-many that a model declares."""
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        if isinstance(field.related_model, type):
            yield field.name, field.related_model._meta.app_label


def relation_fault(model: type[models.Model]) -> str:
    """The first relation that points up, sideways or at whom it must not know; or nothing."""
    label = model._meta.app_label
    for field, target in relations(model):
        if target == label or target not in RANK:
            continue
        if RANK[target] <= RANK[label] or target in NEVER_RELATED.get(label, set()):
            return f"{model.__name__}.{field} relates {label} to {target}"
    return ""


# --- Layers --------------------------------------------------------------------------------------


def test_relations_between_models_point_down() -> None:
    faults = [fault for model in own_models() if (fault := relation_fault(model))]
    assert not faults


@isolate_apps("zones")
@pytest.mark.parametrize(
    ("label", "target"), [("zones", Membership), ("sign_registry", User), ("geo", User)]
)
def test_relation_upward_sideways_or_to_a_person_is_found(
    label: str, target: type[models.Model]
) -> None:
    body = {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": label}),
        "of": models.ForeignKey(target, models.CASCADE, related_name="+"),
    }
    invented = type("Invented", (models.Model,), body)
    assert relation_fault(invented) == f"Invented.of relates {label} to {target._meta.app_label}"


def test_import_contract_has_the_same_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contract = next(one for one in settings["contracts"] if one["id"] == "apps")
    written = tuple({name.strip(" ()") for name in row.split("|")} for row in contract["layers"])
    assert written == LAYERS
    assert set(settings["root_packages"]) == PROGRAM


def test_top_level_packages_are_known() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found - PROGRAM <= {"tests", "bench", "deploy"}, "a new package needs a decision record"


@pytest.mark.parametrize("label", sorted(NEVER_RELATED))
def test_anonymous_apps_import_no_persons(label: str) -> None:
    faults = [
        f"{short(path)}:{line} imports {name}"
        for path in (ROOT / label).rglob("*.py")
        for name, line in imported(ast.parse(path.read_text("utf-8")))
        if name.partition(".")[0] in NEVER_RELATED[label]
    ]
    assert not faults


def test_geo_has_no_models() -> None:
    assert not [model for model in own_models() if model._meta.app_label == "geo"]


def test_rules_know_no_database() -> None:
    database = re.compile(r"django\.(db|contrib)\b|\w+\.(models|querysets|services)\b")
    faults = [
        f"{short(path)}:{line} imports {name}"
        for place in PURE
        for path in [ROOT / place, *sorted((ROOT / place).rglob("*.py"))]
        if path.suffix == ".py"
        for name, line in imported(ast.parse(path.read_text("utf-8")))
        if database.match(name)
    ]
    assert all((ROOT / place).exists() for place in PURE)
    assert not faults


# --- Sizes and names -----------------------------------------------------------------------------


def test_files_are_short() -> None:
    faults = []
    for path in modules(tests=True):
        cap = TEST_FILE_CAP if path.is_relative_to(ROOT / "tests") else FILE_CAP
        length = len(path.read_text("utf-8").splitlines())
        if length > cap:
            faults.append(f"{short(path)} has {length} lines, more than {cap}")
    assert not faults


def test_functions_are_short() -> None:
    faults = [
        f"{short(path)}:{function.lineno} {function.name} is longer than {FUNCTION_CAP} lines"
        for path in modules(tests=True)
        for function in functions(ast.parse(path.read_text("utf-8")))
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_CAP
    ]
    assert not faults


def test_modules_say_what_they_are_for() -> None:
    faults = [
        short(path)
        for path in modules(tests=True)
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not faults


def test_imports_of_the_project_stand_at_the_top() -> None:
    faults = [
        f"{short(path)}:{line} imports {name} inside {function.name}"
        for path in modules(tests=False)
        if not path.is_relative_to(ROOT / "bench")  # contenders are set up one after another
        for function in functions(ast.parse(path.read_text("utf-8")))
        for name, line in imported(function)
        if name.partition(".")[0] in PROGRAM
    ]
    assert not faults


def test_no_module_has_a_name_that_says_nothing() -> None:
    faults = [short(path) for path in modules(tests=True) if VAGUE_NAMES & set(named(path))]
    assert not faults


def named(path: Path) -> list[str]:
    """The folders and the module of a file."""
    return [*path.relative_to(ROOT).parent.parts, path.stem]


def test_rules_are_switched_off_only_with_a_reason() -> None:
    bare = re.compile(r"#\s*noqa(:\s*[A-Z0-9, ]+)?\s*$")
    faults = []
    for path in modules(tests=True):
        before = ""
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if bare.search(line) and not before.lstrip().startswith("#"):
                faults.append(f"{short(path)}:{number}")
            before = line
    assert not faults


# --- Safety --------------------------------------------------------------------------------------


def test_nothing_calls_out() -> None:
    faults = [
        f"{short(path)}:{line} imports {name}"
        for name_of_app in sorted(PROGRAM)
        for path in sorted((ROOT / name_of_app).rglob("*.py"))
        for name, line in imported(ast.parse(path.read_text("utf-8")))
        if name in CALLING_OUT and short(path) not in {HOST_CHECK, MESSAGES_OUT}
    ]
    assert not faults


def test_driver_is_psycopg2() -> None:
    assert not is_psycopg3
    assert importlib.util.find_spec("psycopg") is None, "Django would silently prefer psycopg 3"


def test_geometry_is_stored_in_one_reference_system() -> None:
    srids = {
        f"{model.__name__}.{field.name}": srid
        for model in own_models()
        for field in model._meta.fields
        if (srid := getattr(field, "srid", None)) is not None
    }
    assert srids
    assert set(srids.values()) == {STORAGE_SRID}


def test_migrations_name_no_other_reference_system() -> None:
    number = re.compile(r"srid['\"]?\s*[=:]\s*(\d+)", re.IGNORECASE)
    faults = [
        f"{short(path)} stores EPSG:{srid}"
        for path in ROOT.glob("*/migrations/*.py")
        for srid in number.findall(path.read_text("utf-8"))
        if int(srid) != STORAGE_SRID
    ]
    assert not faults


def test_rows_of_a_town_can_be_narrowed_to_it() -> None:
    faults = [
        model.__name__
        for model in own_models()
        if any(field.name == "municipality" for field in model._meta.fields)
        and not hasattr(model._default_manager, "in_municipality")
    ]
    assert not faults
