"""Brings the sites of a town up to date by a file: all of it, or nothing with the reasons."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import transaction

from departments.csv_rows import RowFault
from departments.models import Membership
from sign_registry.importing.site_rows import SiteRow
from sign_registry.models import Site, SitePeriod
from sign_registry.services.site_checks import Known, check_rows, near_duplicates
from sign_registry.services.site_zones import place_sites
from sign_registry.services.sites import (
    SiteFacts,
    close_site,
    differs,
    fill,
    plain,
    set_category_and_owner,
)
from sign_registry.services.vehicles import serve_lines
from zones.days import civil_day
from zones.importing.rows import Source
from zones.models import Municipality
from zones.services.datasets import dataset_for
from zones.services.history import Subject, record_change
from zones.services.register import lock
from zones.services.registers import geos

BATCH = 500
SITE_FIELDS = [one.name for one in fields(SiteFacts)]


@dataclass(frozen=True, slots=True)
class SiteImport:
    """How a file is taken in.

    `since`: the day its new sites get their category and owner (today if not said).
    `closes_missing`: whether sites of the same source that the file no longer has are closed.
    `needs_owner`: whether a department nobody knows is a fault, or the site has no owner then.
    """

    source: Source
    origin: str = ""
    since: dt.date | None = None
    closes_missing: bool = False
    needs_owner: bool = True
    dry_run: bool = False


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do; with a fault nothing was stored."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    unchanged: int = 0
    unplaced: int = 0
    faults: list[RowFault] = field(default_factory=list)
    remarks: list[RowFault] = field(default_factory=list)

    @property
    def is_storable(self) -> bool:
        """Whether nothing stood against it."""
        return not self.faults


@transaction.atomic
def import_sites(
    *,
    municipality: Municipality,
    rows: Sequence[SiteRow],
    settings: SiteImport,
    actor: Membership | None,
    now: dt.datetime,
    faults: Sequence[RowFault] = (),
) -> ImportReport:
    """Enter and mend sites by their codes, place them, and say what was found.

    A second import of the same file changes nothing. A category or owner that changed holds from
    today on.

    Args:
        faults: what was wrong already when the file was read; it stops the import too.
    """
    lock(municipality)
    known = Known.of(municipality, rows)
    found, remarks = check_rows(municipality, rows, known, needs_owner=settings.needs_owner)
    report = ImportReport(faults=sorted([*faults, *found], key=lambda fault: fault.line))
    report.remarks = [*remarks, *near_duplicates(municipality, rows, known)]
    if not report.is_storable:
        return report
    writer = _Writer(municipality, known, settings, actor, now, report)
    written = writer.write(rows)
    if settings.closes_missing:
        writer.close_missing(rows)
    report.unplaced = place_sites(municipality=municipality, now=now, only=written).unplaced
    writer.record()
    transaction.set_rollback(settings.dry_run)
    return report


class _Writer:
    """Writes the rows of one import in bulk: centres before their counters, lines before buses."""

    def __init__(
        self,
        municipality: Municipality,
        known: Known,
        settings: SiteImport,
        actor: Membership | None,
        now: dt.datetime,
        report: ImportReport,
    ) -> None:
        self.municipality = municipality
        self.known = known
        self.settings = settings
        self.actor = actor
        self.now = now
        self.report = report
        self.today = civil_day(now, municipality.timezone)
        self.dataset = dataset_for(municipality, settings.source)
        self.sites = dict(known.sites)
        self.touched: set[str] = set()

    def write(self, rows: Sequence[SiteRow]) -> list[int]:
        """Store sites, periods and services of lines; the keys of the sites come back."""
        for stage in (
            [row for row in rows if not row.centre],
            [row for row in rows if row.centre],
        ):
            self._write_sites(stage)
        self._write_periods(rows)
        serve_lines(
            wanted={self.sites[row.code]: self.sites[row.serves] for row in rows if row.serves},
            since=self.settings.since or self.today,
            timezone=self.municipality.timezone,
            now=self.now,
        )
        new = set(self.report.added)
        self.report.changed = sorted(self.touched - new)
        self.report.unchanged = len(rows) - len(self.touched | new)
        return [self.sites[row.code].pk for row in rows]

    def _write_sites(self, rows: Sequence[SiteRow]) -> None:
        fresh: list[Site] = []
        stale: list[Site] = []
        for row in rows:
            facts = self._facts(row)
            site = self.sites.get(row.code)
            if site is None:
                site = Site(municipality=self.municipality, code=row.code)
                fill(site, facts)
                fresh.append(site)
            elif differs(site, facts):
                before = plain(site)
                fill(site, facts)
                stale.append(site)
                self._record_site(site, before)
            else:
                continue
            site.clean_fields(exclude=["municipality", "parent", "address", "dataset", "geometry"])
        Site.objects.bulk_create(fresh, batch_size=BATCH)
        if stale:
            Site.objects.bulk_update(stale, SITE_FIELDS, batch_size=BATCH)
        self.sites |= {site.code: site for site in fresh}
        self.report.added.extend(site.code for site in fresh)
        self.touched |= {site.code for site in stale}

    def _facts(self, row: SiteRow) -> SiteFacts:
        return SiteFacts(
            kind=row.kind,
            names=row.names,
            dataset=self.dataset,
            geometry=geos(row.geometry),
            position_quality=row.position_quality,
            parent=self.sites[row.centre] if row.centre else None,
            address=self.known.addresses[row.address_key] if row.address_key else None,
            address_text=row.address_text,
            is_staff_sensitive=row.is_staff_sensitive,
            opened_on=row.opened_on,
            note=row.note,
        )

    def _write_periods(self, rows: Sequence[SiteRow]) -> None:
        """New sites begin on the day the import says, others change from today on."""
        held = {
            period.site_id: period
            for period in SitePeriod.objects.in_municipality(self.municipality)
            .in_force(self.today)
            .select_related("category", "owner")
        }
        new = set(self.report.added)
        fresh = []
        for row in rows:
            site = self.sites[row.code]
            category = self.known.categories[row.category]
            owner = self.known.owners.get(row.owner)
            if row.code in new:
                since = row.opened_on or self.settings.since or self.today
                fresh.append(
                    SitePeriod(site=site, category=category, owner=owner, valid_from=since)
                )
                continue
            period = held.get(site.pk)
            if period and (period.category, period.owner) == (category, owner):
                continue
            set_category_and_owner(
                site=site,
                category=category,
                owner=owner,
                since=self.today,
                actor=self.actor,
                now=self.now,
            )
            self.touched.add(row.code)
        SitePeriod.objects.bulk_create(fresh, batch_size=BATCH)

    def close_missing(self, rows: Sequence[SiteRow]) -> None:
        """Close open sites of the same source that the file no longer has."""
        kept = {row.code for row in rows}
        for site in self.known.sites.values():
            is_ours = site.dataset_id == self.dataset.pk and site.closed_on is None
            if is_ours and site.code not in kept:
                close_site(site=site, on=self.today, actor=self.actor, now=self.now)
                self.report.closed.append(site.code)

    def record(self) -> None:
        """One line of history for the whole import; sites that changed have their own."""
        report = self.report
        if not (report.added or report.changed or report.closed):
            return
        record_change(
            municipality=self.municipality,
            subject=Subject("site_import", self.settings.origin[:120], self.settings.source.source),
            before=None,
            after={
                "added": len(report.added),
                "changed": len(report.changed),
                "closed": len(report.closed),
                "source": self.settings.source.source,
            },
            actor=self.actor.user if self.actor else None,
            now=self.now,
            origin=self.settings.origin[:120],
        )

    def _record_site(self, site: Site, before: dict[str, Any]) -> None:
        record_change(
            municipality=self.municipality,
            subject=Subject("site", site.code, site.name),
            before=before,
            after=plain(site),
            actor=self.actor.user if self.actor else None,
            now=self.now,
            origin=self.settings.origin[:120],
        )
