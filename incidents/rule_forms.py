"""Shapes of what the pages of categories and rules send; names of other tables are typed."""

from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from departments.forms import choose
from departments.models import Department
from geo.crs import STORAGE_SRID
from geo.intake import ANY_SHAPE, parse_geojson
from incidents.models import Category, CompetenceRule
from incidents.question_forms import question_rows
from incidents.regimes import regimes_of
from incidents.services.categories import SHAPES, CategoryFacts
from incidents.services.rules import MOST_METRES, RuleFacts
from sign_registry.models import Site, SiteCategory
from zones.forms import text_fields, texts_of
from zones.models import Municipality, Street, Zone

SHAPE_WORDS = dict(zip(SHAPES, (_("a point"), _("a line"), _("an area")), strict=True))
PLAIN = ("code", "icon", "is_hazard", "reporter", "visibility", "release", "target_hours")


class CategoryForm(forms.Form):
    """Everything of a category of reports."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Short and lasting, such as lamp-out.")
    )
    parent = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Group"),
        required=False,
        empty_label=_("none: this is a group"),
    )
    icon = forms.SlugField(label=_("Picture"), max_length=40, initial="place")
    shapes = forms.MultipleChoiceField(
        label=_("Where it is"),
        required=False,
        choices=list(SHAPE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["point"],
    )
    is_hazard = forms.BooleanField(label=_("Danger: alarms the duty officer"), required=False)
    reporter = forms.ChoiceField(label=_("A reporter must give"), choices=Category.Reporter.choices)
    visibility = forms.ChoiceField(label=_("Everybody sees"), choices=Category.Visibility.choices)
    release = forms.ChoiceField(
        label=_("Becomes public"),
        choices=Category.Release.choices,
        initial=Category.Release.PERSON,
    )
    regime = forms.ChoiceField(label=_("Legal regime"), required=False)
    target_hours = forms.IntegerField(
        label=_("Target in working hours"), required=False, min_value=1, max_value=10_000
    )
    family = forms.SlugField(
        label=_("Family"),
        required=False,
        max_length=40,
        help_text=_("Categories of one family can mean the same fault."),
    )
    position = forms.IntegerField(
        label=_("Place in the list"), initial=0, min_value=0, max_value=10_000
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        category: Category | None = None,
        **kwargs: Any,
    ) -> None:
        """Start from what there is; groups and regimes of the town are offered."""
        super().__init__(*args, **kwargs)
        texts = {
            "names": (_("Name"), category.names if category else {}, True),
            "hints": (_("Hint"), category.hints if category else {}, False),
            "words": (_("Words people search with"), _spoken(category), False),
            "danger": (_("What to do at once"), category.danger_texts if category else {}, False),
        }
        order: list[str] = []
        for prefix, (label, given, is_required) in texts.items():
            fields = text_fields(
                municipality, label, prefix=prefix, texts=given, is_required=is_required
            )
            self.fields.update(fields)
            order += fields
        self.order_fields(["code", "parent", *order])
        groups = Category.objects.in_municipality(municipality).filter(parent__isnull=True)
        choose(self, "parent", groups.exclude(pk=category.pk) if category else groups)
        offered = [(one.code, one.code) for one in regimes_of(municipality.country)]
        self.fields["regime"].choices = [("", _("none")), *offered]  # type: ignore[attr-defined]
        asked = category.questions if category else []
        self.questions = question_rows(municipality, asked, self.data if self.is_bound else None)
        if category:
            self._begin(category)

    def clean(self) -> dict[str, Any]:
        """Its questions too: what is wrong with them is said above as well."""
        data = super().clean() or {}
        if not self.questions.is_valid():
            for fault in self.questions.faults():
                self.add_error(None, fault)
        return data

    def facts(self) -> CategoryFacts:
        """What was filled in."""
        data = self.cleaned_data
        words = texts_of(data, "words")
        return CategoryFacts(
            names=texts_of(data),
            parent=data["parent"],
            hints=texts_of(data, "hints"),
            words={
                code: [word.strip() for word in text.split(",") if word.strip()]
                for code, text in words.items()
            },
            danger_texts=texts_of(data, "danger"),
            shapes=data["shapes"],
            regime=data["regime"],
            family=data["family"],
            questions=self.questions.questions(),
            position=data["position"],
            is_active=data["is_active"],
            **{name: data[name] for name in PLAIN},
        )

    def _begin(self, category: Category) -> None:
        for name in (*PLAIN, "parent", "shapes", "regime", "family", "position", "is_active"):
            self.fields[name].initial = getattr(category, name)


class RuleForm(forms.Form):
    """One rule; what is left empty is any."""

    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Short, such as lamps-east.")
    )
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Kind of fault"), required=False, empty_label=_("all")
    )
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Who answers"))
    zone = forms.ModelChoiceField(
        Zone.objects.none(), label=_("Zone"), required=False, empty_label=_("everywhere")
    )
    street = forms.CharField(
        label=_("Street"),
        required=False,
        max_length=120,
        help_text=_("Its code, or its whole name."),
    )
    within_metres = forms.IntegerField(
        label=_("Metres around the street or the drawn line"),
        required=False,
        min_value=0,
        max_value=MOST_METRES,
        help_text=_("Empty with a street is the street with its pavements."),
    )
    drawn = forms.CharField(
        label=_("Drawn shape as GeoJSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "data-draw-shape": ""}),
        help_text=_("The map above writes it. A line or a point can be pasted here."),
    )
    site = forms.CharField(label=_("One place: its code"), required=False, max_length=80)
    site_category = forms.ModelChoiceField(
        SiteCategory.objects.none(),
        label=_("Places of the kind"),
        required=False,
        empty_label=_("all"),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        required=False,
        coerce=int,
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None is every day."),
    )
    from_time = forms.TimeField(
        label=_("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    until_time = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("May be on the next morning."),
    )
    note = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        language: str,
        rule: CompetenceRule | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer what the town has, and start from what there is."""
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        _choose_kinds(self, "category", municipality)
        choose(self, "department", Department.objects.in_municipality(municipality).in_use())
        choose(self, "zone", Zone.objects.in_municipality(municipality).areas().by_name(language))
        places = SiteCategory.objects.in_municipality(municipality).in_use()
        choose(self, "site_category", places)
        if rule:
            self._begin(rule)

    def clean_street(self) -> Street | None:
        """A street by its code or its whole name."""
        text = self.cleaned_data["street"].strip()
        if not text:
            return None
        streets = Street.objects.in_municipality(self.municipality)
        found = streets.filter(code=text).first()
        named = [row for row in streets.named_like(text) if text in row.names.values()]
        if found is None and len(named) == 1:
            found = named[0]
        if found is None:
            raise ValidationError(
                _text("No single street has this code or name. Write its code."),
                code="unknown_street",
            )
        return found

    def clean_site(self) -> Site | None:
        """A place by its code."""
        text = self.cleaned_data["site"].strip()
        if not text:
            return None
        found = Site.objects.in_municipality(self.municipality).filter(code=text).first()
        if found is None:
            raise ValidationError(_text("There is no place with this code."), code="unknown_site")
        return found

    def clean_drawn(self) -> GEOSGeometry | None:
        """A shape through the geometry intake."""
        text = self.cleaned_data["drawn"].strip()
        if not text or text == "null":
            return None
        shape = parse_geojson(text, accept=ANY_SHAPE)
        return GEOSGeometry(shape.wkb_hex, srid=STORAGE_SRID)

    def facts(self) -> RuleFacts:
        """What was filled in."""
        data = dict(self.cleaned_data)
        return RuleFacts(
            geometry=data.pop("drawn"),
            within_metres=data.pop("within_metres") or 0,
            **data,
        )

    def _begin(self, rule: CompetenceRule) -> None:
        plain = ("code", "category", "department", "zone", "site_category", "weekdays", "note")
        for name in (*plain, "from_time", "until_time"):
            self.fields[name].initial = getattr(rule, name)
        self.fields["within_metres"].initial = rule.within_metres or None
        self.fields["street"].initial = rule.street.code if rule.street else ""
        self.fields["site"].initial = rule.site.code if rule.site else ""
        self.fields["drawn"].initial = rule.geometry.json if rule.geometry else ""


class PublishForm(forms.Form):
    """What changed, in a few words."""

    note = forms.CharField(label=_("What changed"), max_length=300)


class ScopeForm(forms.Form):
    """For which categories a role is."""

    categories = forms.ModelMultipleChoiceField(
        Category.objects.none(),
        label=_("Kinds of faults"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None is every kind. A group stands for all of it."),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer groups and categories of the town."""
        super().__init__(*args, **kwargs)
        _choose_kinds(self, "categories", municipality)


def _spoken(category: Category | None) -> dict[str, str]:
    return {code: ", ".join(words) for code, words in category.words.items()} if category else {}


def _choose_kinds(form: forms.Form, name: str, municipality: Municipality) -> None:
    """Offer each group before what belongs to it."""
    kinds = Category.objects.in_municipality(municipality).filter(is_active=True)
    group = Coalesce("parent__position", "position"), Coalesce("parent__code", "code")
    choose(
        form, name, kinds.order_by(*group, F("parent").asc(nulls_first=True), "position", "code")
    )
    form.fields[name].label_from_instance = lambda kind: f"{'– ' * bool(kind.parent_id)}{kind.name}"  # type: ignore[attr-defined]
