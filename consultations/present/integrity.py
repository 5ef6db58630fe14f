"""The report on a vote in words; groups with few people are not told apart."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from consultations.models import Channel
from residents.models import Residence

_CHANNELS = (Channel.ONLINE, Channel.PAPER)


def report_rows(report: Mapping[str, Any]) -> dict[str, Any]:
    """Sums of the close as the page shows them."""
    k = int(report.get("k", 10))
    marks, ballots = report.get("marks", {}), report.get("ballots", {})
    channels = [
        {
            "label": channel.label,
            "marks": marks.get(channel, 0),
            "ballots": ballots.get(channel, 0),
        }
        for channel in _CHANNELS
    ]
    is_small = any(0 < row["marks"] < k for row in channels)
    return {
        "k": k,
        "entitled": report.get("entitled", 0),
        "marks": sum(marks.values()),
        "ballots": sum(ballots.values()),
        "missing": marks.get(Channel.PAPER, 0) - ballots.get(Channel.PAPER, 0),
        # With the sum known, one small channel would give the other away.
        "channels": [] if is_small else [row for row in channels if row["marks"]],
        "assurance": _told(report.get("assurance", {}), _assurance_label, k),
        "origin": _told(report.get("origin", {}), origin_label, k),
        "crowded": report.get("crowded", 0),
    }


def _told(sizes: Mapping[str, int], label: Any, k: int) -> list[dict[str, Any]]:
    """Groups of at least k; the others together, where they are at least k as well."""
    large = {name: size for name, size in sizes.items() if size >= k}
    rest = sum(sizes.values()) - sum(large.values())
    while 0 < rest < k and large:
        smallest = min(large, key=lambda name: (large[name], name))
        rest += large.pop(smallest)
    rows = [{"label": label(name), "many": size} for name, size in sorted(large.items())]
    if rest >= k:
        rows.append({"label": _("the others together"), "many": rest})
    return rows


def _assurance_label(name: str) -> str:
    return str(Residence.Assurance(int(name)).label) if name else _("not known")


def origin_label(name: str) -> str:
    """By which way somebody registered."""
    known = {"web": _("by the web"), "sign": _("by way of a sign"), "desk": _("at the desk")}
    return known.get(name, name)
