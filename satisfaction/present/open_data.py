"""Rows of the page of open data: periods with their files, and what is missing in each."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from satisfaction.facts import Period
from satisfaction.models import Snapshot
from satisfaction.querysets import SnapshotQuerySet
from satisfaction.sentences import period_label
from zones.models import Municipality


def period_rows(
    snapshots: Iterable[Snapshot], municipality: Municipality, language: str
) -> list[dict[str, Any]]:
    """What the page says of each period; its files are read along."""
    return [
        {
            "code": snapshot.code,
            "label": period_label(
                Period(snapshot.span, snapshot.first_day, snapshot.until), language
            ),
            "votes": snapshot.votes,
            "places": snapshot.places,
            "places_waiting": snapshot.places_waiting,
            "set_aside": snapshot.set_aside,
            "is_invented": snapshot.is_synthetic,
            "files": [
                {
                    "format": file.get_format_display(),
                    "size": file.size,
                    "sha256": file.sha256,
                    "url": reverse(
                        "satisfaction:open_file",
                        args=[municipality.slug, snapshot.code, file.format],
                    ),
                }
                for file in sorted(snapshot.files.all(), key=lambda one: one.format)
            ],
        }
        for snapshot in snapshots
    ]


def span_choices(snapshots: SnapshotQuerySet) -> list[tuple[str, str]]:
    """Lengths of periods of which there is one, with their names."""
    there = set(snapshots.order_by().values_list("span", flat=True).distinct())
    return [(span.value, str(span.label)) for span in Snapshot.Span if span.value in there]
