"""Makes a site and a registration sign for each entrance of a block in the address register."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from departments.csv_rows import RowFault
from departments.models import Membership
from sign_registry.importing.site_rows import SiteRow
from sign_registry.models import Sign, Site, SiteCategory
from sign_registry.services.signs import plan_signs
from sign_registry.services.site_imports import ImportReport, SiteImport, import_sites
from sign_registry.services.site_places import source_of_dataset
from zones.labels import address_label
from zones.models import Address, Dataset, Municipality
from zones.names import in_language

CATEGORY = "entrance"
_CODE = "entrance-"
_LONGEST_CODE = 80
_LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class EntranceImport:
    """How entrances are taken in.

    `category`: code of the category of new sites. `since`: its first day, today if not said.
    """

    category: str = CATEGORY
    since: dt.date | None = None
    dry_run: bool = False


@dataclass(slots=True)
class EntranceReport:
    """What was done for the entrances of a town, or would be.

    `repeated`: addresses of an entrance that another address named before.
    `left_over`: open sites of entrances the register no longer has; they stay as they are.
    """

    imports: list[ImportReport] = field(default_factory=list)
    planned: int = 0
    repeated: list[RowFault] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)

    @property
    def added(self) -> list[str]:
        """Codes of the new sites."""
        return [code for one in self.imports for code in one.added]

    @property
    def changed(self) -> list[str]:
        """Codes of the sites that are different now."""
        return [code for one in self.imports for code in one.changed]

    @property
    def unchanged(self) -> int:
        """How many sites were so already."""
        return sum(one.unchanged for one in self.imports)

    @property
    def faults(self) -> list[RowFault]:
        """What stood against it; then nothing was stored."""
        return [fault for one in self.imports for fault in one.faults]


@transaction.atomic
def import_entrances(
    *,
    municipality: Municipality,
    settings: EntranceImport,
    actor: Membership | None,
    now: dt.datetime,
    progress: Callable[[int], object] = lambda _count: None,
) -> EntranceReport:
    """Enter a site for each block entrance of the register, and plan the signs that are missing.

    Done again it finds the same sites, by street, number, block and entrance. An entrance that is
    in the register no more closes nothing: people may still live there. It is told.

    Args:
        progress: told how many entrances were looked at, batch by batch.

    Raises:
        ValidationError: `no_category`, or `no_entrances`.
    """
    _check_category(municipality, settings.category)
    by_dataset, repeated = _rows(municipality, settings.category)
    if not by_dataset:
        raise ValidationError(
            _(
                "The register has no address with a block and an entrance. "
                "Load addresses with these two parts first."
            ),
            code="no_entrances",
        )
    report = EntranceReport(repeated=repeated)
    for dataset, rows in by_dataset.items():
        found = import_sites(
            municipality=municipality,
            rows=rows,
            settings=SiteImport(source_of_dataset(dataset), "entrances", since=settings.since),
            actor=actor,
            now=now,
        )
        report.imports.append(found)
        progress(len(rows))
    codes = [row.code for rows in by_dataset.values() for row in rows]
    report.left_over = _left_over(municipality, codes)
    if not report.faults:
        report.planned = _plan(municipality, codes, actor, now)
    transaction.set_rollback(settings.dry_run or bool(report.faults))
    return report


def _check_category(municipality: Municipality, category: str) -> None:
    if not SiteCategory.objects.in_municipality(municipality).in_use().filter(code=category):
        raise ValidationError(
            _("There is no category with the code “%(code)s”. Add it first.") % {"code": category},
            code="no_category",
        )


def _rows(
    municipality: Municipality, category: str
) -> tuple[dict[Dataset, list[SiteRow]], list[RowFault]]:
    """Rows by the data set of their address; a second address of one entrance is only told."""
    found: dict[Dataset, list[SiteRow]] = {}
    first: dict[str, str] = {}
    repeated: list[RowFault] = []
    for line, address in enumerate(_entrances(municipality), 1):
        address.municipality = municipality
        code = code_of(address)
        if code in first:
            sentence = _("The address “%(key)s” names the same entrance as “%(first)s”.")
            words = {"key": address.source_key, "first": first[code]}
            repeated.append(RowFault(line, sentence % words))
            continue
        first[code] = address.source_key
        row = SiteRow(
            line,
            code,
            Site.Kind.POINT.value,
            _names(address, municipality.languages),
            geometry=shapely.Point(address.location.x, address.location.y),
            category=category,
            address_text=_line_of(address, municipality.languages[0])[:_LONGEST_ADDRESS],
            address_key=address.source_key,
            position_quality=address.position_quality,
        )
        found.setdefault(address.dataset, []).append(row)
    return found, repeated


def _entrances(municipality: Municipality) -> Iterable[Address]:
    return (
        Address.objects.in_municipality(municipality)
        .exclude(block="")
        .exclude(entrance="")
        .select_related("street", "dataset")
        .order_by("dataset", "source_key")
    )


def code_of(address: Address) -> str:
    """A code made of the parts of an address, so that new keys of the register change nothing."""
    street = address.street.code if address.street else address.thoroughfare
    parts = (
        address.locality,
        street or address.quarter,
        address.address_number,
        f"bl{address.block}",
        f"ent{address.entrance}",
    )
    words = [slugify(part, allow_unicode=True) for part in parts if part]
    code = _CODE + "-".join(words)
    if len(code) <= _LONGEST_CODE:
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()[:12]
    return f"{code[: _LONGEST_CODE - 13]}-{digest}"


def _names(address: Address, languages: Sequence[str]) -> dict[str, str]:
    """Block and entrance first, as the crew looks for them: “Bl. 12, sc. A, Strada Florilor 5”."""
    names = {}
    for language in languages:
        with translation.override(language):
            street = address.thoroughfare
            if address.street:
                street = in_language(address.street.names, languages, language=language)
            where = f"{street or address.quarter} {address.address_number}".strip()
            parts = (
                _("bl. %(block)s") % {"block": address.block},
                _("ent. %(entrance)s") % {"entrance": address.entrance},
                where,
            )
            name = ", ".join(part for part in parts if part)
        names[language] = name[:1].upper() + name[1:]
    return names


def _line_of(address: Address, language: str) -> str:
    with translation.override(language):
        return address_label(address)


def _left_over(municipality: Municipality, codes: Sequence[str]) -> list[str]:
    open_sites = Site.objects.in_municipality(municipality).filter(
        code__startswith=_CODE, closed_on=None
    )
    known = set(codes)
    return sorted(code for code in open_sites.values_list("code", flat=True) if code not in known)


def _plan(
    municipality: Municipality,
    codes: Sequence[str],
    actor: Membership | None,
    now: dt.datetime,
) -> int:
    sites = Site.objects.in_municipality(municipality).filter(code__in=codes, closed_on=None)
    planned = plan_signs(
        municipality=municipality,
        sites=sites.order_by("pk"),
        purpose=Sign.Purpose.REGISTRATION,
        now=now,
        actor=actor,
    )
    return len(planned)
