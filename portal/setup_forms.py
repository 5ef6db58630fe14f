"""Forms of setting a town up: founding it, its border, what is switched on, its first sign."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import MultiPolygon

from geo.intake import AREAS, parse_geojson
from geo.intake.uploads import LIMITS, shape_of_file
from geo.matching.letters import fold
from portal.forms import MODULE_LABELS
from sign_registry.models import SiteCategory
from zones.grids import clocks_of, countries, suggested_grid
from zones.importing.fields import as_multipolygon
from zones.models import Municipality, Place
from zones.models.municipality import BUILT_MODULES
from zones.names import in_language
from zones.services.municipalities import TownFacts

FIRST_COUNTRIES = {"RO": gettext_lazy("Romania"), "BG": gettext_lazy("Bulgaria")}
LONGEST_SLUG = 50
# Each language calls itself by its own name, in every language of the page.
OWN_NAMES = [("en", "English"), ("ro", "Română"), ("bg", "Български")]


def _country_choices() -> list[tuple[str, Any]]:
    rest = sorted((name, code) for code, name in countries().items() if code not in FIRST_COUNTRIES)
    return [*FIRST_COUNTRIES.items(), *((code, name) for name, code in rest)]


class FoundForm(forms.Form):
    """A town that is not there yet."""

    name = forms.CharField(label=gettext_lazy("Name of the municipality"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        required=False,
        max_length=LONGEST_SLUG,
        help_text=gettext_lazy(
            "Part of every address, such as piatra-neamt. Left empty, it is made of the name."
        ),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=_country_choices)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Other languages of the pages"),
        required=False,
        choices=OWN_NAMES,
        widget=forms.CheckboxSelectMultiple,
    )
    first_language = forms.ChoiceField(
        label=gettext_lazy("First language"),
        choices=OWN_NAMES,
        help_text=gettext_lazy("The name above is in this language."),
    )
    field_order = (
        "name", "first_language", "languages", "country", "slug", "timezone", "metric_srid",
    )  # fmt: skip
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("Left empty, it is that of the country's largest city."),
    )
    metric_srid = forms.IntegerField(
        label=gettext_lazy("Metric grid (EPSG code)"),
        required=False,
        min_value=1024,
        max_value=32767,
        help_text=gettext_lazy(
            "Left empty, it is the national grid of Romania or Bulgaria, elsewhere that of the "
            "place; it is set again when the border is drawn."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Fill in what was left empty, from the country."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        clocks = clocks_of(given["country"])
        if not clocks:
            raise ValidationError({"country": _("The clock of this country is not known.")})
        given["timezone"] = given["timezone"] or clocks[0].name
        first = clocks[0]
        given["metric_srid"] = given["metric_srid"] or suggested_grid(
            given["country"], first.longitude, first.latitude
        )
        given["slug"] = given["slug"] or slug_of(given["name"])
        if not given["slug"]:
            raise ValidationError({"slug": _("Write a short name in Latin letters.")})
        return given

    def facts(self) -> TownFacts:
        """What the service wants to know."""
        given = self.cleaned_data
        first = given["first_language"]
        others = [code for code in given["languages"] if code != first]
        return TownFacts(
            slug=given["slug"],
            names={first: given["name"]},
            country=given["country"],
            timezone=given["timezone"],
            languages=[first, *others],
            metric_srid=given["metric_srid"],
        )


def slug_of(name: str) -> str:
    """A short name out of a name: plain letters, figures and dashes; "" where none are left."""
    plain = fold(name)
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in plain)
    return "-".join(part for part in kept.split("-") if part)[:LONGEST_SLUG]


class OutlineForm(forms.Form):
    """The border of a town: drawn, typed as GeoJSON, or in a file."""

    drawn = forms.CharField(
        label=gettext_lazy("The border as GeoJSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "data-draw-shape": ""}),
        help_text=gettext_lazy("The map writes here what you draw; it can be pasted too."),
    )
    file = forms.FileField(
        label=gettext_lazy("A file with the border"),
        required=False,
        help_text=gettext_lazy(
            "GeoJSON, GeoPackage, KML or a zipped Shapefile of at most 5 MB. All its areas "
            "together make the border."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Read the one that was given, by the one parser."""
        given = super().clean() or self.cleaned_data
        upload, drawn = given.get("file"), given.get("drawn", "").strip()
        if not upload and not drawn:
            raise ValidationError(_("Draw the border, or choose a file."), code="nothing")
        field = "file" if upload else "drawn"
        try:
            text = shape_of_file(upload.read(), name=upload.name) if upload else drawn
            shape = as_multipolygon(parse_geojson(text, accept=AREAS, limits=LIMITS))
        except ValidationError as refused:
            raise ValidationError({field: refused}) from refused
        if shape is None:
            raise ValidationError({field: _("It holds no areas. Give a polygon.")})
        given["outline"] = shape
        return given

    def outline(self) -> MultiPolygon:
        """EPSG:4326, valid."""
        shape: MultiPolygon = self.cleaned_data["outline"]
        return shape


class ModulesForm(forms.Form):
    """What is switched on, and the address that signs are printed with."""

    modules = forms.MultipleChoiceField(
        label=gettext_lazy("Modules"),
        choices=[(module, MODULE_LABELS[module]) for module in BUILT_MODULES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sign_origin = forms.URLField(
        label=gettext_lazy("Address printed on signs"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy(
            "Short, such as https://megdan.example; it must lead to this server."
        ),
    )


class FirstSignForm(forms.Form):
    """A place of the register that becomes the first rated one."""

    place = forms.ModelChoiceField(
        label=gettext_lazy("Place"), queryset=Place.objects.none(), required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Or another place: its name"), required=False, max_length=120
    )
    longitude = forms.FloatField(
        label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180
    )
    latitude = forms.FloatField(
        label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Kind of place"), queryset=SiteCategory.objects.none()
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.in_municipality(municipality).order_by("kind", "pk")
        categories = SiteCategory.objects.in_municipality(municipality).filter(is_active=True)
        place, category = self.fields["place"], self.fields["category"]
        place.queryset = places  # type: ignore[attr-defined]
        place.label_from_instance = lambda row: _place_label(row, municipality)  # type: ignore[attr-defined]
        category.queryset = categories.order_by("pk")  # type: ignore[attr-defined]
        category.label_from_instance = lambda row: row.name  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A place of the register, or a name with its point."""
        given = super().clean() or self.cleaned_data
        point = (given.get("longitude"), given.get("latitude"))
        if not given.get("place") and (not given.get("name") or None in point):
            raise ValidationError(
                _("Choose a place, or write a name with longitude and latitude."), code="no_place"
            )
        return given


def _place_label(row: Place, municipality: Municipality) -> str:
    return f"{in_language(row.names, municipality.languages)} ({row.kind})"
