"""What outsiders get of the ledger is enough to check it without us, and tells nothing else."""

import base64
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from incidents.models import Incident, LedgerRoot
from incidents.services.ledger import publish_town
from incidents.services.recording import Actor, record
from incidents.signing import make_key, public_key
from incidents.workflow import Kind
from tests.factories.departments import NOON
from tests.factories.incidents import reported
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
VERIFIER = Path(__file__).resolve().parents[2] / "deploy/verify_reports.py"
DAY = dt.timedelta(days=1)


@pytest.fixture
def town(db: None, settings: Settings, tmp_path: Path) -> Municipality:
    """Five reports, sealed on two days, one of them with a note that came later."""
    settings.VAR_DIR = tmp_path
    make_key()
    town = MunicipalityFactory.create(modules=["reports"])
    for _ in range(5):
        reported(town)
    publish_town(municipality=town, now=NOON + DAY)
    note(oldest(town), NOON + DAY)
    publish_town(municipality=town, now=NOON + 2 * DAY)
    note(oldest(town), NOON + 2 * DAY)
    return town


def note(incident: Incident, at: dt.datetime) -> None:
    words = {"text": "Ana telephoned."}
    record(
        incident=incident, kind=Kind.NOTED, data={}, actor=Actor("handler"), now=at, secrets=words
    )


def oldest(town: Municipality) -> Incident:
    return Incident.objects.in_municipality(town).earliest("pk")


def fetched(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return json.loads(content)


@pytest.fixture
def files(client: Client, town: Municipality, tmp_path: Path) -> tuple[Path, Path]:
    """The two files that an outsider downloads."""
    report, roots = tmp_path / "report.json", tmp_path / "roots.json"
    path = f"/{town.slug}/track/{oldest(town).tracking}/ledger.json"
    report.write_text(json.dumps(fetched(client, path)))
    roots.write_text(json.dumps(fetched(client, f"/{town.slug}/ledger/roots.json")))
    return report, roots


def verifier(*arguments: str | Path) -> tuple[int, str]:
    """The program as an outsider runs it: nothing of ours can be imported."""
    done = subprocess.run(
        [sys.executable, "-P", str(VERIFIER), *map(str, arguments)],
        cwd="/",
        env={"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def changed(path: Path, change: Any) -> Path:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    return path


def test_an_outsider_finds_a_whole_report_whole(files: tuple[Path, Path]) -> None:
    report, roots = files
    code, said = verifier(report, "--roots", roots, "--key", public_key())
    assert (code, said) == (0, "Not checked: the last 1 events came after the seal.\nWhole.\n")
    assert verifier("--roots", roots, "--earlier", roots)[0] == 0


def test_every_report_leads_to_the_seal(client: Client, town: Municipality, tmp_path: Path) -> None:
    for incident in Incident.objects.in_municipality(town):
        path = tmp_path / f"{incident.reference}.json"
        found = fetched(client, f"/{town.slug}/track/{incident.tracking}/ledger.json")
        path.write_text(json.dumps(found))
        assert verifier(path)[0] == 0


def body_changed(report: Any) -> None:
    event = report["events"][1]
    body = base64.b64decode(event["body"]).replace(b'"handler"', b'"head"')
    event["body"] = base64.b64encode(body).decode()


def time_changed(report: Any) -> None:
    report["events"][0]["at"] = "2026-05-03T09:00:00.000000Z"


def rolled_back(report: Any) -> None:
    del report["events"][1:]


def one_dropped(report: Any) -> None:
    del report["events"][1]


def other_proof(report: Any) -> None:
    report["seal"]["proof"][0]["hash"] = "00" * 32


def other_root(report: Any) -> None:
    said = json.loads(report["seal"]["statement"]) | {"root": "00" * 32}
    report["seal"]["statement"] = json.dumps(said)


@pytest.mark.parametrize(
    "change", [body_changed, time_changed, rolled_back, one_dropped, other_proof, other_root]
)
def test_an_outsider_finds_what_was_changed_in_a_report(
    files: tuple[Path, Path], change: Any
) -> None:
    code, said = verifier(changed(files[0], change))
    assert (code, "Broken: " in said) == (1, True)


def seal_dropped(document: Any) -> None:
    del document["roots"][0]


def seal_forged(document: Any) -> None:
    row = document["roots"][1]
    row["statement"] = row["statement"].replace('"reports":5', '"reports":4')


def signature_forged(document: Any) -> None:
    document["roots"][1]["signature"] = "00" * 64


@pytest.mark.parametrize("change", [seal_dropped, seal_forged, signature_forged])
def test_an_outsider_finds_what_was_changed_in_the_seals(
    files: tuple[Path, Path], change: Any
) -> None:
    assert verifier("--roots", changed(files[1], change))[0] == 1


def test_an_outsider_finds_other_seals_than_the_kept_ones(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(files[1].read_text())
    newest_gone = changed(files[1], lambda document: document["roots"].pop())
    assert verifier("--roots", newest_gone)[0] == 0
    assert verifier("--roots", newest_gone, "--earlier", kept)[0] == 1
    assert verifier(files[0], "--roots", newest_gone)[0] == 1
    assert verifier("--roots", kept, "--key", "00" * 32)[0] == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"roots": [{}]}', '{"roots": 3}'])
def test_a_file_that_is_none_has_its_own_exit_code(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    assert verifier("--roots", path)[0] == 2
    assert verifier(path)[0] == 2
    assert verifier()[0] == 2


def test_the_file_of_a_report_names_nobody(client: Client, town: Municipality) -> None:
    incident = oldest(town)
    response = client.get(f"/{town.slug}/track/{incident.tracking}/ledger.json")
    document = json.loads(response.content)
    bodies = [base64.b64decode(event["body"]).decode() for event in document["events"]]
    assert not [body for body in bodies if "Ana" in body or "lamp" in body]
    assert incident.tracking not in response.content.decode() + "".join(bodies)
    assert "no-store" in response["Cache-Control"]


def test_only_the_link_opens_the_file(client: Client, town: Municipality) -> None:
    other = MunicipalityFactory.create(modules=["reports"])
    token = oldest(town).tracking
    assert client.get(f"/{town.slug}/track/{'a' * 26}/ledger.json").status_code == 404
    assert client.get(f"/{other.slug}/track/{token}/ledger.json").status_code == 404


def test_a_report_that_was_never_sealed_says_so(
    client: Client, town: Municipality, tmp_path: Path
) -> None:
    incident = reported(town)
    path = tmp_path / "new.json"
    found = fetched(client, f"/{town.slug}/track/{incident.tracking}/ledger.json")
    path.write_text(json.dumps(found))
    assert found["seal"] is None
    assert verifier(path)[0] == 0


def test_the_page_lists_the_seals_of_the_town_only(client: Client, town: Municipality) -> None:
    other = MunicipalityFactory.create(modules=["reports"])
    page = client.get(f"/{town.slug}/ledger/").content.decode()
    for root in LedgerRoot.objects.all():
        assert bytes(root.root).hex() in page
    empty = client.get(f"/{other.slug}/ledger/", headers={"accept-language": "en"})
    assert empty.status_code == 200
    assert "No seal yet" in empty.content.decode()


def test_the_table_holds_every_seal(client: Client, town: Municipality) -> None:
    response = client.get(f"/{town.slug}/ledger/?format=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert lines[1].startswith("2026-05-05,5,6,")


def test_no_reports_no_seals(client: Client) -> None:
    town = MunicipalityFactory.create(modules=[])
    assert client.get(f"/{town.slug}/ledger/").status_code == 404
    assert client.get(f"/{town.slug}/ledger/roots.json").status_code == 404


def test_the_list_asks_as_much_for_many_as_for_few(
    client: Client, town: Municipality, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(f"/{town.slug}/ledger/")
    publish_town(municipality=town, now=NOON + 25 * DAY)
    with django_assert_num_queries(len(few)):
        client.get(f"/{town.slug}/ledger/")


def test_without_any_package_all_but_signatures_is_checked(files: tuple[Path, Path]) -> None:
    bare = [sys.executable, "-I", "-S", str(VERIFIER)]
    done = subprocess.run(
        [*bare, *map(str, (files[0], "--roots", files[1]))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Not checked: signatures" in done.stdout
    assert done.stdout.endswith("Whole.\n")
    changed(files[0], body_changed)
    assert subprocess.run([*bare, str(files[0])], check=False).returncode == 1
