"""What departments publish: their works."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext_lazy as _

from departments.models import Works
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
    """Works that residents may see, also those that are over."""
    town = asked.town
    rows = Works.objects.in_municipality(town).public().select_related("owner")
    return [
        Collection(
            code="works",
            title=_("Works"),
            about=_("Repairs, improvements, interruptions, projects and events of the town."),
            columns=(
                *name_columns(town.languages),
                Column("kind", _("Kind"), lookup="kind"),
                Column("department", _("Department"), lookup="owner__code"),
                Column("department_name", _("Name of the department")),
                Column("starts_on", _("From"), Type.DAY, "starts_on"),
                Column("ends_on", _("Until, this day not included"), Type.DAY, "ends_on"),
                Column("page", _("Page")),
            ),
            rows=rows,
            features=partial(_features, town),
            place="geometry",
            period=Period("starts_on", "ends_on", is_day=True),
            page=f"/{town.slug}/nearby/",
        )
    ]


def _features(town: Municipality, rows: Sequence[Works]) -> list[Feature]:
    return [
        Feature(
            row.pk,
            row.geometry,
            {
                **named(row.names, town.languages),
                "kind": row.kind,
                "department": row.owner.code,
                "department_name": in_language(
                    row.owner.names, town.languages, language=town.languages[0]
                ),
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "page": f"/{town.slug}/nearby/works/{row.pk}/",
            },
        )
        for row in rows
    ]
