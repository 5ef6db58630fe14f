"""What the API is asked about places and texts, and the shape of its answers."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from geo.errors import GeometryRefused
from zones.api.parameters import read_near, read_point

LONGEST_QUERY = 200
SUGGESTION_KINDS = {
    "street": _("street"),
    "address": _("address"),
    "block": _("block"),
    "quarter": _("quarter"),
    "settlement": _("settlement"),
    "place": _("place"),
}


class Question(serializers.Serializer[Any]):
    """Query parameters that must all be known ones."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Refuse unknown parameters, then read the known ones."""
        unknown = set(data) - set(self.fields) - {"format"}
        if unknown:
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {
                    name: [
                        ErrorDetail(
                            gettext("There is no such parameter. Known are: %s.") % known,
                            code="unknown_parameter",
                        )
                    ]
                    for name in sorted(unknown)
                }
            )
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class SearchQuestion(Question):
    """Text as typed so far; `near` breaks ties."""

    q = serializers.CharField(
        allow_blank=True, max_length=LONGEST_QUERY, help_text=_("Text as typed so far.")
    )
    near = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text=_("longitude,latitude; breaks ties."),
    )
    limit = serializers.IntegerField(required=False, default=8, min_value=1, max_value=20)

    def validate_near(self, text: str) -> Point | None:
        """Read the point."""
        return read_near(text)


class GeocodeQuestion(Question):
    """A whole address as somebody wrote it."""

    q = serializers.CharField(max_length=LONGEST_QUERY, help_text=_("An address as written."))
    limit = serializers.IntegerField(required=False, default=5, min_value=1, max_value=20)


class PointQuestion(Question):
    """A point in EPSG:4326."""

    longitude = serializers.CharField(help_text=_("Decimal degrees, such as 26.37."))
    latitude = serializers.CharField(help_text=_("Decimal degrees, such as 46.93."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the point together; a fault names the parameter."""
        try:
            return {**attrs, "point": read_point(attrs["longitude"], attrs["latitude"])}
        except GeometryRefused as error:
            detail = ErrorDetail(" ".join(error.messages), code=error.code)
            raise serializers.ValidationError({error.path or "longitude": [detail]}) from error


class LocateQuestion(PointQuestion):
    """A point, and a day for the zones of another time."""

    on = serializers.DateField(
        required=False, default=None, help_text=_("Day on which the zones are in force.")
    )


class SuggestionSerializer(serializers.Serializer[Any]):
    """Something the typed text may become."""

    label = serializers.CharField()  # type: ignore[assignment] # the base class has a label too
    kind = serializers.ChoiceField(choices=list(SUGGESTION_KINDS))
    kind_label = serializers.CharField()
    precision = serializers.CharField()
    score = serializers.FloatField()
    street_id = serializers.IntegerField(allow_null=True)
    address_id = serializers.IntegerField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    latitude = serializers.FloatField(allow_null=True)
    url = serializers.CharField()


class SearchAnswer(serializers.Serializer[Any]):
    """Suggestions, best first."""

    results = SuggestionSerializer(many=True)


class GeocodedSerializer(serializers.Serializer[Any]):
    """Where an address lies and how exactly; several with `ambiguous` are equally good."""

    label = serializers.CharField()  # type: ignore[assignment] # the base class has a label too
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    precision = serializers.CharField()
    score = serializers.FloatField()
    street_id = serializers.IntegerField(allow_null=True)
    address_id = serializers.IntegerField(allow_null=True)
    ambiguous = serializers.BooleanField()
    distance_m = serializers.FloatField(allow_null=True)
    locality = serializers.CharField()
    postal_code = serializers.CharField()
    beside = serializers.ListField(
        child=serializers.IntegerField(allow_null=True),
        help_text=_("Known house numbers below and above an interpolated one."),
    )
    kind = serializers.CharField()


class GeocodeAnswer(serializers.Serializer[Any]):
    """Answers, best first; none means that the register has no such address."""

    results = GeocodedSerializer(many=True)


class ReverseAnswer(serializers.Serializer[Any]):
    """The nearest address or street; null when none is near."""

    result = GeocodedSerializer(allow_null=True)


class LocatedZoneSerializer(serializers.Serializer[Any]):
    """A zone the point lies in."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField())
    basis = serializers.CharField()
    is_synthetic = serializers.BooleanField()
    area_m2 = serializers.FloatField()
    url = serializers.CharField()


class LocatedStreetSerializer(serializers.Serializer[Any]):
    """The street whose strip of land the point lies in."""

    id = serializers.IntegerField()
    zone_id = serializers.IntegerField()
    name = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField())
    basis = serializers.CharField()
    url = serializers.CharField()


class NearestAddressSerializer(serializers.Serializer[Any]):
    """The nearest address of the register, at most 100 m away."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment] # the base class has a label too
    street_id = serializers.IntegerField(allow_null=True)
    distance_m = serializers.FloatField()
    quality = serializers.CharField()
    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    url = serializers.CharField()


class LocateAnswer(serializers.Serializer[Any]):
    """What a point belongs to; outside the municipality `inside` is false."""

    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    inside = serializers.BooleanField()
    zones = LocatedZoneSerializer(many=True)
    street = LocatedStreetSerializer(allow_null=True)
    nearest_address = NearestAddressSerializer(allow_null=True)
