"""Writes published figures as CSV and GeoJSON once, so that the files never change again."""

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from django.db import transaction

from satisfaction.models import Figure, GroupFigure, OpenFile, SiteFigure, Snapshot
from sign_registry.models import Site, SiteZone
from zones.cells import safe_cell
from zones.models import Municipality

SCORES = tuple(f"s{score}" for score in range(1, 11))
_DIGITS, _DEGREE_DIGITS = 4, 6
_BOM = "\ufeff"


def columns(languages: Sequence[str]) -> list[str]:
    """The columns of the table, in its order."""
    names = [f"name_{language}" for language in languages]
    return [
        "period", "first_day", "last_day", "method", "is_invented", "kind", "place_id", "code",
        *names, "category", "zones", "longitude", "latitude", "votes", "score", "low", "high",
        "state", *SCORES,
    ]  # fmt: skip


def freeze_open_files(*, municipality: Municipality | None = None) -> int:
    """Write the files of all published figures that have none yet; says how many were written."""
    snapshots = Snapshot.objects.filter(files=None).select_related("municipality").order_by("pk")
    if municipality:
        snapshots = snapshots.in_municipality(municipality)
    return sum(_freeze(snapshot) for snapshot in snapshots)


@transaction.atomic
def _freeze(snapshot: Snapshot) -> int:
    # Two runs at once would both write it.
    Municipality.objects.select_for_update(of=("self",)).get(pk=snapshot.municipality_id)
    if OpenFile.objects.filter(snapshot=snapshot).exists():
        return 0
    contents = contents_of(snapshot)
    OpenFile.objects.bulk_create(
        OpenFile(
            snapshot=snapshot,
            format=written_as,
            packed=gzip.compress(content, mtime=0),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for written_as, content in contents.items()
    )
    return len(contents)


def contents_of(snapshot: Snapshot) -> dict[OpenFile.Format, bytes]:
    """The files of a period as the town's names and places stand now."""
    rows = list(rows_of(snapshot))
    return {
        OpenFile.Format.CSV: _table(rows, columns(snapshot.municipality.languages)),
        OpenFile.Format.GEOJSON: _features(rows, snapshot),
    }


def rows_of(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    """What is known of each place and each group that has a figure; the others are in no row."""
    languages = snapshot.municipality.languages
    common = {
        "period": snapshot.code,
        "first_day": snapshot.first_day.isoformat(),
        "last_day": (snapshot.until - dt.timedelta(days=1)).isoformat(),
        "method": snapshot.method,
        "is_invented": snapshot.is_synthetic,
    }
    places = SiteFigure.objects.of_snapshot(snapshot).select_related("site", "category")
    zones = _zones_of(snapshot)
    for place in places.order_by("site__code"):
        yield {
            **common,
            "kind": "place",
            "place_id": place.site_id,
            "code": place.site.code,
            **_names(place.site.names, languages),
            "category": place.category.code,
            "zones": " ".join(zones[place.site_id]),
            **_point(place.site),
            **_figure(place),
        }
    groups = GroupFigure.objects.of_snapshot(snapshot).exclude(state=Figure.State.COLLECTING)
    ordered = groups.order_by("kind", "zone__kind__code", "zone__code", "category__code")
    for group in ordered.select_related("zone__kind", "category"):
        subject = group.zone or group.category or snapshot.municipality
        zone = f"{group.zone.kind.code}:{group.zone.code}" if group.zone else ""
        category = group.category.code if group.category else ""
        yield {
            **common,
            "kind": group.kind,
            "place_id": "",
            "code": zone or category or snapshot.municipality.slug,
            **_names(subject.names, languages),
            "category": category,
            "zones": zone,
            "longitude": "",
            "latitude": "",
            **_figure(group),
        }


def _zones_of(snapshot: Snapshot) -> dict[int, list[str]]:
    """Kind and code of the zones that divide the town, for each place."""
    found: dict[int, list[str]] = defaultdict(list)
    zones = SiteZone.objects.filter(site__figures__snapshot=snapshot, kind__is_partition=True)
    for site, kind, code in zones.order_by("kind__code", "zone__code").values_list(
        "site", "kind__code", "zone__code"
    ):
        found[site].append(f"{kind}:{code}")
    return found


def _names(names: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {f"name_{language}": names.get(language, "") for language in languages}


def _point(site: Site) -> dict[str, Any]:
    """A point of the place; a vehicle has none."""
    if site.geometry is None:
        return {"longitude": "", "latitude": ""}
    point = shapely.point_on_surface(shapely.from_wkb(bytes(site.geometry.wkb)))
    return {
        "longitude": round(point.x, _DEGREE_DIGITS),
        "latitude": round(point.y, _DEGREE_DIGITS),
    }


def _figure(figure: SiteFigure | GroupFigure) -> dict[str, Any]:
    numbers = {"score": figure.score, "low": figure.low, "high": figure.high}
    return {
        "votes": figure.votes,
        **{name: "" if value is None else round(value, _DIGITS) for name, value in numbers.items()},
        "state": figure.state,
        **dict(zip(SCORES, figure.histogram, strict=True)),
    }


def _table(rows: Sequence[Mapping[str, Any]], header: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(row[name]) for name in header])
    return buffer.getvalue().encode()


def _features(rows: Sequence[Mapping[str, Any]], snapshot: Snapshot) -> bytes:
    """The places as RFC 7946, one to a line; a group has no point and stands in the table only."""
    head = {
        "type": "FeatureCollection",
        "name": snapshot.code,
        "is_invented": snapshot.is_synthetic,
        "places_waiting": snapshot.places_waiting,
        "votes_set_aside": snapshot.set_aside,
    }
    lines = [json.dumps(_feature(row), ensure_ascii=False) for row in rows if row["place_id"]]
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return (start + ', "features": [\n' + ",\n".join(lines) + "\n]}\n").encode()


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    where = {"longitude", "latitude"}
    position = [row["longitude"], row["latitude"]]
    properties = {
        name: (None if value == "" else value) for name, value in row.items() if name not in where
    }
    return {
        "type": "Feature",
        "id": row["place_id"],
        "geometry": {"type": "Point", "coordinates": position} if row["longitude"] != "" else None,
        "properties": properties,
    }
