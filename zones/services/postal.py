"""Loading postal ranges, and the postal code of one house by them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zones.importing.postal import code_among, parse_ranges
from zones.importing.rows import Change, PostalRow, Refusal, Source
from zones.models import Municipality, PostalRange, Street
from zones.services.datasets import dataset_for
from zones.services.register import bump, lock
from zones.services.street_names import StreetNames

Range = tuple[int, str, int | None, int | None, str, str]


@transaction.atomic
def load_postal_ranges(
    *, municipality: Municipality, rows: Sequence[PostalRow], source: Source
) -> Change:
    """Make `rows` the postal ranges of the town; rows without a street of the register are named.

    The nomenclature is taken as a whole: ranges it no longer has are removed. A town has one
    nomenclature, so that its source is a data set of the town and not of each range.
    """
    lock(municipality)
    dataset_for(municipality, source)
    change = Change()
    wanted = _wanted(municipality, rows, change)
    standing = {
        _range_of(part): part
        for part in PostalRange.objects.filter(street__municipality=municipality)
    }
    fresh = [key for key in wanted if key not in standing]
    gone = [part.pk for key, part in standing.items() if key not in wanted]
    PostalRange.objects.filter(pk__in=gone).delete()
    PostalRange.objects.bulk_create([_made(key) for key in fresh], batch_size=1000)
    change.added, change.removed = len(fresh), len(gone)
    change.unchanged = len(wanted) - len(fresh)
    if change.wrote:
        bump(municipality)
    return change


def postal_code_for(*, street: Street, number: str = "", block: str = "") -> str:
    """The postal code of a house number or block of a street; "" when the ranges do not say."""
    return code_among(PostalRange.objects.filter(street=street), number, block)


def _wanted(
    municipality: Municipality, rows: Sequence[PostalRow], change: Change
) -> dict[Range, None]:
    names = StreetNames.of(municipality)
    wanted: dict[Range, None] = {}
    for row in rows:
        street_id = names.find(row.street, row.locality)
        if street_id is None:
            reason = _("No street of the register is called “%s”.") % row.street
            change.refused.append(Refusal(row.line, reason))
            continue
        try:
            parts = parse_ranges(row.numbers)
        except ValidationError as error:
            change.refused.append(Refusal(row.line, " ".join(error.messages)))
            continue
        for part in parts:
            wanted[
                (
                    street_id,
                    part.parity,
                    part.number_from,
                    part.number_to,
                    part.block,
                    row.postal_code,
                )
            ] = None
    return wanted


def _range_of(part: PostalRange) -> Range:
    return (
        part.street_id,
        part.parity,
        part.number_from,
        part.number_to,
        part.block,
        part.postal_code,
    )


def _made(key: Range) -> PostalRange:
    street_id, parity, number_from, number_to, block, postal_code = key
    return PostalRange(
        street_id=street_id,
        parity=parity,
        number_from=number_from,
        number_to=number_to,
        block=block,
        postal_code=postal_code,
    )
