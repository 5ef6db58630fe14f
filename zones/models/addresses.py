"""Streets, the address register in the parts of ISO 19160, where each address lies, and places."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.constraints import geometry_checks
from geo.crs import STORAGE_SRID
from zones.models.areas import Zone, ZoneKind
from zones.models.municipality import Dataset, Municipality
from zones.names import in_language, validate_names
from zones.querysets import AddressPlacementQuerySet, AddressQuerySet, PlaceQuerySet, StreetQuerySet


class Street(models.Model):
    """A named thoroughfare; `zone` is the strip of land that answers where no address does."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="streets")
    code = models.CharField(_("code"), max_length=80)
    type_code = models.CharField(_("type"), max_length=40, blank=True)
    names = models.JSONField(_("names"), validators=[validate_names])
    variants = models.JSONField(_("other spellings"), default=list, blank=True)
    locality = models.CharField(_("settlement"), max_length=120, blank=True)
    axis = models.MultiLineStringField(_("axis"), srid=STORAGE_SRID, null=True, blank=True)
    zone = models.OneToOneField(
        Zone, on_delete=models.SET_NULL, null=True, blank=True, related_name="street"
    )
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="streets")

    objects: ClassVar[StreetQuerySet] = StreetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="zones_street_code_once"),
            *geometry_checks("axis", "zones_street_axis"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.code}"

    @property
    def name(self) -> str:
        """The street's name, type included, in the language of the reader."""
        return in_language(self.names)


class PostalRange(models.Model):
    """House numbers of one street that share a postal code; no upper number means to the end."""

    class Parity(models.TextChoices):
        """Which numbers of the range are meant."""

        ANY = "any", _("all numbers")
        ODD = "odd", _("odd numbers")
        EVEN = "even", _("even numbers")

    street = models.ForeignKey(Street, on_delete=models.CASCADE, related_name="postal_ranges")
    parity = models.CharField(max_length=4, choices=Parity.choices, default=Parity.ANY)
    number_from = models.PositiveIntegerField(null=True, blank=True)
    number_to = models.PositiveIntegerField(null=True, blank=True)
    block = models.CharField(_("block"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12)

    class Meta:
        verbose_name = _("postal range")
        verbose_name_plural = _("postal ranges")
        constraints = [
            models.UniqueConstraint(
                fields=["street", "parity", "number_from", "number_to", "block", "postal_code"],
                nulls_distinct=False,
                name="zones_postal_range_once",
            ),
            models.CheckConstraint(
                condition=Q(number_to__isnull=True)
                | Q(number_from__isnull=True)
                | Q(number_to__gte=F("number_from")),
                name="zones_postal_range_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street_id} {self.parity} {self.number_from}-{self.number_to}"


class Address(models.Model):
    """One address in the parts of ISO 19160, with the point it stands for and how good it is."""

    reach_role_may = ("SELECT",)

    class Quality(models.TextChoices):
        """How the point was found; a centroid stands for a wider place, never for a door."""

        SURVEYED = "surveyed", _("surveyed")
        INTERPOLATED = "interpolated", _("between neighbours")
        CENTROID = "centroid", _("middle of a wider place")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="addresses"
    )
    street = models.ForeignKey(
        Street, on_delete=models.SET_NULL, null=True, blank=True, related_name="addresses"
    )
    thoroughfare = models.CharField(_("street as written"), max_length=200, blank=True)
    address_number = models.CharField(_("number"), max_length=30, blank=True)
    block = models.CharField(_("block"), max_length=80, blank=True)
    entrance = models.CharField(_("entrance"), max_length=30, blank=True)
    quarter = models.CharField(_("quarter"), max_length=120, blank=True)
    locality = models.CharField(_("settlement"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    location = models.PointField(_("location"), srid=STORAGE_SRID)
    position_quality = models.CharField(
        _("how the point was found"),
        max_length=12,
        choices=Quality.choices,
        default=Quality.SURVEYED,
    )
    source_key = models.CharField(_("key at the source"), max_length=200)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="addresses")

    objects: ClassVar[AddressQuerySet] = AddressQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "source_key"], name="zones_address_key_once"
            ),
            *geometry_checks("location", "zones_address_location"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.source_key}"


class AddressPlacement(models.Model):
    """The zone of one kind an address belonged to during [valid_from, valid_until).

    At most one is open per address and kind (partial unique index). An exclusion constraint over
    time was left out: it made writing a million rows several times slower, and one service alone
    writes here.
    """

    class Basis(models.TextChoices):
        """Why the address belongs there."""

        NAMED = "named", _("the address names the street")
        POLYGON = "polygon", _("the point lies in the area")

    # Each index costs a second on a million addresses: those below stand in for the usual three.
    # Each foreign key checked by the database costs six: a pass took 51 s of CPU with them and 16 s
    # without. The pass takes all three from the tables themselves, under the lock that every other
    # change of the register takes too, and deleting through the models cascades as ever.
    address = models.ForeignKey(
        Address,
        on_delete=models.CASCADE,
        related_name="placements",
        db_index=False,
        db_constraint=False,
    )
    kind = models.ForeignKey(
        ZoneKind, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    zone = models.ForeignKey(
        Zone,
        on_delete=models.CASCADE,
        related_name="placements",
        db_index=False,
        db_constraint=False,
    )
    basis = models.CharField(max_length=8, choices=Basis.choices)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    objects: ClassVar[AddressPlacementQuerySet] = AddressPlacementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("placement of an address")
        verbose_name_plural = _("placements of addresses")
        indexes = [
            models.Index(fields=["zone", "address"], name="zones_placement_zone"),
            models.Index(
                fields=["address"],
                condition=Q(valid_until__isnull=False),
                name="zones_placement_history",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "kind"],
                condition=Q(valid_until__isnull=True),
                name="zones_placement_one_open",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="zones_placement_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_id} in {self.zone_id}"


class Place(models.Model):
    """A named point people know: a school, a park, a town hall desk."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="places")
    names = models.JSONField(_("names"), validators=[validate_names])
    kind = models.SlugField(_("kind"), max_length=40)
    location = models.PointField(_("location"), srid=STORAGE_SRID, spatial_index=False)
    position_quality = models.CharField(
        _("how the point was found"),
        max_length=12,
        choices=Address.Quality.choices,
        default=Address.Quality.SURVEYED,
    )
    source_key = models.CharField(_("key at the source"), max_length=200)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="places")

    objects: ClassVar[PlaceQuerySet] = PlaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = [GistIndex(fields=["location"], name="zones_place_location")]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "source_key"], name="zones_place_key_once"
            ),
            *geometry_checks("location", "zones_place_location"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.source_key}"

    @property
    def name(self) -> str:
        """The place's name in the language of the reader."""
        return in_language(self.names)
