"""Shapes of what staff pages send; last days are asked for, first days without are stored."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.last_days import day_after, day_before
from departments.models import Calendar, Department, Membership, Works
from departments.services import DepartmentFacts, RoleFacts
from zones.forms import DayField, text_fields, texts_of
from zones.models import Municipality, Zone

NEW_DAYS = 4
"""Empty rows for days in the form of a calendar; more can be added by publishing again."""


class DepartmentForm(forms.Form):
    """Everything of a department."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short and lasting, such as roads. Files name the office by it."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Department.Kind.choices)
    parent = forms.ModelChoiceField(
        Department.objects.none(), label=_("Belongs to"), required=False, empty_label=_("town hall")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    calendar = forms.ModelChoiceField(
        Calendar.objects.none(),
        label=_("Calendar"),
        required=False,
        empty_label=_("as the office above"),
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        department: Department | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer offices and calendars of the town, without what would make a circle."""
        super().__init__(*args, **kwargs)
        names = department.names if department else {}
        self.fields.update(text_fields(municipality, _("Name"), texts=names))
        self.order_fields([name for name in self.fields if name.startswith("names_")])
        offices = Department.objects.in_municipality(municipality).in_use()
        if department:
            offices = offices.exclude(pk__in=Department.objects.ids_under(department))
            for name in ("code", "kind", "parent", "email", "phone", "address", "calendar"):
                self.fields[name].initial = getattr(department, name)
        choose(self, "parent", offices)
        choose(self, "calendar", Calendar.objects.in_municipality(municipality))

    def facts(self) -> DepartmentFacts:
        """What was filled in."""
        plain = {name: self.cleaned_data[name] for name in DepartmentForm.base_fields}
        return DepartmentFacts(names=texts_of(self.cleaned_data), **plain)


class RoleForm(forms.Form):
    """A role with its office, areas and time."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        empty_label=_("the whole town hall"),
        help_text=_("An office includes all below it."),
    )
    areas = forms.ModelMultipleChoiceField(
        Zone.objects.none(),
        label=_("Areas"),
        required=False,
        help_text=_("None is the whole town. Hold Ctrl to choose several."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    first_day = DayField(label=_("First day"), required=False)
    last_day = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty for a role without end.")
    )

    def __init__(
        self, *args: Any, municipality: Municipality, language: str, **kwargs: Any
    ) -> None:
        """Offer offices and areas of the town."""
        super().__init__(*args, **kwargs)
        choose(self, "department", Department.objects.in_municipality(municipality).in_use())
        choose(self, "areas", Zone.objects.in_municipality(municipality).areas().by_name(language))

    def facts(self) -> RoleFacts:
        """What was filled in."""
        return RoleFacts(
            self.cleaned_data["role"],
            self.cleaned_data["department"],
            tuple(self.cleaned_data["areas"]),
            self.cleaned_data["first_day"],
            day_after(self.cleaned_data["last_day"]),
        )


class InviteForm(RoleForm):
    """Whom to invite, and to what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    full_name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language of the letter"))
    field_order = ("email", "full_name", "language")

    def __init__(
        self, *args: Any, municipality: Municipality, language: str, **kwargs: Any
    ) -> None:
        """The town's first language is offered first."""
        super().__init__(*args, municipality=municipality, language=language, **kwargs)
        named = dict(settings.LANGUAGES)
        own = [
            *municipality.languages,
            *(code for code in named if code not in municipality.languages),
        ]
        self.fields["language"].choices = [(code, named[code]) for code in own]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """When a role ends."""

    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty to end the role at once."),
    )


class PersonForm(forms.Form):
    """A choice among the town's own people."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"))

    def __init__(self, *args: Any, people: Iterable[int], **kwargs: Any) -> None:
        """Offer some people by name."""
        super().__init__(*args, **kwargs)
        found = User.objects.filter(pk__in=list(people), is_active=True)
        choose(self, "person", found.order_by("full_name", "email"))


class DeputyForm(PersonForm):
    """Who stands in, and from when to when."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))


class CalendarForm(forms.Form):
    """A calendar's name and country."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    country = forms.CharField(
        label=_("Country of the public holidays"),
        max_length=2,
        min_length=2,
        help_text=_("Two letters, such as RO or BG."),
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        calendar: Calendar | None = None,
        **kwargs: Any,
    ) -> None:
        """Start from what there is."""
        super().__init__(*args, **kwargs)
        names = calendar.names if calendar else {}
        self.fields.update(text_fields(municipality, _("Name"), texts=names))
        self.order_fields([name for name in self.fields if name.startswith("names_")])
        self.fields["country"].initial = calendar.country if calendar else municipality.country
        self.fields["code"].initial = calendar.code if calendar else ""

    def names(self) -> dict[str, str]:
        """The names that were given."""
        return texts_of(self.cleaned_data)


class DeclareForm(forms.Form):
    """Days to add to a calendar, days to take out, and the act that says so."""

    source = forms.CharField(
        label=_("Act it follows"),
        max_length=300,
        help_text=_("Such as: Government Decision 1234 of 5 December 2025."),
    )
    drop = forms.MultipleChoiceField(
        label=_("Take out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, declared: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the days there are, and a few empty rows."""
        super().__init__(*args, **kwargs)
        there = list(declared)
        self.fields["drop"].choices = there  # type: ignore[attr-defined]
        if not there:
            del self.fields["drop"]
        states = [("off", _("day off")), ("working", _("working day"))]
        for number in range(1, NEW_DAYS + 1):
            label = {"number": number}
            self.fields[f"day_{number}"] = DayField(
                label=_("Day %(number)d") % label, required=False
            )
            self.fields[f"state_{number}"] = forms.ChoiceField(
                label=_("Day %(number)d is a") % label, choices=states
            )
            self.fields[f"reason_{number}"] = forms.CharField(
                label=_("Why (day %(number)d)") % label, required=False, max_length=200
            )


class WorksForm(forms.Form):
    """Works: what, whose, where, when."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Works.Kind.choices)
    owner = forms.ModelChoiceField(Department.objects.none(), label=_("Department"))
    starts_on = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), required=False)
    is_public = forms.BooleanField(label=_("Shown to residents"), required=False, initial=True)
    place_text = forms.CharField(
        label=_("Where: an address"),
        required=False,
        max_length=200,
        help_text=_("One of these three ways is enough: an address, a point, or a shape."),
    )
    longitude = forms.CharField(label=_("Where: longitude"), required=False, max_length=40)
    latitude = forms.CharField(label=_("Where: latitude"), required=False, max_length=40)
    geometry = forms.CharField(
        label=_("Where: a shape as GeoJSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A point, line or area in degrees, longitude first, as GIS programs write it."),
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        departments: set[int] | None,
        works: Works | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer the departments a person may act for, and start from what there is."""
        super().__init__(*args, **kwargs)
        names, texts = (works.names, works.texts) if works else ({}, {})
        self.fields.update(text_fields(municipality, _("Title"), texts=names))
        self.fields.update(
            text_fields(
                municipality,
                _("Text"),
                prefix="texts",
                texts=texts,
                is_required=False,
                widget=forms.Textarea,
            )
        )
        for name, field in self.fields.items():
            if name.startswith("texts_"):
                field.widget.attrs["rows"] = 2
        named = [name for name in self.fields if name.startswith("names_")]
        described = [name for name in self.fields if name.startswith("texts_")]
        self.order_fields(["kind", "owner", *named, *described])
        offices = Department.objects.in_municipality(municipality).in_use()
        choose(
            self, "owner", offices if departments is None else offices.filter(pk__in=departments)
        )
        if works:
            for name in ("kind", "owner", "starts_on", "is_public"):
                self.fields[name].initial = getattr(works, name)
            self.fields["last_day"].initial = day_before(works.ends_on)
            self.fields["geometry"].initial = works.geometry.json


def choose(form: forms.Form, name: str, queryset: Any) -> None:
    """Offer rows in a field, by the name a reader sees."""
    field = form.fields[name]
    field.queryset = queryset  # type: ignore[attr-defined]
    field.label_from_instance = lambda row: getattr(row, "name", "") or str(row)  # type: ignore[attr-defined]
