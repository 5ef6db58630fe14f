"""Rows as GeoReport v2 names them; what is shown of a report, `present/public.py` decides."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from incidents.models import Attachment, Category, Incident
from incidents.present.public import PublicReport, area_names, public_reports, term_of
from incidents.workflow import ENDED, Outcome, Status
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language

DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


def service_row(category: Category, town: Municipality) -> dict[str, Any]:
    """One line of the list of services."""
    order = town.languages
    words = in_language(category.words, order) if category.words else []
    return {
        "service_code": category.code,
        "service_name": in_language(category.names, order),
        "description": in_language(category.hints, order) if category.hints else "",
        "metadata": bool(category.questions),
        "type": "realtime",
        "keywords": ",".join(str(word).replace(",", " ") for word in words),
        "group": in_language(category.parent.names, order) if category.parent else "",
    }


def definition(category: Category, town: Municipality) -> dict[str, Any]:
    """The questions of one service."""
    order = town.languages
    attributes = []
    for number, row in enumerate(category.questions, start=1):
        kind = row.get("datatype")
        attributes.append(
            {
                "variable": True,
                "code": str(row["code"]),
                "datatype": kind if kind in DATATYPES else "string",
                "required": bool(row.get("is_required")),
                "datatype_description": "",
                "order": number,
                "description": in_language(row["names"], order),
                "values": [
                    {"key": str(one["key"]), "name": in_language(one["names"], order)}
                    for one in row.get("values") or ()
                ],
            }
        )
    return {"service_code": category.code, "attributes": attributes}


def public_rows(
    rows: Iterable[Incident], town: Municipality, picture_url: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Public reports, as everybody may read them."""
    return [_row(seen, town, picture_url) for seen in public_reports(rows, town, area_names(town))]


def own_rows(
    rows: Iterable[Incident], town: Municipality, picture_url: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Reports for the program that sent them, or the body they were sent to: as they are.

    Their words with personal details covered, their exact place; no name and no contact.
    """
    found = list(rows)
    words = dict(
        Attachment.objects.filter(
            incident__in=[row.pk for row in found], role=Attachment.Role.DESCRIPTION
        ).values_list("incident", "submission__text")
    )
    return [_row(_as_it_is(row, town, words.get(row.pk, "")), town, picture_url) for row in found]


def _as_it_is(row: Incident, town: Municipality, words: str) -> PublicReport:
    order, term = town.languages, term_of(row)
    ended_at = row.answered_at or row.closed_at
    return PublicReport(
        pk=row.pk,
        reference=row.reference,
        category=in_language(row.category.names, order) if row.category else "",
        category_code=row.category.code if row.category else "",
        status=row.status,
        status_label=str(Status(row.status).label),
        outcome=str(dict(Outcome.choices).get(row.outcome, "")),
        place=row.place_text,
        geometry=row.geometry,
        is_rough=False,
        words=words,
        pictures=(),
        department=in_language(row.department.names, order) if row.department else "",
        department_code=row.department.code if row.department else "",
        reported_at=row.reported_at,
        reported_on=civil_day(row.reported_at, town.timezone),
        changed_at=row.changed_at,
        ended_on=civil_day(ended_at, town.timezone) if ended_at else None,
        due_on=term.due_on if term else None,
        due_at=term.due_at if term else None,
    )


def _row(
    seen: PublicReport, town: Municipality, picture_url: Callable[[int], str]
) -> dict[str, Any]:
    zone = ZoneInfo(town.timezone)
    point = seen.point
    return {
        "service_request_id": seen.reference,
        "status": "closed" if seen.status in ENDED else "open",
        "status_notes": seen.outcome or seen.status_label,
        "service_name": seen.category,
        "service_code": seen.category_code,
        "description": seen.words or None,
        "agency_responsible": seen.department or None,
        "service_notice": None,
        "requested_datetime": _moment(seen.reported_at, zone),
        "updated_datetime": _moment(seen.changed_at, zone),
        "expected_datetime": _expected(seen, zone),
        "address": seen.place or None,
        "address_id": None,
        "zipcode": None,
        "lat": round(point.y, 7) if point else None,
        "long": round(point.x, 7) if point else None,
        "media_url": picture_url(seen.pictures[0].pk) if seen.pictures else None,
    }


def _moment(at: dt.datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(microsecond=0).isoformat()


def _expected(seen: PublicReport, zone: ZoneInfo) -> str | None:
    """When the term ends: its hour, else the last second of its day in the town."""
    if seen.due_at is not None:
        return _moment(seen.due_at, zone)
    if seen.due_on is None:
        return None
    return _moment(dt.datetime.combine(seen.due_on, dt.time(23, 59, 59), zone), zone)
