"""Which rows of a list are asked for; an unknown or wrong parameter is refused, never ignored."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from zones.api.parameters import BoxField
from zones.days import civil_day
from zones.models import Address, Municipality, Place, Street, ZoneShape
from zones.querysets import ZoneShapeQuerySet, names_hold

#: Parameters that every list understands beside its filters.
SHARED = frozenset({"limit", "offset", "format"})
LONGEST_TEXT = 100


class BoxFilter(df.Filter):  # type: ignore[misc] # the package is not typed
    """west,south,east,north in degrees: rows whose geometry shares a point with the box."""

    field_class = BoxField

    def filter(self, qs: Any, value: Polygon | None) -> Any:
        """Keep rows that intersect the box."""
        return qs if value is None else qs.filter(**{f"{self.field_name}__intersects": value})


class TownFilterSet(df.FilterSet):  # type: ignore[misc] # the package is not typed
    """Filters that know the town and refuse parameters that they do not know."""

    def __init__(self, *args: Any, town: Municipality | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.town = town

    def is_valid(self) -> bool:
        """Whether every parameter is known and right."""
        form = self.form
        known = SHARED | set(self.filters)
        for name in sorted(set(self.data) - known):
            form.errors[name] = form.error_class(
                [
                    ValidationError(
                        gettext("There is no parameter “%(name)s”. Known are: %(known)s.")
                        % {"name": name[:40], "known": ", ".join(sorted(known))},
                        code="unknown_parameter",
                    )
                ]
            )
        return bool(form.is_valid())


class TownFilterBackend(DjangoFilterBackend):  # type: ignore[misc] # the package is not typed
    """Gives filters the town of the address."""

    def get_filterset_kwargs(
        self, request: Request | HttpRequest, queryset: QuerySet[Any], view: APIView
    ) -> dict[str, Any]:
        """The usual arguments and the town."""
        kwargs: dict[str, Any] = super().get_filterset_kwargs(request, queryset, view)
        return kwargs | {"town": getattr(view, "town", None)}


class ZoneFilter(TownFilterSet):
    """Zones with the shape they have on a day, today unless said."""

    kind = df.CharFilter(
        "zone__kind__code", label=_("Code of a kind of zone."), max_length=LONGEST_TEXT
    )
    q = df.CharFilter(
        method="named", label=_("Part of a name, in any language."), max_length=LONGEST_TEXT
    )
    bbox = BoxFilter("geometry", label=_("west,south,east,north in degrees."))
    on = df.DateFilter(method="ignore", label=_("Day on which the shapes are in force."))

    class Meta:
        model = ZoneShape
        fields: list[str] = []

    def named(self, queryset: ZoneShapeQuerySet, _name: str, text: str) -> ZoneShapeQuerySet:
        """Keep zones whose name holds the text."""
        return queryset.filter(names_hold(text, "zone__names"))

    def ignore(self, queryset: ZoneShapeQuerySet, _name: str, _on: Any) -> ZoneShapeQuerySet:
        """The day is used for every request, given or not: see `filter_queryset`."""
        return queryset

    def filter_queryset(self, queryset: ZoneShapeQuerySet) -> ZoneShapeQuerySet:
        """Keep shapes in force on the day asked for, else today in the town."""
        on = self.form.cleaned_data["on"]
        if on is None and self.town is not None:
            on = civil_day(timezone.now(), self.town.timezone)
        filtered: ZoneShapeQuerySet = super().filter_queryset(queryset)
        return filtered if on is None else filtered.in_force(on)


class StreetFilter(TownFilterSet):
    """Streets by name or place."""

    q = df.CharFilter(
        method="named",
        label=_("Part of a name or other spelling."),
        max_length=LONGEST_TEXT,
    )
    bbox = BoxFilter("axis", label=_("west,south,east,north in degrees."))

    class Meta:
        model = Street
        fields: list[str] = []

    def named(self, queryset: Any, _name: str, text: str) -> Any:
        """Keep streets whose name or other spelling holds the text."""
        return queryset.named_like(text)


class AddressFilter(TownFilterSet):
    """Addresses by street, zone, postal code, number or place."""

    street = df.NumberFilter(
        "street_id", label=_("Number of a street."), min_value=0, max_value=2**62
    )
    zone = df.NumberFilter(
        method="placed_in", label=_("Number of a zone."), min_value=0, max_value=2**62
    )
    postal_code = df.CharFilter(label=_("Postal code."), max_length=12)
    number = df.CharFilter("address_number", label=_("House number."), max_length=30)
    bbox = BoxFilter("location", label=_("west,south,east,north in degrees."))

    class Meta:
        model = Address
        fields: list[str] = []

    def placed_in(self, queryset: Any, _name: str, zone_id: Any) -> Any:
        """Keep addresses placed in a zone now."""
        return queryset.filter(placements__zone=zone_id, placements__valid_until__isnull=True)


class PlaceFilter(TownFilterSet):
    """Named places by kind, name or place."""

    kind = df.CharFilter(label=_("Kind of place, such as school."), max_length=LONGEST_TEXT)
    q = df.CharFilter(
        method="named", label=_("Part of a name, in any language."), max_length=LONGEST_TEXT
    )
    bbox = BoxFilter("location", label=_("west,south,east,north in degrees."))

    class Meta:
        model = Place
        fields: list[str] = []

    def named(self, queryset: Any, _name: str, text: str) -> Any:
        """Keep places whose name holds the text."""
        return queryset.filter(names_hold(text))
