"""Loads one demonstration town from a folder of data and its town.json, by the importers of zones.

The folder says everything: names, files, columns, licences. No fact of a town stands here.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from shapely.geometry import MultiPolygon

from accounts.models import User
from departments.models import Membership
from portal.demo_consultations import load_demo_consultations
from portal.demo_figures import load_demo_figures
from portal.demo_offices import load_demo_offices
from portal.demo_questions import load_demo_questions
from portal.demo_reports import load_demo_reports
from portal.demo_residents import load_demo_residents
from portal.demo_signs import PLANNED, DemoSigns, load_demo_signs
from portal.demo_sites import DemoSites, load_demo_entrances, load_demo_sites
from zones.importing.fields import (
    ZoneFields,
    address_rows,
    as_multipolygon,
    place_rows,
    postal_rows,
    street_rows,
)
from zones.importing.quality import Ground
from zones.importing.reading import read_records
from zones.importing.rows import KindSpec, Source
from zones.importing.zone_file import read_zones
from zones.models import Municipality, ZoneEdition
from zones.placing import place_addresses
from zones.services.editions import NewEdition, load_zones
from zones.services.municipalities import TownFacts, create_municipality
from zones.services.postal import load_postal_ranges
from zones.services.registers import load_addresses, load_places, load_streets
from zones.services.street_areas import derive_street_areas

Say = Callable[[str], None]

LOADER = b"11"
"""Change it when this module makes something else of the same folder."""


@dataclass(frozen=True, slots=True)
class DemoTown:
    """A folder of data and what its town.json says of it."""

    folder: Path
    facts: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "DemoTown":
        """Open the folder; a folder without town.json is an error of the program."""
        return cls(folder, json.loads((folder / "town.json").read_text(encoding="utf-8")))

    @property
    def slug(self) -> str:
        """Short name of the town."""
        return str(self.facts["slug"])

    @property
    def language(self) -> str:
        """The town's first language."""
        return str(self.facts["languages"][0])

    @property
    def valid_from(self) -> dt.date:
        """First day of all its zones."""
        return dt.date.fromisoformat(self.facts["valid_from"])

    def fingerprint(self) -> str:
        """A digest of all files of the folder; equal digests mean nothing to load."""
        digest = hashlib.sha256(LOADER)
        for path in sorted(self.folder.iterdir()):
            if path.is_file():
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def source(self, key: str) -> Source:
        """The data set that a file belongs to."""
        facts = dict(self.facts["datasets"][key])
        dated_on = facts.pop("dated_on", None)
        return Source(**facts, dated_on=dt.date.fromisoformat(dated_on) if dated_on else None)

    def outline(self) -> MultiPolygon:
        """The union of all areas of the file that town.json names."""
        records = read_records(self.folder / self.facts["outline"])
        whole = as_multipolygon(shapely.union_all([record.geometry for record in records]))
        if whole is None:
            raise ValueError(f"{self.facts['outline']} does not add up to an area")
        return whole


@transaction.atomic
def load_demo_town(*, town: DemoTown, now: dt.datetime, say: Say) -> bool:
    """Load or bring up to date one town with its administrator.

    Returns:
        False when the folder is the one that was loaded last, and nothing was done.
    """
    fingerprint = town.fingerprint()
    known = Municipality.objects.filter(slug=town.slug).first()
    if known is not None and _loaded_fingerprint(known) == fingerprint:
        return False
    municipality = _found(town)
    _load_zones(town, municipality, now, say)
    _load_streets(town, municipality, say)
    _load_postal_ranges(town, municipality, say)
    _load_addresses(town, municipality, say)
    _load_places(town, municipality, say)
    areas = derive_street_areas(municipality=municipality, valid_from=town.valid_from, now=now)
    say(f"{town.slug}: street areas: {len(areas.opened)} new")
    for kind in place_addresses(municipality=municipality, now=now).kinds:
        say(f"{town.slug}: {kind.kind_code}: {kind.placed} addresses placed")
    _welcome_administrator(town, municipality)
    load_demo_offices(folder=town.folder, municipality=municipality, now=now, say=say)
    load_demo_sites(
        files=[
            DemoSites(town.folder / part["file"], town.source(part["dataset"]))
            for part in town.facts["sites"]
        ],
        municipality=municipality,
        since=town.valid_from,
        now=now,
        say=say,
    )
    if town.facts.get("has_entrance_sites"):
        load_demo_entrances(
            municipality=municipality, since=town.valid_from, now=now - PLANNED, say=say
        )
    for part in town.facts["signs"]:
        signs = DemoSigns(origin=town.facts["sign_origin"], **part)
        load_demo_signs(wanted=signs, municipality=municipality, now=now, say=say)
    if file := town.facts.get("ratings"):
        load_demo_figures(path=town.folder / file, municipality=municipality, now=now, say=say)
    _load_public(town, municipality, now, say)
    _remember(municipality, fingerprint)
    return True


def _load_public(town: DemoTown, municipality: Municipality, now: dt.datetime, say: Say) -> None:
    """Residents, and what they say: questions, reports and consultations."""
    load_demo_questions(folder=town.folder, municipality=municipality, now=now, say=say)
    if file := town.facts.get("residents"):
        load_demo_residents(path=town.folder / file, municipality=municipality, now=now, say=say)
    if facts := town.facts.get("reports"):
        load_demo_reports(
            folder=town.folder, facts=facts, municipality=municipality, now=now, say=say
        )
    if file := town.facts.get("consultations"):
        load_demo_consultations(
            path=town.folder / file, municipality=municipality, now=now, say=say
        )


def _found(town: DemoTown) -> Municipality:
    facts = town.facts
    wanted = {field.name: facts[field.name] for field in fields(TownFacts)}
    municipality = create_municipality(facts=TownFacts(**wanted), outline=town.outline())
    if municipality.modules != facts["modules"]:
        municipality.modules = facts["modules"]
        municipality.save(update_fields=["modules"])
    return municipality


def _load_zones(town: DemoTown, municipality: Municipality, now: dt.datetime, say: Say) -> None:
    ground = Ground(municipality.metric_srid, town.outline())
    for part in town.facts["zones"]:
        columns = ZoneFields(part["code"], part["names"])
        is_partition = part.get("is_partition", False)
        file = read_zones(town.folder / part["file"], columns, ground, is_partition=is_partition)
        if not file.is_loadable:
            raise ValueError(f"{part['file']}: {file.findings}")
        outcome = load_zones(
            municipality=municipality,
            new=NewEdition(
                KindSpec(part["kind"], part["kind_names"], is_partition, part["kind_plurals"]),
                file.rows,
                town.source(part["dataset"]),
                town.valid_from,
                file.as_json(),
            ),
            now=now,
        )
        say(f"{town.slug}: {part['kind']}: {len(file.rows)} zones, {len(outcome.opened)} new")


def _load_streets(town: DemoTown, municipality: Municipality, say: Say) -> None:
    for part in town.facts["streets"]:
        columns = ZoneFields(part["code"], part["names"])
        rows, _ = street_rows(read_records(town.folder / part["file"]), columns, town.language)
        load_streets(municipality=municipality, rows=rows, source=town.source(part["dataset"]))
        say(f"{town.slug}: {len(rows)} streets")


def _load_postal_ranges(town: DemoTown, municipality: Municipality, say: Say) -> None:
    for part in town.facts["postal_ranges"]:
        rows, _ = postal_rows(read_records(town.folder / part["file"]))
        change = load_postal_ranges(
            municipality=municipality, rows=rows, source=town.source(part["dataset"])
        )
        say(f"{town.slug}: {change.added} new postal ranges")


def _load_addresses(town: DemoTown, municipality: Municipality, say: Say) -> None:
    for part in town.facts["addresses"]:
        records = read_records(town.folder / part["file"])
        rows, _ = address_rows(records, part["map"], part["quality"])
        load_addresses(municipality=municipality, rows=rows, source=town.source(part["dataset"]))
        say(f"{town.slug}: {len(rows)} addresses")


def _load_places(town: DemoTown, municipality: Municipality, say: Say) -> None:
    for part in town.facts["places"]:
        columns = ZoneFields(part["code"], part["names"])
        rows, _ = place_rows(read_records(town.folder / part["file"]), columns, part["kind"])
        load_places(municipality=municipality, rows=rows, source=town.source(part["dataset"]))
        say(f"{town.slug}: {len(rows)} places")


def _welcome_administrator(town: DemoTown, municipality: Municipality) -> None:
    """An administrator without a password: only the one-click sign-in of the demo knows them."""
    facts = town.facts["administrator"]
    user = User.objects.filter(email=facts["email"]).first() or User.objects.create_user(
        facts["email"], full_name=facts["name"], language=facts["language"]
    )
    Membership.objects.get_or_create(
        municipality=municipality, user=user, role=Membership.Role.ADMINISTRATOR
    )


def _loaded_fingerprint(municipality: Municipality) -> str:
    edition = ZoneEdition.objects.filter(municipality=municipality).order_by("pk").first()
    return str(edition.report.get("demo", "")) if edition else ""


def _remember(municipality: Municipality, fingerprint: str) -> None:
    edition = ZoneEdition.objects.filter(municipality=municipality).order_by("pk").first()
    if edition is not None:
        edition.report = {**edition.report, "demo": fingerprint}
        edition.save(update_fields=["report"])
