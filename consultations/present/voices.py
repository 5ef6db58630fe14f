"""What was said, as pages and files show it: threads, counts by standing, rows for programs.

A neighbourhood of a home never stands beside the words, and nothing that is not public comes out.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, Prefetch

from consultations.models import Contribution, OfficialAnswer, Process, Standing, Support
from consultations.present.reading import feature, shapes_of
from consultations.querysets import ContributionQuerySet
from zones.names import in_language

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

COLUMNS = (
    "id", "reply_to", "kind", "said", "speaks_as", "organisation", "alternative", "section",
    "text", "support", "outcome", "answer", "place", "shape", "wkt",
)  # fmt: skip

#: Degrees, about three metres.
_LIGHTLY = 3e-5


@dataclass(frozen=True, slots=True)
class Choice:
    """Which contributions are asked for; 0 and "" ask for all."""

    layer: int = 0
    part: int = 0
    standing: str = ""

    def query(self) -> str:
        """The same choice as the end of an address."""
        given = {"layer": self.layer, "part": self.part, "standing": self.standing}
        return urlencode({name: value for name, value in given.items() if value})

    def of(self, rows: ContributionQuerySet) -> ContributionQuerySet:
        """Keep what the choice leaves."""
        if self.layer:
            rows = rows.filter(layer=self.layer)
        if self.part:
            rows = rows.filter(part=self.part)
        if self.standing:
            rows = rows.filter(standing=self.standing)
        return rows


def public_rows(process: Process) -> ContributionQuerySet:
    """What everybody may read of a consultation, with what stands beside it, the newest first."""
    return (
        Contribution.objects.filter(process=process)
        .shown()
        .select_related("submission", "layer", "part", "answer")
        .annotate(supporters=Count("support", distinct=True))
        .order_by("-said_at", "-pk")
    )


def threads(rows: ContributionQuerySet, process: Process) -> ContributionQuerySet:
    """First levels with their replies, in three queries whatever their number."""
    replies = public_rows(process).order_by("said_at", "pk")
    return rows.begun().prefetch_related(Prefetch("replies", queryset=replies, to_attr="below"))


def supported_by(user: "User | AnonymousUser", process: Process) -> set[int]:
    """What a person supports already."""
    if not user.is_authenticated:
        return set()
    held = Support.objects.filter(user=user, contribution__process=process)
    return set(held.values_list("contribution", flat=True))


def voice(
    one: Contribution, order: list[str], supported: Iterable[int] = (), number: int = 0
) -> dict[str, Any]:
    """One contribution with its replies and the town's answer."""
    middle = one.geometry.point_on_surface if one.geometry else None
    below: list[Contribution] = getattr(one, "below", [])
    return {
        "pk": one.pk,
        "number": number,
        "kind": one.get_kind_display(),
        "text": one.words,
        "is_gone": not one.submission.text,
        "standing": one.standing,
        "standing_label": one.get_standing_display(),
        "organisation": one.organisation,
        "said_at": one.said_at,
        "about": about_words(one, order),
        "supporters": getattr(one, "supporters", 0),
        "is_supported": one.pk in set(supported),
        "author": one.author_id,
        "place": middle.coords if middle else None,
        "where": in_language(one.place_words, order),
        "extent": extent_of(one.geometry),
        "shape": drawn_lightly(one.geometry),
        "answer": answer_of(one, order),
        "replies": [voice(reply, order, supported) for reply in below],
    }


def own_row(one: Contribution) -> dict[str, Any]:
    """What a person said, for its author alone; needs the submission and its decisions."""
    return {
        "pk": one.pk,
        "text": one.submission.text,
        "said_at": one.said_at,
        "is_refused": one.submission.state == "refused",
        "reason": _reason(one),
    }


def extent_of(geometry: GEOSGeometry | None) -> str:
    """`point`, `line` or `area`; "" without a place."""
    return "" if geometry is None else ("point", "line", "area")[geometry.dims]


def drawn_lightly(geometry: GEOSGeometry | None) -> GEOSGeometry | None:
    """A line or an area as a map of many shows it, within some metres; nothing for a point."""
    if geometry is None or geometry.dims == 0:
        return None
    light = geometry.simplify(_LIGHTLY, preserve_topology=True)
    return geometry if light.empty else light


def shapes_with(process: Process, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The area and the lines and areas that the rows of a page mark."""
    found = shapes_of(process)
    for row in rows:
        if row["shape"] is not None:
            found["features"].append(feature(json.loads(row["shape"].json), "said"))
    return found


def about_words(one: Contribution, order: Iterable[str] = ()) -> str:
    """Which alternative and section it is about; "" for the whole project."""
    named = (one.layer, one.part)
    return " · ".join(in_language(row.names, order) for row in named if row is not None)


def answer_of(one: Contribution, order: list[str]) -> dict[str, str] | None:
    """The town's answer; needs `answer` selected."""
    found: OfficialAnswer | None = getattr(one, "answer", None)
    if found is None:
        return None
    return {
        "outcome": found.outcome,
        "label": found.get_outcome_display(),
        "text": in_language(found.texts, order),
    }


def own_hidden(user: "User | AnonymousUser", process: Process) -> list[dict[str, Any]]:
    """What a person said that nobody else sees: it waits, or was refused and why."""
    if not user.is_authenticated:
        return []
    rows = (
        Contribution.objects.filter(process=process, author=user)
        .exclude(submission__state="released")
        .select_related("submission")
        .prefetch_related("submission__decisions")
        .order_by("-said_at")[:20]
    )
    return [own_row(one) for one in rows]


def counts_of(process: Process) -> dict[str, Any]:
    """How many spoke as whom: in all, and about each alternative and section. One query."""
    rows = (
        Contribution.objects.filter(process=process)
        .shown()
        .spoken()
        .values_list("layer", "part", "standing")
        .annotate(many=Count("pk"))
        .order_by()
    )
    every: Counter[str] = Counter()
    layers: dict[int, Counter[str]] = {}
    parts: dict[int, Counter[str]] = {}
    for layer, part, standing, many in rows:
        every[standing] += many
        if layer:
            layers.setdefault(layer, Counter())[standing] += many
        if part:
            parts.setdefault(part, Counter())[standing] += many
    return {"every": cells(every), "all": sum(every.values()), "layers": layers, "parts": parts}


def cells(found: Mapping[str, int]) -> list[dict[str, Any]]:
    """The number of each standing, in the order of the list."""
    return [
        {"code": code, "label": label, "many": found.get(code, 0)}
        for code, label in Standing.choices
    ]


def count_table(process: Process, counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each alternative and each section somebody spoke about."""
    order = process.municipality.languages
    table = []
    for layer in process.layers.order_by("position", "pk").prefetch_related("parts"):
        found = counts["layers"].get(layer.pk, {})
        table.append(_count_row(in_language(layer.names, order), found, f"layer={layer.pk}"))
        for part in sorted(layer.parts.all(), key=lambda one: one.pk):
            below = counts["parts"].get(part.pk)
            if below:
                name = in_language(part.names, order)
                table.append(_count_row(name, below, f"part={part.pk}", is_part=True))
    return table


def plain(one: Contribution, order: list[str]) -> dict[str, Any]:
    """A row of a file: no author, no home."""
    answer = answer_of(one, order) or {}
    return {
        "id": one.pk,
        "reply_to": one.parent_id or "",
        "kind": one.kind,
        "said": one.said_at.date().isoformat(),
        "speaks_as": one.standing,
        "organisation": one.organisation,
        "alternative": one.layer.code if one.layer else "",
        "section": one.part.code if one.part else "",
        "text": one.words,
        "support": getattr(one, "supporters", 0),
        "outcome": answer.get("outcome", ""),
        "answer": answer.get("text", ""),
        "place": in_language(one.place_words, order),
        "shape": extent_of(one.geometry),
        "wkt": one.geometry.wkt if one.geometry else "",
    }


def placed(rows: Iterable[Contribution], order: list[str]) -> Iterable[tuple[Any, dict[str, Any]]]:
    """Rows of a GeoJSON file."""
    for one in rows:
        shape: GEOSGeometry | None = one.geometry
        told = plain(one, order)
        del told["wkt"]
        yield shape, told


def _count_row(
    name: str, found: Mapping[str, int], query: str, *, is_part: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "cells": cells(found),
        "all": sum(found.values()),
        "query": query,
        "is_part": is_part,
    }


def _reason(one: Contribution) -> str:
    decisions = sorted(one.submission.decisions.all(), key=lambda row: row.pk)
    return decisions[-1].reason if decisions else ""
