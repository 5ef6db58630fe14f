"""Which vehicle serves which line, and from when: a vehicle is rated with the line it serves."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from departments.models import Membership
from sign_registry.models import Site, VehicleAssignment
from zones.services.history import Subject, record_change


@transaction.atomic
def assign_vehicle(
    *,
    vehicle: Site,
    line: Site,
    starts_at: dt.datetime,
    ends_at: dt.datetime | None = None,
    actor: Membership | None,
    now: dt.datetime,
) -> VehicleAssignment:
    """Let a vehicle serve a line during [starts_at, ends_at); without an end until further notice.

    Raises:
        ValidationError: `not_a_vehicle`, `not_a_line`, `foreign_line`, `ends_before`; `overlap`
            when the vehicle serves some line during that time already.
    """
    _check(vehicle, line, starts_at, ends_at)
    Site.objects.select_for_update(of=("self",)).get(pk=vehicle.pk)
    period = DateTimeTZRange(starts_at, ends_at, "[)")
    held = vehicle.assignments.filter(period__overlap=period).select_related("line").first()
    if held:
        raise ValidationError(
            _("%(vehicle)s already serves %(line)s during that time. End that first.")
            % {"vehicle": vehicle.name, "line": held.line.name},
            code="overlap",
        )
    assignment = VehicleAssignment.objects.create(vehicle=vehicle, line=line, period=period)
    _record(assignment, None, line.code, actor, now)
    return assignment


@transaction.atomic
def end_assignment(
    *, vehicle: Site, at: dt.datetime, actor: Membership | None, now: dt.datetime
) -> VehicleAssignment:
    """Take a vehicle off the line it serves at a moment.

    Raises:
        ValidationError: `not_serving` when it serves none then, or only from that moment on.
    """
    held = (
        VehicleAssignment.objects.at(at)
        .select_for_update(of=("self",))
        .select_related("line", "vehicle__municipality")
        .filter(vehicle=vehicle)
        .first()
    )
    if held is None or held.period.lower == at:
        raise ValidationError(_("The vehicle serves no line then."), code="not_serving")
    held.period = DateTimeTZRange(held.period.lower, at, "[)")
    held.save(update_fields=["period"])
    _record(held, held.line.code, "", actor, now)
    return held


def serve_lines(
    *, wanted: Mapping[Site, Site], since: dt.date, timezone: str, now: dt.datetime
) -> int:
    """Let many vehicles serve their lines; one that served another line changes over at `now`.

    Args:
        wanted: {vehicle: line}, of one town and of the right kinds.
        since: first day, in that `timezone`, of vehicles that never served a line.

    Returns:
        how many services began.
    """
    latest: dict[int, VehicleAssignment] = {}
    for held in VehicleAssignment.objects.filter(vehicle__in=wanted).order_by("period"):
        latest[held.vehicle_id] = held
    begin = min(dt.datetime.combine(since, dt.time(), ZoneInfo(timezone)), now)
    fresh = []
    for vehicle, line in wanted.items():
        last = latest.get(vehicle.pk)
        serves = last is not None and last.period.upper is None
        if last is not None and serves and last.line_id == line.pk:
            continue
        if serves:
            end_assignment(vehicle=vehicle, at=now, actor=None, now=now)
        period = DateTimeTZRange(now if last else begin, None, "[)")
        fresh.append(VehicleAssignment(vehicle=vehicle, line=line, period=period))
    VehicleAssignment.objects.bulk_create(fresh)
    return len(fresh)


def _check(vehicle: Site, line: Site, starts_at: dt.datetime, ends_at: dt.datetime | None) -> None:
    if vehicle.kind != Site.Kind.VEHICLE:
        raise ValidationError(_("This is not a vehicle. Choose a vehicle."), code="not_a_vehicle")
    if line.kind != Site.Kind.LINE:
        raise ValidationError(_("This is not a line. Choose a line."), code="not_a_line")
    if line.municipality_id != vehicle.municipality_id:
        raise ValidationError(
            _("This line belongs to another municipality. Choose one of this town."),
            code="foreign_line",
        )
    if ends_at is not None and ends_at <= starts_at:
        raise ValidationError(
            _("The service ends before it begins. Give a later end."), code="ends_before"
        )


def _record(
    assignment: VehicleAssignment,
    before: str | None,
    after: str,
    actor: Membership | None,
    now: dt.datetime,
) -> None:
    vehicle = assignment.vehicle
    record_change(
        municipality=vehicle.municipality,
        subject=Subject("vehicle_line", vehicle.code, vehicle.name),
        before=None if before is None else {"line": before},
        after={"line": after},
        actor=actor.user if actor else None,
        now=now,
    )
