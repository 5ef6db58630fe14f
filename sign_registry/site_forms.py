"""Shapes of what the town office sends about sites and their categories; services do the verbs."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from sign_registry.importing.category_rows import CategoryRow, ReasonRow
from sign_registry.models import Site, SiteCategory
from sign_registry.services.sites import SiteFacts
from zones.forms import DayField, text_fields, texts_of
from zones.models import Address, Dataset, Municipality, Zone, ZoneKind
from zones.querysets import collated

POINTS = ("point", "counter")


class SiteForm(forms.Form):
    """One site without a map: the point by its numbers, which the address search gives."""

    code = forms.CharField(label=_("Code"), max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            choice for choice in Site.Kind.choices if choice[0] in {"point", "vehicle", "counter"}
        ],
    )
    category = forms.ModelChoiceField(label=_("Category"), queryset=SiteCategory.objects.none())
    owner = forms.ModelChoiceField(
        label=_("Responsible department"), queryset=Department.objects.none(), required=False
    )
    since = DayField(label=_("Category and department hold from"))
    longitude = forms.CharField(label=_("Longitude"), max_length=40, required=False)
    latitude = forms.CharField(label=_("Latitude"), max_length=40, required=False)
    parent = forms.ModelChoiceField(
        label=_("Centre of a counter"), queryset=Site.objects.none(), required=False
    )
    address_text = forms.CharField(label=_("Address"), max_length=200, required=False)
    is_staff_sensitive = forms.BooleanField(
        label=_("Its score could name one person: never show it alone"), required=False
    )
    note = forms.CharField(label=_("Note for the crew"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        site: Site | None,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        """Choices are of this town; a site that is there begins with what it is."""
        kwargs["initial"] = {"since": today, **_begin(site, today), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.site = site
        names = site.names if site else {}
        self.fields = {**text_fields(municipality, _("Name"), texts=names), **self.fields}
        chosen = {
            "category": SiteCategory.objects.in_municipality(municipality).in_use(),
            "owner": Department.objects.in_municipality(municipality).in_use(),
            "parent": Site.objects.in_municipality(municipality)
            .filter(parts__isnull=False)
            .distinct()
            if site and site.kind == Site.Kind.COUNTER
            else Site.objects.in_municipality(municipality).of_category("service-centre", today),
        }
        for name, rows in chosen.items():
            field: Any = self.fields[name]
            field.queryset = rows
            field.label_from_instance = _name_of
        if site:
            self.fields["code"].disabled = True
            if site.kind not in {"point", "vehicle", "counter"}:
                # Borders and lines come from the town's own GIS, by the import.
                for name in ("kind", "longitude", "latitude", "parent"):
                    del self.fields[name]

    def facts(self, dataset: Dataset) -> SiteFacts:
        """What the form says of the site.

        Raises:
            ValidationError: at `longitude`, for numbers that are no point.
        """
        given = self.cleaned_data
        standing = self.site
        return SiteFacts(
            kind=given.get("kind") or (standing.kind if standing else Site.Kind.POINT),
            names=texts_of(given),
            dataset=dataset,
            geometry=self._geometry(),
            position_quality=self._quality(),
            parent=given.get("parent"),
            address=standing.address if standing else None,
            address_text=given["address_text"],
            is_staff_sensitive=given["is_staff_sensitive"] or given.get("kind") == "counter",
            opened_on=standing.opened_on if standing else None,
            note=given["note"],
        )

    def _geometry(self) -> GEOSGeometry | None:
        if "longitude" not in self.fields:
            return self.site.geometry if self.site else None
        longitude, latitude = self.cleaned_data["longitude"], self.cleaned_data["latitude"]
        if not longitude and not latitude:
            return None
        try:
            point = parse_point(longitude, latitude)
        except ValidationError as refused:
            raise ValidationError({"longitude": refused.messages}) from refused
        return Point(point.x, point.y, srid=STORAGE_SRID)

    def _quality(self) -> str:
        moved = {"longitude", "latitude"} & set(self.changed_data)
        if self.site and not moved:
            return self.site.position_quality
        return Address.Quality.SURVEYED


def _begin(site: Site | None, today: dt.date) -> dict[str, Any]:
    if site is None:
        return {}
    period = site.periods.in_force(today).first()
    point = site.geometry if isinstance(site.geometry, Point) else None
    return {
        "code": site.code,
        "kind": site.kind,
        "category": period.category_id if period else None,
        "owner": period.owner_id if period else None,
        "longitude": f"{point.x:.6f}" if point else "",
        "latitude": f"{point.y:.6f}" if point else "",
        "parent": site.parent_id,
        "address_text": site.address_text,
        "is_staff_sensitive": site.is_staff_sensitive,
        "note": site.note,
    }


def _name_of(row: Any) -> str:
    return str(row.name)


class CloseForm(forms.Form):
    """From which day a site is closed."""

    on = DayField(label=_("Closed from"))


class DecideZoneForm(forms.Form):
    """Which zone a site belongs to, whatever its place says, and why."""

    zone = forms.ModelChoiceField(label=_("Belongs to"), queryset=Zone.objects.none())
    reason = forms.CharField(label=_("Why the town decides so"), max_length=300)

    def __init__(
        self, *args: Any, municipality: Municipality, language: str, **kwargs: Any
    ) -> None:
        """Zones of this town by kind; streets are found by the address."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["zone"]
        field.queryset = (
            Zone.objects.in_municipality(municipality)
            .filter(kind__in=ZoneKind.objects.in_municipality(municipality).areas())
            .select_related("kind")
            .order_by("kind", collated(language))
        )
        field.label_from_instance = lambda zone: f"{zone.name} ({zone.kind.name})"


class CategoryForm(forms.Form):
    """Names, question and use of a category; its reasons come by the table."""

    aspect = forms.ChoiceField(label=_("Asks about"), choices=SiteCategory.Aspect.choices)
    compare_group = forms.SlugField(label=_("Compared with"), max_length=40, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, category: SiteCategory, **kwargs: Any) -> None:
        """The form begins with what the category has."""
        kwargs["initial"] = {
            "aspect": category.aspect,
            "compare_group": category.compare_group,
            "is_active": category.is_active,
        }
        super().__init__(*args, **kwargs)
        self.category = category
        town = category.municipality
        self.fields = {
            **text_fields(town, _("Name"), texts=category.names),
            **text_fields(town, _("Question"), prefix="questions", texts=category.questions),
            **self.fields,
        }

    def row(self) -> CategoryRow:
        """The category as its service takes it, with the reasons it has."""
        given, category = self.cleaned_data, self.category
        return CategoryRow(
            0,
            category.code,
            texts_of(given),
            given["aspect"],
            texts_of(given, "questions"),
            icon=category.icon,
            compare_group=given["compare_group"] or category.code,
            is_active=given["is_active"],
            reasons=[
                ReasonRow(0, tag.code, tag.band, tag.names, tag.is_active)
                for tag in category.reasons.in_use()
            ],
        )
