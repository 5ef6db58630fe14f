"""The small file of a town with which a phone says where it is: areas, kinds of faults, rules."""

import datetime as dt
import json
from typing import Any

from django.core.cache import cache

from incidents.competence_brief import Brief, brief_rules
from zones.models import Municipality, ZoneKind
from zones.outlines import TRUSTED_FROM_M, light_shape, light_zones

KEPT_S = 900
_NO_RULES = Brief([], [], [], set())


def ground_file(municipality: Municipality, on: dt.date) -> str:
    """JSON, the same for everybody; made anew each quarter of an hour. Five queries then."""
    key = f"portal.phone_ground.{municipality.pk}.{municipality.register_version}.{on}"
    made = cache.get(key)
    if made is None:
        told = ground(municipality, on)
        made = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        cache.set(key, made, KEPT_S)
    return str(made)


def ground(municipality: Municipality, on: dt.date) -> dict[str, Any]:
    """What `ground_file` writes."""
    brief = brief_rules(municipality, on) if "reports" in municipality.modules else _NO_RULES
    outline = municipality.outline
    kinds = ZoneKind.objects.in_municipality(municipality).areas().order_by("pk")
    return {
        "trusted_m": TRUSTED_FROM_M,
        "outline": light_shape(outline, municipality.metric_srid) if outline else None,
        "kinds": [{"code": one.code, "names": one.names} for one in kinds],
        "zones": [
            {
                "id": one.zone_id,
                "kind": one.kind_code,
                "names": one.names,
                "polygons": one.polygons,
            }
            for one in light_zones(municipality, on, also=brief.zones)
        ],
        "categories": brief.categories,
        "departments": brief.departments,
        "rules": brief.rules,
    }
