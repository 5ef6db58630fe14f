"""What is found at the close of a vote, before the ballots are mixed: sums, never a person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count

from consultations.models import Roll, RollAdmission, RollEntry
from residents.models import Residence

#: More voters at one address than this, and than most addresses have, is looked at by a person.
MOST_AT_ADDRESS = 12


def report_of(
    roll: Roll, *, marks: Mapping[str, int], ballots: Mapping[str, int], least: int
) -> dict[str, Any]:
    """The figures that the town publishes after the close.

    Args:
        least: groups with fewer members are told as "fewer than".
    """
    entries = RollEntry.objects.filter(roll=roll).order_by()
    counted, voted = entries.counted(), entries.exclude(channel="")
    return {
        "k": least,
        "marks": dict(marks),
        "ballots": dict(ballots),
        "on_roll": entries.count(),
        "entitled": counted.count(),
        "assurance": _sizes(voted, "assurance"),
        "origin": _sizes(voted, "resident__origin"),
        "crowded": crowded_addresses(roll),
        "corrections": _sizes(RollAdmission.objects.filter(roll=roll).order_by(), "kind"),
    }


def crowded_addresses(roll: Roll) -> int:
    """How many addresses of the register have more voters than is plausible for one door."""
    on = roll.phase.process.reference_on
    voters = RollEntry.objects.filter(roll=roll).exclude(channel="").values("resident")
    homes = Residence.objects.filter(resident__in=voters, address__isnull=False)
    if on is not None:
        homes = homes.in_force(on)
    sizes = homes.order_by().values_list("address").annotate(count=Count("resident"))
    return sum(size > MOST_AT_ADDRESS for _address, size in sizes)


def _sizes(rows: Any, field: str) -> dict[str, int]:
    found = rows.values_list(field).annotate(count=Count("pk")).order_by(field)
    return {"" if name is None else str(name): size for name, size in found}
