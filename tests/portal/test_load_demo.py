"""The demonstration loads both towns whole, labels what is invented, and is idempotent."""

import csv
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.test import Client, override_settings

from departments.models import Membership, Works
from geo.crs import project, unproject
from incidents.models import Incident, Leg, MailDraft
from incidents.services.verifying import Tally, verify_town
from outbox.models import OutboxMessage
from portal.demo_town import DemoTown, load_demo_town
from portal.walk_rows import paths_of
from portal.walks import WALKS
from satisfaction.models import Alert, OpenFile, Snapshot
from satisfaction.services.effects import effect_of_works
from sign_registry import fold
from sign_registry.models import Comment, RatingTally, SetAsideCase, Sign, Site
from sign_registry.services.silence import silent_signs
from zones.importing.reading import read_records
from zones.importing.street_areas import nearest_areas
from zones.models import (
    Address,
    Dataset,
    Municipality,
    Place,
    PostalRange,
    Street,
    ZoneEdition,
    ZoneShape,
)
from zones.services.postal import postal_code_for

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
PARTS = ("zones", "streets", "addresses", "postal_ranges", "places")
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "geojson"


def load(slug: str) -> bool:
    town = DemoTown.read(FOLDER / slug)
    return load_demo_town(town=town, now=NOW, say=lambda _line: None)


def shapes(slug: str, kind: str) -> int:
    town = Municipality.objects.get(slug=slug)
    return ZoneShape.objects.in_municipality(town).of_kind(kind).current().count()


@pytest.mark.slow
@pytest.mark.django_db
def test_both_towns_load_whole_and_a_second_time_not_at_all() -> None:
    assert load("piatra-neamt")
    assert load("stara-zagora")
    _check_counts()
    _check_licences_and_labels()
    _check_administrators()
    _check_postal_codes()
    _check_entrances()
    _check_reports()
    _check_walks()
    versions = [town.register_version for town in Municipality.objects.order_by("slug")]
    assert not load("piatra-neamt")
    assert not load("stara-zagora")
    assert [town.register_version for town in Municipality.objects.order_by("slug")] == versions


def _check_walks() -> None:
    """Each step of each way is a page of the demonstration, with the strip that leads on."""
    client = Client()
    with override_settings(MEGDAN_DEMO=True):
        for slug in ("piatra-neamt", "stara-zagora"):
            town = Municipality.objects.get(slug=slug)
            for walk in WALKS:
                for number, path in enumerate(paths_of(walk, town), start=1):
                    asked = {"town": slug, "walk": walk.code, "step": number}
                    answer = client.post("/demo/walk/", asked, follow=True)
                    assert answer.status_code == (200 if path else 404), (slug, walk.code, number)
                    if not path:
                        continue
                    shown = answer.content.decode()
                    assert 'class="walk"' in shown, (slug, walk.code, number)
                    is_outside = walk.steps[number - 1].is_outside
                    assert ('target="_blank"' in shown) or not is_outside
    assert all(paths_of(walk, town)[0] for walk in WALKS)  # Stara Zagora has figures too


def _check_counts() -> None:
    kinds = {"settlement": 4, "neighbourhood": 10, "street": 346}
    assert {kind: shapes("piatra-neamt", kind) for kind in kinds} == kinds
    kinds = {"settlement": 52, "neighbourhood": 15, "built": 5}
    assert {kind: shapes("stara-zagora", kind) for kind in kinds} == kinds
    romanian, bulgarian = (
        (
            Street.objects.in_municipality(town).count(),
            Address.objects.in_municipality(town).count(),
            Place.objects.in_municipality(town).count(),
        )
        for town in Municipality.objects.order_by("slug")
    )
    assert romanian == (346, 15251, 2)
    assert bulgarian == (80, 339, 354)
    assert not Address.objects.filter(municipality__slug="piatra-neamt", street=None).exists()
    assert PostalRange.objects.count() == 562


def _check_licences_and_labels() -> None:
    assert not Dataset.objects.filter(licence="").exists()
    assert not Dataset.objects.filter(attribution="").exists()
    invented = ZoneEdition.objects.filter(dataset__is_synthetic=True)
    assert set(invented.values_list("municipality__slug", "kind__code")) == {
        ("piatra-neamt", "neighbourhood"),
        ("piatra-neamt", "street"),
        ("stara-zagora", "settlement"),
        ("stara-zagora", "neighbourhood"),
        ("stara-zagora", "street"),
    }
    towns = Address.objects.values_list("municipality__slug", "dataset__is_synthetic").distinct()
    assert set(towns) == {("piatra-neamt", True), ("stara-zagora", False)}


def _check_administrators() -> None:
    administrators = Membership.objects.filter(role=Membership.Role.ADMINISTRATOR)
    assert set(administrators.values_list("user__email", "municipality__slug")) == {
        ("admin@piatra-neamt.example", "piatra-neamt"),
        ("admin@stara-zagora.example", "stara-zagora"),
    }
    assert not any(member.user.has_usable_password() for member in Membership.objects.all())


def _check_entrances() -> None:
    """Each entrance of the register is one site with one sign, and is labelled as invented."""
    town = Municipality.objects.get(slug="piatra-neamt")
    entrances = Address.objects.in_municipality(town).exclude(block="")
    sites = Site.objects.in_municipality(town).filter(address__in=entrances)
    assert entrances.count() == sites.count() == 102
    assert not sites.exclude(dataset__is_synthetic=True).exists()
    signs = Sign.objects.filter(site__in=sites)
    assert signs.count() == signs.filter(purpose="registration").count() == 102
    assert signs.filter(state="installed").exists()


def _check_reports() -> None:
    """Both towns have reports in every state, whole to the last byte, and nobody is written to."""
    for town in Municipality.objects.all():
        reports = Incident.objects.in_municipality(town)
        assert reports.count() == 156
        states = set(reports.values_list("status", flat=True))
        assert states >= {"triage", "open", "working", "answered", "closed", "outside", "merged"}
        assert reports.filter(is_released=True).exists()
        assert reports.filter(works__kind="outage").count() == 3
        legs = Leg.objects.filter(incident__municipality=town).values_list("state", flat=True)
        assert set(legs) >= {"sent", "accepted"}
        assert MailDraft.objects.in_municipality(town).waiting().count() == 3
        assert reports.filter(due_on__lt=NOW.date()).alive().exists()
        assert reports.filter(reporter__name="", reporter__email="", reporter__user=None).exists()
        assert [str(fault) for fault in verify_town(town, Tally())] == []
    assert not OutboxMessage.objects.filter(recipient__endswith=".invalid").exists()


def _check_postal_codes() -> None:
    """Every tenth address has the code of its range; a hole in the ranges is no guess."""
    addresses = Address.objects.filter(municipality__slug="piatra-neamt").order_by("pk")
    for address in addresses.select_related("street")[::10]:
        assert address.street is not None
        found = postal_code_for(street=address.street, number=address.address_number)
        assert found == address.postal_code


def _check_figures() -> None:
    """One town has a year of votes, all marked as invented; the other has none."""
    tallies = RatingTally.objects.values_list("site__municipality__slug", flat=True)
    assert set(tallies) == {"stara-zagora"}
    town = Municipality.objects.get(slug="stara-zagora")
    votes = sum(sum(one) for one in RatingTally.objects.values_list("counted", flat=True))
    assert 20_000 < votes < 45_000
    # Nothing is left to fold: it is stored as if it had been counted day by day.
    assert fold.day_parts_to_weeks(town=town.pk, today=NOW.date()) == 0
    assert fold.weeks_to_months(town=town.pk, today=NOW.date()) == 0
    assert set(SetAsideCase.objects.values_list("state", flat=True)) == {"set_aside", "restored"}
    assert Works.objects.in_municipality(town).filter(ends_on__gt=NOW.date()).exists()
    assert {"waiting", "released", "refused"} <= set(
        Comment.objects.values_list("submission__state", flat=True)
    )
    assert set(Snapshot.objects.values_list("is_synthetic", flat=True)) == {True}
    assert OpenFile.objects.count() == 2 * Snapshot.objects.count() > 40
    assert Snapshot.objects.filter(span="month", set_aside__gt=0).count() >= 3
    answered = Alert.objects.get(state=Alert.State.ANSWERED)
    assert answered.works
    assert effect_of_works(works=answered.works, site=answered.site)
    assert Alert.objects.open().filter(site__code="school-006").exists()
    silent = {sign.site.code for sign in silent_signs(town, NOW.date()) if sign.site}
    assert {"stop-020", "park-05"} <= silent


def test_the_quarters_of_stara_zagora_follow_their_stated_rule() -> None:
    folder = FOLDER / "stara-zagora"
    stored = {
        record.text("name"): record.geometry
        for record in read_records(folder / "neighbourhoods_SYNTHETIC.geojson")
    }
    seeds: dict[str, list[tuple[float, float]]] = {}
    with (folder / "neighbourhood_seeds.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            point = float(row["longitude"]), float(row["latitude"])
            seeds.setdefault(row["quarter"], []).append(point)
    (town,) = (
        record.geometry
        for record in read_records(folder / "settlement_zones_SYNTHETIC.geojson")
        if record.text("name") == "Стара Загора"
    )
    outline = project(np.array([town], dtype=object), 7801)[0]
    names = sorted(seeds)
    points = np.array([shapely.multipoints(seeds[name]) for name in names], dtype=object)
    derived = nearest_areas(list(project(points, 7801)), reach_m=800, outline=outline)
    for name, area in zip(names, derived, strict=True):
        again = unproject(np.array([area], dtype=object), 7801)[0]
        common = again.intersection(stored[name]).area
        assert common / again.union(stored[name]).area > 0.9


@pytest.mark.parametrize("slug", ["piatra-neamt", "stara-zagora"])
def test_each_file_of_a_town_is_named_in_its_notice(slug: str) -> None:
    notice = (FOLDER / slug / "NOTICE.md").read_text(encoding="utf-8")
    files = {path.name for path in (FOLDER / slug).iterdir()} - {"NOTICE.md", "town.json"}
    assert files == {name for name in files if name in notice}
    facts = json.loads((FOLDER / slug / "town.json").read_text(encoding="utf-8"))
    used = {part["file"] for key in PARTS for part in facts[key]}
    assert used <= files


def test_the_demonstration_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 4_000_000
