"""The shapes of the API's answers and questions; rows become GeoJSON in EPSG:4326."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from zones.labels import address_label
from zones.models import Address, AddressPlacement, Place, PostalRange, Street, ZoneKind, ZoneShape
from zones.paths import address_path, street_path, zone_path


class NamesField(serializers.DictField):
    """{language: text}."""

    child = serializers.CharField()


class KindSerializer(serializers.ModelSerializer[ZoneKind]):
    """A kind of zone."""

    name = serializers.CharField(read_only=True)
    names = NamesField()
    zone_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = ZoneKind
        fields = ["code", "name", "names", "is_partition", "zone_count"]


class ZoneSerializer(GeoFeatureModelSerializer):  # type: ignore[misc] # the package is not typed
    """A zone with the shape it has on the day asked for; `id` is the lasting one of the zone."""

    id = serializers.IntegerField(source="zone_id")
    kind = serializers.CharField(source="zone.kind.code")
    code = serializers.CharField(source="zone.code")
    name = serializers.CharField(source="zone.name")
    names = NamesField(source="zone.names")
    parent = serializers.IntegerField(source="zone.parent_id", allow_null=True)
    is_synthetic = serializers.BooleanField(source="edition.dataset.is_synthetic")
    source = serializers.CharField(source="edition.dataset.source")
    licence = serializers.CharField(source="edition.dataset.licence")
    url = serializers.SerializerMethodField()

    class Meta:
        model = ZoneShape
        geo_field = "geometry"
        id_field = "id"
        fields = [
            "id", "kind", "code", "name", "names", "parent", "area_m2", "valid_from",
            "valid_until", "is_synthetic", "source", "licence", "url",
        ]  # fmt: skip

    def get_url(self, shape: ZoneShape) -> str:
        """Path of the zone's page."""
        return zone_path(self.context["town"].slug, shape.zone_id)


class PastShapeSerializer(serializers.ModelSerializer[ZoneShape]):
    """One shape in a zone's history, without its geometry."""

    source = serializers.CharField(source="edition.dataset.source")  # type: ignore[assignment]
    licence = serializers.CharField(source="edition.dataset.licence")
    dated_on = serializers.DateField(source="edition.dataset.dated_on", allow_null=True)

    class Meta:
        model = ZoneShape
        fields = ["valid_from", "valid_until", "area_m2", "source", "licence", "dated_on"]


class ZoneDetailSerializer(ZoneSerializer):
    """A zone with the dates and sources of all its shapes, oldest first."""

    history = serializers.SerializerMethodField()

    class Meta(ZoneSerializer.Meta):
        fields = [*ZoneSerializer.Meta.fields, "history"]

    def get_history(self, shape: ZoneShape) -> list[dict[str, Any]]:
        """Shapes of the zone in the order of their days."""
        rows = (
            shape.zone.shapes.defer("geometry")
            .select_related("edition__dataset")
            .order_by("valid_from")
        )
        return list(PastShapeSerializer(rows, many=True).data)


class StreetSerializer(GeoFeatureModelSerializer):  # type: ignore[misc] # the package is not typed
    """A street; its geometry is the axis, or null where none is known."""

    name = serializers.CharField(read_only=True)
    names = NamesField()
    variants = serializers.ListField(child=serializers.CharField())
    zone = serializers.IntegerField(source="zone_id", allow_null=True)
    is_synthetic = serializers.BooleanField(source="dataset.is_synthetic")
    source = serializers.CharField(source="dataset.source")
    licence = serializers.CharField(source="dataset.licence")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Street
        geo_field = "axis"
        id_field = "id"
        fields = [
            "id", "code", "type_code", "name", "names", "variants", "locality", "zone",
            "is_synthetic", "source", "licence", "url",
        ]  # fmt: skip

    def get_url(self, street: Street) -> str:
        """Path of the street's page."""
        return street_path(self.context["town"].slug, street.pk)


class PostalRangeSerializer(serializers.ModelSerializer[PostalRange]):
    """House numbers that share a postal code; no upper number means to the end."""

    class Meta:
        model = PostalRange
        fields = ["parity", "number_from", "number_to", "block", "postal_code"]


class StreetDetailSerializer(StreetSerializer):
    """A street with its postal ranges."""

    postal_ranges = PostalRangeSerializer(many=True)

    class Meta(StreetSerializer.Meta):
        fields = [*StreetSerializer.Meta.fields, "postal_ranges"]


class AddressSerializer(GeoFeatureModelSerializer):  # type: ignore[misc] # the package is not typed
    """An address of the register in the parts of ISO 19160, with its point."""

    label = serializers.SerializerMethodField()
    street = serializers.IntegerField(source="street_id", allow_null=True)
    is_synthetic = serializers.BooleanField(source="dataset.is_synthetic")
    source = serializers.CharField(source="dataset.source")
    licence = serializers.CharField(source="dataset.licence")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Address
        geo_field = "location"
        id_field = "id"
        fields = [
            "id", "label", "street", "thoroughfare", "address_number", "block", "entrance",
            "quarter", "locality", "postal_code", "position_quality", "is_synthetic", "source",
            "licence", "url",
        ]  # fmt: skip

    def get_label(self, address: Address) -> str:
        """The address in one line."""
        # The town is known; following the key would read its whole row for every address.
        address.municipality = self.context["town"]
        return address_label(address, with_locality=True)

    def get_url(self, address: Address) -> str:
        """Path of the page about the address."""
        return address_path(self.context["town"].slug, address.pk)


class PlacementSerializer(serializers.ModelSerializer[AddressPlacement]):
    """The zone of one kind an address belongs to, and why."""

    kind = serializers.CharField(source="kind.code")
    code = serializers.CharField(source="zone.code")
    name = serializers.CharField(source="zone.name")

    class Meta:
        model = AddressPlacement
        fields = ["zone", "kind", "code", "name", "basis", "valid_from"]


class AddressDetailSerializer(AddressSerializer):
    """An address with the zones it belongs to now."""

    zones = serializers.SerializerMethodField()

    class Meta(AddressSerializer.Meta):
        fields = [*AddressSerializer.Meta.fields, "zones"]

    def get_zones(self, address: Address) -> list[dict[str, Any]]:
        """Placements in force, by kind."""
        rows = (
            AddressPlacement.objects.filter(address=address)
            .current()
            .select_related("kind", "zone")
            .order_by("kind__code")
        )
        return list(PlacementSerializer(rows, many=True).data)


class PlaceSerializer(GeoFeatureModelSerializer):  # type: ignore[misc] # the package is not typed
    """A named point people know."""

    name = serializers.CharField(read_only=True)
    names = NamesField()
    is_synthetic = serializers.BooleanField(source="dataset.is_synthetic")
    source = serializers.CharField(source="dataset.source")
    licence = serializers.CharField(source="dataset.licence")

    class Meta:
        model = Place
        geo_field = "location"
        id_field = "id"
        fields = [
            "id", "kind", "name", "names", "position_quality", "is_synthetic", "source", "licence",
        ]  # fmt: skip
