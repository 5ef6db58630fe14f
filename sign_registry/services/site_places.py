"""Makes sites of places the town already has: schools, parks, clubs, by their kind."""

from collections.abc import Mapping

import shapely

from sign_registry.importing.site_rows import SiteRow
from zones.importing.rows import Source
from zones.models import Dataset, Municipality, Place

CATEGORY_OF_PLACE: Mapping[str, str] = {
    "town_hall": "village-hall",
    "school": "school",
    "kindergarten": "kindergarten",
    "university": "university",
    "community_centre": "community-centre",
    "pensioners_club": "pensioners-club",
    "library": "culture",
    "museum": "culture",
    "theatre": "culture",
    "health": "health",
    "hospital": "health",
    "clinic": "health",
    "sport": "sport",
    "park": "park",
    "playground": "playground",
    "marketplace": "market",
    "bus_stop": "stop",
    "attraction": "tourist",
}
"""Kinds of places a town answers for; banks, shops and filling stations are not among them."""


def rows_of_places(
    *, municipality: Municipality, kinds: Mapping[str, str] = CATEGORY_OF_PLACE
) -> list[tuple[Source, list[SiteRow]]]:
    """Sites out of places of some kinds, by the data set each came from.

    Args:
        kinds: {kind of place: code of the category}.
    """
    found: dict[Dataset, list[SiteRow]] = {}
    places = (
        Place.objects.in_municipality(municipality)
        .filter(kind__in=kinds)
        .select_related("dataset")
        .order_by("dataset", "source_key")
    )
    for place in places:
        rows = found.setdefault(place.dataset, [])
        rows.append(
            SiteRow(
                len(rows) + 1,
                f"place-{place.source_key}"[:80],
                "point",
                place.names,
                geometry=shapely.Point(place.location.x, place.location.y),
                category=kinds[place.kind],
                position_quality=place.position_quality,
            )
        )
    return [(source_of_dataset(dataset), rows) for dataset, rows in found.items()]


def source_of_dataset(dataset: Dataset) -> Source:
    """Where rows of a data set came from, as an import wants it."""
    return Source(
        dataset.source,
        dataset.licence,
        attribution=dataset.attribution,
        url=dataset.url,
        dated_on=dataset.dated_on,
        is_synthetic=dataset.is_synthetic,
    )
