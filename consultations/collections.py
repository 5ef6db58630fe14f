"""What is published of consultations: their areas, and the drawings of their projects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from consultations.models import Phase, Process, ProjectPart
from zones.models import Municipality
from zones.names import in_language
from zones.published import (
    Asked,
    Collection,
    Column,
    Feature,
    Period,
    Type,
    name_columns,
    named,
)


def collections_of(asked: Asked) -> list[Collection]:
    """Published consultations and their drawings, where the town consults."""
    town = asked.town
    if "consultations" not in town.modules:
        return []
    return [_consultations(town), _parts(town)]


def _consultations(town: Municipality) -> Collection:
    own = Phase.objects.filter(process=OuterRef("pk"))
    rows = Process.objects.in_municipality(town).published().select_related("area")
    return Collection(
        code="consultations",
        title=_("Consultations"),
        about=_("What the town asks its residents; one without a place is for the whole town."),
        columns=(
            *name_columns(town.languages),
            Column("number", _("Number"), Type.WHOLE, "number"),
            Column("published_at", _("Published"), Type.MOMENT, "published_at"),
            Column("begins_at", _("Begins"), Type.MOMENT, "begins"),
            Column("ends_at", _("Ends"), Type.MOMENT, "ends"),
            Column("page", _("Page")),
        ),
        rows=rows.annotate(
            begins=Subquery(own.order_by("starts_at").values("starts_at")[:1]),
            ends=Subquery(own.order_by(F("ends_at").desc(nulls_first=True)).values("ends_at")[:1]),
        ),
        features=partial(_consultation_features, town),
        place="area__geometry",
        shape="MultiPolygon",
        period=Period("begins", "ends"),
        page=f"/{town.slug}/consultations/",
    )


def _consultation_features(town: Municipality, rows: Sequence[Process]) -> list[Feature]:
    return [
        Feature(
            row.pk,
            row.area.geometry if row.area else None,
            {
                **named(row.names, town.languages),
                "number": row.number,
                "published_at": row.published_at,
                "begins_at": row.begins,  # type: ignore[attr-defined]
                "ends_at": row.ends,  # type: ignore[attr-defined]
                "page": _page(town, row.pk),
            },
        )
        for row in rows
    ]


def _parts(town: Municipality) -> Collection:
    published = Process.objects.in_municipality(town).published().order_by()
    rows = ProjectPart.objects.filter(layer__process__in=published)
    return Collection(
        code="project-parts",
        title=_("Drawings of projects"),
        about=_("Stops, sections and areas of what the town consults its residents on."),
        columns=(
            *name_columns(town.languages),
            Column("code", _("Code"), lookup="code"),
            Column("kind", _("Kind"), lookup="kind"),
            Column("consultation", _("Consultation"), Type.WHOLE, "layer__process_id"),
            Column("layer", _("Layer"), lookup="layer__code"),
            Column("layer_name", _("Name of the layer")),
            Column("layer_kind", _("Kind of layer"), lookup="layer__kind"),
            Column("page", _("Page")),
        ),
        rows=rows.select_related("layer"),
        features=partial(_part_features, town),
        place="geometry",
    )


def _part_features(town: Municipality, rows: Sequence[ProjectPart]) -> list[Feature]:
    return [
        Feature(
            row.pk,
            row.geometry,
            {
                **named(row.names, town.languages),
                "code": row.code,
                "kind": row.kind,
                "consultation": row.layer.process_id,
                "layer": row.layer.code,
                "layer_name": in_language(
                    row.layer.names, town.languages, language=town.languages[0]
                ),
                "layer_kind": row.layer.kind,
                "page": _page(town, row.layer.process_id),
            },
        )
        for row in rows
    ]


def _page(town: Municipality, number: int) -> str:
    return f"/{town.slug}/consultations/{number}/"
