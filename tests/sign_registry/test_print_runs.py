"""Print runs: which signs in which order, with which host, and what is kept of the proof."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from pytest_django import Settings

from sign_registry.host_check import WrongHostError
from sign_registry.models import CrewRound, PrintBatch, RoundStop, Sign, SignCode, SiteZone
from sign_registry.printing import Fault, Format, PdfDocument, ProofFailed, Why
from sign_registry.services.print_order import in_walking_order
from sign_registry.services.printing import (
    LEASE,
    PATIENCE,
    PrintOrder,
    claim_batch,
    make_batch,
    order_batch,
)
from sign_registry.services.signs import plan_spare
from sign_registry.tasks import print_signs
from tests.factories.signs import SignFactory, sign_in
from tests.factories.sites import CounterFactory, SiteFactory, VehicleFactory, rated_site
from tests.factories.zones import MunicipalityFactory, ZoneFactory, spot
from zones.management.towns import InputError
from zones.models import Municipality

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
A5 = PrintOrder(Format.A5)


@pytest.fixture(autouse=True)
def kept_apart(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.MEGDAN_DEMO = False


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory.create(sign_origin="https://megdan.example", languages=["en", "ro"])


def approved(town: Municipality, column: float = 0.5, **fields: object) -> Sign:
    site = SiteFactory.create(municipality=town, geometry=spot(column, 0.5))
    return SignFactory.create(site=site, state="approved", **fields)


def ordered(town: Municipality, *signs: Sign, order: PrintOrder = A5) -> PrintBatch:
    return order_batch(municipality=town, signs=signs, order=order, actor=None, now=NOW)


def nobody_asks(_origin: str) -> None:
    """The host answers as this installation."""


# --- Ordering ------------------------------------------------------------------------------------


def test_run_is_proved_kept_and_its_signs_are_on_paper(town: Municipality) -> None:
    signs = [approved(town), approved(town, 0.6)]
    batch = make_batch(batch=ordered(town, *signs), now=NOW, host_check=nobody_asks)
    assert (batch.state, batch.total, batch.least_reserve) == ("done", 2, 1)
    assert batch.decoder_version.startswith("zxing-cpp")
    rows = list(batch.batch_signs.order_by("position"))
    assert [(row.page, row.reserve) for row in rows] == [(1, 1.0), (2, 1.0)]
    content = Path(batch.file.path).read_bytes()
    assert PdfDocument(content, (), 2).sha256 == batch.sha256
    assert content.count(b"/TrimBox") == 2
    assert set(Sign.objects.values_list("state", flat=True)) == {"printed"}
    assert set(signs[0].events.values_list("to_state", flat=True)) == {"printed"}


def test_what_is_printed_is_the_living_code(town: Municipality) -> None:
    sign = approved(town)
    batch = ordered(town, sign)
    assert batch.batch_signs.get().code == SignCode.objects.living().get(sign=sign)
    again = ordered(town, sign)
    assert again.batch_signs.get().code == batch.batch_signs.get().code


@pytest.mark.parametrize(
    ("origin", "state", "code"),
    [
        ("", "approved", "no_origin"),
        ("https://megdan.example/signs", "approved", "bad_origin"),
        ("https://" + "a" * 40 + ".example", "approved", "bad_origin"),
        ("https://megdan.example", "planned", "not_printable"),
        ("https://megdan.example", "retired", "not_printable"),
    ],
)
def test_order_that_cannot_be_printed_is_refused(origin: str, state: str, code: str) -> None:
    sign = SignFactory.create(
        site__municipality=MunicipalityFactory.create(sign_origin=origin), state=state
    )
    with pytest.raises(ValidationError) as error:
        ordered(sign.municipality, sign)
    assert error.value.code == code
    assert not SignCode.objects.exists()


def test_signs_of_another_town_are_not_printed(town: Municipality) -> None:
    with pytest.raises(ValidationError) as error:
        ordered(town, SignFactory.create(state="approved"))
    assert error.value.code == "nothing"


# --- The host ------------------------------------------------------------------------------------


def wrong_host(origin: str) -> None:
    raise WrongHostError(origin, "is another installation")


def test_host_that_is_not_ours_refuses_the_run(town: Municipality) -> None:
    batch = make_batch(batch=ordered(town, approved(town)), now=NOW, host_check=wrong_host)
    assert batch.state == "refused"
    assert "is another installation" in batch.problem
    assert not batch.file
    assert Sign.objects.get().state == "approved"


def test_mark_of_a_demonstration_needs_no_host(town: Municipality) -> None:
    batch = ordered(town, approved(town), order=PrintOrder(Format.A5, is_demo=True))
    assert make_batch(batch=batch, now=NOW, host_check=wrong_host).state == "done"


def test_demonstration_marks_every_run(town: Municipality, settings: Settings) -> None:
    settings.MEGDAN_DEMO = True
    assert ordered(town, approved(town)).is_demo


# --- The proof -----------------------------------------------------------------------------------


def test_run_that_fails_its_proof_is_refused(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_document: PdfDocument, **_more: object) -> None:
        raise ProofFailed([Fault(0, "ABCDEFGHJ", Why.WEAK, "0.44")])

    monkeypatch.setattr("sign_registry.services.printing.prove", failing)
    batch = make_batch(batch=ordered(town, approved(town)), now=NOW, host_check=nobody_asks)
    assert (batch.state, batch.sha256) == ("refused", "")
    assert "ABCDEFGHJ" in batch.problem
    assert Sign.objects.get().state == "approved"


def test_code_that_ended_since_the_order_refuses_the_run(town: Municipality) -> None:
    sign = approved(town)
    batch = ordered(town, sign)
    SignCode.objects.update(ended_at=SignCode.objects.get().issued_at)
    batch = make_batch(batch=batch, now=NOW, host_check=nobody_asks)
    assert batch.state == "refused"
    assert f"sign {sign.number}" in batch.problem


# --- Working through the queue --------------------------------------------------------------------


def test_run_is_made_by_one_worker_and_again_only_if_that_one_died(town: Municipality) -> None:
    batch = ordered(town, approved(town))
    assert claim_batch(now=NOW) == batch
    assert claim_batch(now=NOW) is None
    assert claim_batch(now=NOW + LEASE) == batch


def test_run_that_no_worker_survives_is_given_up(town: Municipality) -> None:
    batch = ordered(town, approved(town))
    assert claim_batch(now=NOW + PATIENCE * 2) == batch
    assert claim_batch(now=NOW + PATIENCE * 2 + LEASE) is None
    assert PrintBatch.objects.get().state == "refused"


def test_worker_makes_what_waits(town: Municipality, settings: Settings) -> None:
    settings.MEGDAN_DEMO = True
    ordered(town, approved(town))
    print_signs()
    assert PrintBatch.objects.get().state == "done"


# --- The order of the sheets ----------------------------------------------------------------------


def test_sheets_follow_the_planned_rounds_then_zones_from_neighbour_to_neighbour(
    town: Municipality,
) -> None:
    far, near, middle, planned = (approved(town, column) for column in (3.5, 0.1, 1.5, 2.0))
    zone = ZoneFactory.create(kind__municipality=town, names={"en": "Mărăței"})
    SiteZone.objects.bulk_create(
        SiteZone(site=sign.site, kind=zone.kind, zone=zone) for sign in (far, near, middle)
    )
    walk = CrewRound.objects.create(municipality=town, name="Tuesday", planned_on=NOW.date())
    RoundStop.objects.create(round=walk, sign=planned, position=7)
    turns = in_walking_order(town, [far, near, middle, planned])
    assert (turns[0].sign, turns[0].round, turns[0].number) == (planned, "Tuesday", 7)
    assert [turn.sign for turn in turns[1:]] in ([near, middle, far], [far, middle, near])
    assert {turn.round for turn in turns[1:]} == {"Mărăței"}


def test_counter_stands_in_its_centre_and_buses_and_spares_come_last(town: Municipality) -> None:
    counter = SignFactory.create(site=CounterFactory.create(municipality=town))
    bus = SignFactory.create(site=VehicleFactory.create(municipality=town))
    (spare,) = plan_spare(municipality=town, purpose="rating", now=NOW, actor=None)
    turns = in_walking_order(town, [spare, bus, counter])
    assert [turn.sign for turn in turns] == [counter, bus, spare]
    assert len({turn.round for turn in turns}) == 3


# --- The command ---------------------------------------------------------------------------------


def test_command_writes_what_was_proved(
    town: Municipality, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = rated_site(municipality=town)
    SignFactory.create(site=site, state="approved")
    approved(town)
    out = tmp_path / "signs.pdf"
    call_command(
        "print_signs", town.slug, "--site-category", "playground", "--demo", "--out", str(out)
    )
    assert "1 signs on 1 pages, every code read by zxing-cpp" in capsys.readouterr().out
    assert out.read_bytes().startswith(b"%PDF")


def test_command_prints_spares_alone(town: Municipality, tmp_path: Path) -> None:
    approved(town)
    out = tmp_path / "spares.pdf"
    call_command(
        "print_signs", town.slug, "--spares", "5", "--format", "spares", "--demo", f"--out={out}"
    )
    assert Sign.objects.spare().in_state("printed").count() == 5
    assert PrintBatch.objects.get().total == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--zone", "nowhere"], "no zone"),
        (["--spares", "-1"], "negative"),
        (["--site-category", "nothing"], "No sign fits"),
        ([], "does not answer over https"),
    ],
)
def test_command_refuses_with_a_sentence(
    town: Municipality,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    approved(town)
    monkeypatch.setattr("sign_registry.services.printing.check_host", not_this_host)
    out = tmp_path / "signs.pdf"
    with pytest.raises(InputError, match=sentence) as error:
        call_command("print_signs", town.slug, *arguments, "--out", str(out))
    assert error.value.returncode == 2
    assert not out.exists()


def not_this_host(*, origin: str, secret: str) -> None:
    assert secret
    raise WrongHostError(origin, "answered with status 404")


def test_sign_that_is_on_paper_already_is_printed_again_without_a_move(town: Municipality) -> None:
    sign = sign_in("installed", site=SiteFactory.create(municipality=town))
    batch = ordered(town, sign, order=PrintOrder(Format.LABELS))
    make_batch(batch=batch, now=NOW, host_check=nobody_asks)
    assert batch.state == "done"
    assert Sign.objects.get().state == "installed"
    assert not sign.events.exists()
