"""Lists and single rows of the register as GeoJSON or CSV; questions about places are elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from zones.api import serializers
from zones.api.filters import (
    AddressFilter,
    PlaceFilter,
    StreetFilter,
    TownFilterBackend,
    ZoneFilter,
)
from zones.api.pages import Pages
from zones.api.renderers import CSVRenderer, GeoJSONRenderer
from zones.api.towns import VersionedView
from zones.days import civil_day
from zones.models import Address, Municipality, Place, Street, ZoneKind, ZoneShape
from zones.querysets import ZoneShapeQuerySet

Row = TypeVar("Row", bound=Model)


class RegisterList(VersionedView, ListModelMixin):
    """A filtered list in pages; `?format=` json, geojson or csv."""

    renderer_classes: tuple[type[BaseRenderer], ...] = (JSONRenderer, GeoJSONRenderer, CSVRenderer)
    pagination_class = Pages
    filter_backends: tuple[type[TownFilterBackend], ...] = (TownFilterBackend,)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """One page, or 304 when the reader has it already."""
        return self.known_already() or self.list(request, *args, **kwargs)


class RegisterRow(VersionedView, RetrieveModelMixin):
    """One row."""

    renderer_classes = (JSONRenderer, GeoJSONRenderer)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The row, or 304 when the reader has it already."""
        return self.known_already() or self.retrieve(request, *args, **kwargs)


class KindList(RegisterList):
    """Kinds of zone and how many zones of each are in force."""

    queryset = ZoneKind.objects.none()
    serializer_class = serializers.KindSerializer
    renderer_classes = (JSONRenderer, CSVRenderer)
    filter_backends = ()

    def get_queryset(self) -> QuerySet[ZoneKind]:
        """Kinds of the town by code."""
        today = civil_day(timezone.now(), self.town.timezone)
        in_force = Q(zones__shapes__valid_from__lte=today) & (
            Q(zones__shapes__valid_until__isnull=True) | Q(zones__shapes__valid_until__gt=today)
        )
        return (
            ZoneKind.objects.in_municipality(self.town)
            .annotate(zone_count=Count("zones", filter=in_force, distinct=True))
            .order_by("code")
        )


class ZoneList(RegisterList):
    """Zones with the shapes they have on a day, today unless `on` says another."""

    queryset = ZoneShape.objects.none()
    serializer_class = serializers.ZoneSerializer
    filterset_class = ZoneFilter

    def get_queryset(self) -> QuerySet[ZoneShape]:
        """Shapes of the town by zone."""
        return _shapes(self.town).order_by("zone_id")


def _shapes(town: Municipality) -> ZoneShapeQuerySet:
    found = ZoneShape.objects.in_municipality(town)
    return found.select_related("zone__kind", "edition__dataset").defer("edition__report")


ON = OpenApiParameter("on", OpenApiTypes.DATE, description="Day on which the shape is in force.")


@extend_schema_view(get=extend_schema(parameters=[ON]))
class ZoneDetail(RegisterRow):
    """A zone with its shape on a day and the history of its shapes."""

    queryset = ZoneShape.objects.none()
    serializer_class = serializers.ZoneDetailSerializer

    def get_object(self) -> ZoneShape:
        """The shape in force on the day asked for."""
        on = _day(self.request) or civil_day(timezone.now(), self.town.timezone)
        found = _shapes(self.town).in_force(on).filter(zone=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(
                _("There is no such zone, or it has no shape on that day. Ask with another “on”.")
            )
        return found


def _day(request: Request) -> dt.date | None:
    """The parameter `on`.

    Raises:
        ValidationError: it is not a date.
    """
    text = request.query_params.get("on", "")
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValidationError({"on": _("Give a date such as 2026-05-31.")}, code="date") from error


class StreetList(RegisterList):
    """Streets by their number."""

    queryset = Street.objects.none()
    serializer_class = serializers.StreetSerializer
    filterset_class = StreetFilter

    def get_queryset(self) -> QuerySet[Street]:
        """Streets of the town."""
        return Street.objects.in_municipality(self.town).select_related("dataset").order_by("pk")


class StreetDetail(RegisterRow):
    """A street with its postal ranges."""

    queryset = Street.objects.none()
    serializer_class = serializers.StreetDetailSerializer

    def get_object(self) -> Street:
        """The street of the town."""
        found = Street.objects.in_municipality(self.town).select_related("dataset")
        return _row(found.prefetch_related("postal_ranges"), self.kwargs["pk"])


class AddressList(RegisterList):
    """Addresses of the register by their number."""

    queryset = Address.objects.none()
    serializer_class = serializers.AddressSerializer
    filterset_class = AddressFilter

    def get_queryset(self) -> QuerySet[Address]:
        """Addresses of the town."""
        return _addresses(self.town).order_by("pk")


class AddressDetail(RegisterRow):
    """An address with the zones it belongs to."""

    queryset = Address.objects.none()
    serializer_class = serializers.AddressDetailSerializer

    def get_object(self) -> Address:
        """The address of the town."""
        return _row(_addresses(self.town), self.kwargs["pk"])


def _addresses(town: Municipality) -> QuerySet[Address]:
    found = Address.objects.in_municipality(town)
    return found.select_related("street", "dataset").defer("street__axis")


def _row(rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such row in this municipality. Look for it in the list."))
    return found


class PlaceList(RegisterList):
    """Named places by their number."""

    queryset = Place.objects.none()
    serializer_class = serializers.PlaceSerializer
    filterset_class = PlaceFilter

    def get_queryset(self) -> QuerySet[Place]:
        """Places of the town."""
        return Place.objects.in_municipality(self.town).select_related("dataset").order_by("pk")
