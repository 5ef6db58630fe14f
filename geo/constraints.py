"""Constraints that rows of several apps carry alike, so that no way in can skip them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import BaseConstraint, CheckConstraint, F, Func, Q, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from geo.functions import XMax, XMin, YMax, YMin


def geometry_checks(field: str, name: str) -> list[BaseConstraint]:
    """Constraints for a geometry column in EPSG:4326: finite, inside the world, valid, not empty.

    ST_IsValid is true for POINT(NaN NaN), and the box of a line skips a NaN in its middle, so it
    takes both: validity refuses NaN among several vertices, the bounds refuse a NaN or infinite
    point (PostgreSQL sorts NaN above every number). NULL passes all three.

    Args:
        field: name of the geometry field.
        name: start of the constraint names, unique in the database, at most 50 characters.
    """
    inside = (
        Q(GreaterThanOrEqual(XMin(field), -180.0))
        & Q(LessThanOrEqual(XMax(field), 180.0))
        & Q(GreaterThanOrEqual(YMin(field), -90.0))
        & Q(LessThanOrEqual(YMax(field), 90.0))
    )
    return [
        CheckConstraint(
            condition=inside,
            name=f"{name}_bounds",
            violation_error_code="geometry_bounds",
            violation_error_message=_(
                "The shape has coordinates outside the world or not numbers. Give longitude "
                "between -180 and 180 and latitude between -90 and 90."
            ),
        ),
        CheckConstraint(
            condition=Q(**{f"{field}__isvalid": True}),
            name=f"{name}_valid",
            violation_error_code="geometry_invalid",
            violation_error_message=_(
                "The shape crosses or touches itself. Draw its border again so that no two parts "
                "of it meet."
            ),
        ),
        CheckConstraint(
            condition=Q(**{f"{field}__isempty": False}),
            name=f"{name}_filled",
            violation_error_code="geometry_empty",
            violation_error_message=_("The shape is empty. Draw at least one point."),
        ),
    ]


def one_at_a_time(of: str, name: str) -> ExclusionConstraint:
    """Rows of one `of` do not overlap in time: [valid_from, valid_until), open-ended while null."""
    period = Func(
        F("valid_from"),
        F("valid_until"),
        Value("[)"),
        function="daterange",
        output_field=DateRangeField(),
    )
    return ExclusionConstraint(
        name=name,
        expressions=[(of, RangeOperators.EQUAL), (period, RangeOperators.OVERLAPS)],
    )
