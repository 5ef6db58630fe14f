"""Lets the lamps of a demonstration's neighbourhood be off, with the reports that belong to it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from accounts.models import User
from departments.models import Department, Membership, Works
from incidents.models import Category
from incidents.services.outages import absorb, set_scope
from incidents.services.recording import SYSTEM
from incidents.services.reporting import NewReport, submit_report
from zones.days import civil_day
from zones.models import Municipality, ZoneShape

BEGAN = dt.timedelta(hours=30)
LASTS = dt.timedelta(days=3)


def load_demo_outage(
    municipality: Municipality,
    facts: Mapping[str, Any],
    texts: Mapping[str, Any],
    now: dt.datetime,
    reports: Sequence[NewReport],
) -> None:
    """Enter the interruption; the reports come in an hour apart, each beside its middle."""
    today = civil_day(now, municipality.timezone)
    kind, _colon, code = facts["zone"].partition(":")
    shapes = ZoneShape.objects.in_municipality(municipality).of_kind(kind).in_force(today)
    area = shapes.get(zone__code=code).geometry
    works = Works.objects.create(
        municipality=municipality,
        owner=Department.objects.get(municipality=municipality, code=facts["owner"]),
        kind=Works.Kind.OUTAGE,
        names=texts["names"],
        texts=texts["texts"],
        geometry=area,
        starts_on=today - dt.timedelta(days=1),
        ends_on=today + LASTS,
        created_at=now - BEGAN,
    )
    kinds = Category.objects.in_municipality(municipality).filter(code__in=facts["categories"])
    scope = set_scope(
        works=works, categories=kinds, actor=_dispatcher(municipality), now=now - BEGAN
    )
    for number, report in enumerate(reports, 1):
        place = area.point_on_surface
        place.x += number * 0.0007
        moment = now - BEGAN + dt.timedelta(hours=number)
        submit_report(
            municipality=municipality,
            report=replace(report, geometry=place),
            actor=SYSTEM,
            now=moment,
        )
    absorb(scope=scope, actor=SYSTEM, now=now - dt.timedelta(hours=20))


def _dispatcher(municipality: Municipality) -> User:
    held = Membership.objects.in_municipality(municipality).filter(role="dispatcher")
    return held.select_related("user").order_by("pk")[0].user
