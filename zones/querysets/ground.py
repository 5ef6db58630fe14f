"""Questions about towns, zones, streets and addresses, chainable and in domain words.

Several answers about one point are normal: a neighbourhood and a street. Within one kind a tie is
resolved by the smallest area, then the lowest id, never by whichever row comes first.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.gis.db import models
from django.contrib.gis.db.models import Extent
from django.db.models import Count, F, Func, Q, Value
from django.db.models.functions import Coalesce, Collate

if TYPE_CHECKING:
    from django.contrib.gis.geos import GEOSGeometry, Point

    from zones.models.addresses import Address, AddressPlacement, Place, Street
    from zones.models.areas import Zone, ZoneEdition, ZoneKind, ZoneShape
    from zones.models.corrections import Correction
    from zones.models.history import SettingChange
    from zones.models.municipality import Dataset, Municipality
    from zones.models.tiles import LayerTile, TileBake


COLLATIONS = {"ro": "ro-x-icu", "bg": "bg-x-icu", "en": "en-x-icu"}


def collated(language: str, field: str = "names") -> Collate:
    """Sort by the name a reader sees, in the order their alphabet has (ICU collation)."""
    chosen = Func(
        F(field),
        Value(language),
        function="jsonb_extract_path_text",
        output_field=models.TextField(),
    )
    any_name = Func(
        F(field),
        function="jsonb_path_query_first",
        template="(%(function)s(%(expressions)s, '$.*') #>> '{}')",
        output_field=models.TextField(),
    )
    return Collate(Coalesce(chosen, any_name), COLLATIONS.get(language, "und-x-icu"))


def names_hold(text: str, field: str = "names") -> Q:
    """Match rows whose name in any language holds the text, whatever its case.

    A scan of the town's own rows: linear in its streets or zones, a few thousand at most.
    """
    held = Q()
    for language in COLLATIONS:
        held |= Q(**{f"{field}__{language}__icontains": text})
    return held


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    """Towns."""

    def with_module(self, module: str) -> MunicipalityQuerySet:
        """Keep towns that switched a module on."""
        return self.filter(modules__contains=[module])

    def real(self) -> MunicipalityQuerySet:
        """Keep towns that exist: copies to practise on are left out."""
        return self.filter(practice_of=None)


class DatasetQuerySet(models.QuerySet["Dataset"]):
    """Sources of data."""

    def in_municipality(self, municipality: Municipality) -> DatasetQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def attributions(self) -> models.QuerySet[Dataset, str]:
        """Tell the texts that licences oblige us to show, each once."""
        return (
            self.exclude(attribution="")
            .order_by("attribution")
            .values_list("attribution", flat=True)
            .distinct()
        )


class ZoneKindQuerySet(models.QuerySet["ZoneKind"]):
    """Kinds of zone."""

    def in_municipality(self, municipality: Municipality) -> ZoneKindQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def belonged_to(self) -> ZoneKindQuerySet:
        """Keep kinds an address can belong to: all but the built-up backdrop of the map."""
        return self.exclude(code="built")

    def areas(self) -> ZoneKindQuerySet:
        """Keep kinds people live in: no strips derived from streets, no built-up backdrop."""
        return self.belonged_to().exclude(code="street")


class ZoneQuerySet(models.QuerySet["Zone"]):
    """Zones, whatever shape they have."""

    def in_municipality(self, municipality: Municipality) -> ZoneQuerySet:
        """Keep those of one town."""
        return self.filter(kind__municipality=municipality)

    def of_kind(self, code: str) -> ZoneQuerySet:
        """Keep one kind by its code."""
        return self.filter(kind__code=code)

    def in_force(self, on: date) -> ZoneQuerySet:
        """Keep zones that have a shape on a day."""
        return self.filter(
            Q(shapes__valid_until__isnull=True) | Q(shapes__valid_until__gt=on),
            shapes__valid_from__lte=on,
        )

    def areas(self) -> ZoneQuerySet:
        """Keep areas people live in: no strips derived from streets, no built-up backdrop."""
        return self.exclude(kind__code__in=["built", "street"])

    def named_like(self, text: str) -> ZoneQuerySet:
        """Keep zones whose name in any language holds the text, without regard to case."""
        return self.filter(names_hold(text))

    def by_name(self, language: str) -> ZoneQuerySet:
        """Sort as a reader of the language expects, by the database's collation for it."""
        return self.order_by(collated(language), "pk")

    def with_address_count(self) -> ZoneQuerySet:
        """Annotate `address_count`: addresses placed there now. One grouped pass."""
        return self.annotate(
            address_count=Count(
                "placements", filter=Q(placements__valid_until__isnull=True), distinct=True
            )
        )


class ZoneEditionQuerySet(models.QuerySet["ZoneEdition"]):
    """Loads and edits of zones."""

    def in_municipality(self, municipality: Municipality) -> ZoneEditionQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def newest_of_each_kind(self) -> ZoneEditionQuerySet:
        """Keep the load of each kind that was done last."""
        return self.order_by("kind_id", "-loaded_at", "-pk").distinct("kind_id")


class ZoneShapeQuerySet(models.QuerySet["ZoneShape"]):
    """Areas over time."""

    def in_municipality(self, municipality: Municipality) -> ZoneShapeQuerySet:
        """Keep those of one town."""
        return self.filter(zone__kind__municipality=municipality)

    def of_kind(self, code: str) -> ZoneShapeQuerySet:
        """Keep one kind by its code."""
        return self.filter(zone__kind__code=code)

    def in_force(self, on: date) -> ZoneShapeQuerySet:
        """Keep shapes valid on a day: from it on, until the day before `valid_until`."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)

    def current(self) -> ZoneShapeQuerySet:
        """Keep shapes that nothing has replaced yet."""
        return self.filter(valid_until__isnull=True)

    def covering(self, point: Point) -> ZoneShapeQuerySet:
        """Keep areas the point lies in or on the edge of; smallest first, then lowest zone id."""
        return self.filter(geometry__covers=point).order_by("area_m2", "zone_id")

    def intersecting(self, geometry: GEOSGeometry) -> ZoneShapeQuerySet:
        """Keep areas that share at least one point with a geometry."""
        return self.filter(geometry__intersects=geometry)

    def named_like(self, text: str) -> ZoneShapeQuerySet:
        """Keep shapes of zones whose name in any language holds the text."""
        return self.filter(names_hold(text, "zone__names"))

    def by_name(self, language: str) -> ZoneShapeQuerySet:
        """Sort by the zone's name as a reader of the language expects."""
        return self.order_by(collated(language, "zone__names"), "zone_id")

    def extent(self) -> tuple[float, float, float, float] | None:
        """Tell west, south, east, north in degrees, or nothing when there is no shape."""
        answer: tuple[float, float, float, float] | None = self.aggregate(box=Extent("geometry"))[
            "box"
        ]
        return answer


class StreetQuerySet(models.QuerySet["Street"]):
    """Streets."""

    def in_municipality(self, municipality: Municipality) -> StreetQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def named_like(self, text: str) -> StreetQuerySet:
        """Keep streets whose name or other spelling holds the text, without regard to case."""
        return self.filter(names_hold(text) | Q(variants__icontains=text))

    def by_name(self, language: str) -> StreetQuerySet:
        """Sort as a reader of the language expects, by the database's collation for it."""
        return self.order_by(collated(language), "pk")

    def with_address_count(self) -> StreetQuerySet:
        """Annotate `address_count`: addresses that name the street."""
        return self.annotate(address_count=Count("addresses"))


class AddressQuerySet(models.QuerySet["Address"]):
    """The address register."""

    def in_municipality(self, municipality: Municipality) -> AddressQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def in_zone(self, zone: Zone) -> AddressQuerySet:
        """Keep addresses placed in a zone now."""
        return self.filter(placements__zone=zone, placements__valid_until__isnull=True)

    def on_street(self, street: Street) -> AddressQuerySet:
        """Keep addresses that name a street."""
        return self.filter(street=street)


class AddressPlacementQuerySet(models.QuerySet["AddressPlacement"]):
    """Where addresses belonged over time."""

    def in_municipality(self, municipality: Municipality) -> AddressPlacementQuerySet:
        """Keep those of one town."""
        return self.filter(address__municipality=municipality)

    def current(self) -> AddressPlacementQuerySet:
        """Keep placements in force."""
        return self.filter(valid_until__isnull=True)

    def as_of(self, moment: datetime) -> AddressPlacementQuerySet:
        """Keep placements that held at a moment."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=moment), valid_from__lte=moment
        )


class PlaceQuerySet(models.QuerySet["Place"]):
    """Named points."""

    def in_municipality(self, municipality: Municipality) -> PlaceQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)


class TileBakeQuerySet(models.QuerySet["TileBake"]):
    """Bakings of tiles."""

    def in_municipality(self, municipality: Municipality) -> TileBakeQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def due(self, now: datetime) -> TileBakeQuerySet:
        """Keep unfinished bakings whose time has come, oldest first."""
        return self.filter(finished_at__isnull=True, next_attempt_at__lte=now).order_by(
            "next_attempt_at", "pk"
        )

    def finished(self) -> TileBakeQuerySet:
        """Keep bakings that can be served, newest version first."""
        return self.filter(finished_at__isnull=False).order_by("-version")


class LayerTileQuerySet(models.QuerySet["LayerTile"]):
    """Finished tiles."""

    def at(self, z: int, x: int, y: int) -> LayerTileQuerySet:
        """Keep the tile with these numbers of the web Mercator scheme."""
        return self.filter(z=z, x=x, y=y)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """What residents said is wrong."""

    def in_municipality(self, municipality: Municipality) -> CorrectionQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def waiting(self) -> CorrectionQuerySet:
        """Keep those nobody has looked at, oldest first."""
        return self.filter(state="open").order_by("created_at", "pk")

    def in_working_order(self) -> CorrectionQuerySet:
        """Sort for the desk: open remarks first and the oldest of them on top."""
        is_settled = models.Case(
            models.When(state="open", then=Value(0)),
            default=Value(1),
            output_field=models.IntegerField(),
        )
        return self.order_by(is_settled, "created_at", "pk")


class SettingChangeQuerySet(models.QuerySet["SettingChange"]):
    """Changes of what a town sets."""

    def in_municipality(self, municipality: Municipality) -> SettingChangeQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def about(self, subject: str, key: str = "") -> SettingChangeQuerySet:
        """Keep those of one kind of thing, or of one thing."""
        found = self.filter(subject=subject)
        return found.filter(subject_key=key) if key else found

    def by(self, person: int) -> SettingChangeQuerySet:
        """Keep those that one person made."""
        return self.filter(changed_by=person)

    def between(
        self, first: date | None, last: date | None, timezone: str
    ) -> SettingChangeQuerySet:
        """Keep those of civil days of a time zone, both ends included; None is without an end."""
        found = self
        if first:
            start = datetime.combine(first, time(), ZoneInfo(timezone))
            found = found.filter(changed_at__gte=start)
        if last and last < date.max:
            end = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(timezone))
            found = found.filter(changed_at__lt=end)
        return found

    def newest_first(self) -> SettingChangeQuerySet:
        """The order of lists."""
        return self.order_by("-changed_at", "-pk")
