"""Holds rows of sites against the town: what they name must exist, and they must lie inside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db.models import Q
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from departments.csv_rows import RowFault
from departments.models import Department
from geo.crs import project
from sign_registry.importing.site_rows import SiteRow
from sign_registry.models import Site, SiteCategory
from zones.models import Address, Municipality
from zones.names import in_language

NEAR_M = 50
"""Two places of one name that lie this near are probably one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows of a file can name, by its code."""

    sites: Mapping[str, Site]
    categories: Mapping[str, SiteCategory]
    owners: Mapping[str, Department]
    addresses: Mapping[str, Address]

    @classmethod
    def of(cls, municipality: Municipality, rows: Sequence[SiteRow]) -> "Known":
        """Four queries, whatever the size of the file."""
        sites = Site.objects.in_municipality(municipality).select_related("parent")
        keys = {row.address_key for row in rows if row.address_key}
        addresses = Address.objects.in_municipality(municipality).filter(source_key__in=keys)
        return cls(
            {site.code: site for site in sites},
            {row.code: row for row in SiteCategory.objects.in_municipality(municipality).in_use()},
            {row.code: row for row in Department.objects.in_municipality(municipality).in_use()},
            {row.source_key: row for row in addresses},
        )


def check_rows(
    municipality: Municipality, rows: Sequence[SiteRow], known: Known, *, needs_owner: bool
) -> tuple[list[RowFault], list[RowFault]]:
    """Faults that stop an import, and remarks that do not.

    Args:
        needs_owner: whether a department that nobody knows is a fault, or only a remark.
    """
    faults: list[RowFault] = []
    remarks: list[RowFault] = []
    kinds = {code: site.kind for code, site in known.sites.items()}
    kinds |= {row.code: row.kind for row in rows}
    ground = _ground(municipality)
    for row in rows:
        sentences = [
            *_unknown(row, known),
            *_wrong_neighbours(row, kinds),
            *_outside(row, ground),
        ]
        if row.owner and row.owner not in known.owners:
            sentence = _("There is no department with the code “%(code)s”.") % {"code": row.owner}
            (faults if needs_owner else remarks).append(RowFault(row.line, sentence))
        faults.extend(RowFault(row.line, sentence) for sentence in sentences)
    return faults, remarks


def _ground(municipality: Municipality) -> BaseGeometry | None:
    if municipality.outline is None:
        return None
    outline: BaseGeometry = shapely.from_wkb(bytes(municipality.outline.wkb))
    shapely.prepare(outline)
    return outline


def _unknown(row: SiteRow, known: Known) -> Iterable[str]:
    if not row.category:
        yield _("The row has no category. Give the code of one.")
    elif row.category not in known.categories:
        yield _("There is no category with the code “%(code)s”. Add it first.") % {
            "code": row.category
        }
    if row.address_key and row.address_key not in known.addresses:
        yield _("The register has no address with the key “%(key)s”.") % {"key": row.address_key}


def _wrong_neighbours(row: SiteRow, kinds: Mapping[str, str]) -> Iterable[str]:
    """A counter stands in a centre, a vehicle serves a line, and both must be there."""
    if row.centre and kinds.get(row.centre) not in {"point", "area"}:
        yield _("There is no place with the code “%(code)s” that could be the centre.") % {
            "code": row.centre
        }
    if row.serves and (row.kind != "vehicle" or kinds.get(row.serves) != "line"):
        yield _("Only a vehicle serves a line, and there is no line “%(code)s” for it.") % {
            "code": row.serves
        }


def _outside(row: SiteRow, ground: BaseGeometry | None) -> Iterable[str]:
    if row.geometry is not None and ground is not None and not ground.intersects(row.geometry):
        yield _("This place is outside the municipality. Choose a place inside the border.")


def near_duplicates(
    municipality: Municipality, rows: Sequence[SiteRow], known: Known
) -> list[RowFault]:
    """Remarks on rows that have the name of another place at most 50 metres away."""
    language = municipality.languages[0]
    named: dict[str, list[_Spot]] = defaultdict(list)
    for row in rows:
        if row.geometry is not None:
            name = in_language(row.names, language=language).casefold()
            named[name].append(_Spot(row.line, row.code, row.geometry))
    in_file = {row.code for row in rows}
    for site in _standing(municipality, named, language):
        if site.code not in in_file and site.geometry is not None:
            name = in_language(site.names, language=language).casefold()
            shape = shapely.from_wkb(bytes(site.geometry.wkb))
            named[name].append(_Spot(0, site.code, shape))
    remarks: list[RowFault] = []
    for spots in named.values():
        remarks.extend(_near(spots, municipality.metric_srid))
    return sorted(remarks, key=lambda remark: remark.line)


@dataclass(frozen=True, slots=True)
class _Spot:
    line: int  # 0 for a site that is already there
    code: str
    geometry: BaseGeometry


def _standing(
    municipality: Municipality, named: Mapping[str, object], language: str
) -> Iterable[Site]:
    """Open sites with one of the names; letter case is left to Python."""
    sites = Site.objects.in_municipality(municipality).filter(
        Q(geometry__isnull=False), closed_on__isnull=True
    )
    for site in sites:
        if in_language(site.names, language=language).casefold() in named:
            yield site


def _near(spots: Sequence[_Spot], metric_srid: int) -> Iterable[RowFault]:
    if len(spots) < 2:
        return
    flat = project(np.array([spot.geometry for spot in spots], dtype=object), metric_srid)
    tree = shapely.STRtree(flat)
    pairs = tree.query(flat, predicate="dwithin", distance=NEAR_M)
    told: set[int] = set()
    for here, there in sorted(zip(*pairs.tolist(), strict=True)):
        if here == there or here in told or not spots[here].line:
            continue
        # Of two rows of the file the later one is the doubtful one.
        if spots[there].line and there > here:
            continue
        told.add(here)
        yield RowFault(
            spots[here].line,
            _("The place “%(code)s” has the same name and lies within %(near)d m.")
            % {"code": spots[there].code, "near": NEAR_M},
        )
