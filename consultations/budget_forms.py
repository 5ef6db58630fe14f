"""Forms of projects: proposing one, reviewing one; they keep nothing."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.models import BudgetProject, Contribution, Process
from consultations.say_forms import SayForm
from consultations.services.proposing import LONGEST_TITLE, Proposal
from consultations.services.reviewing import REVIEWED, Review
from consultations.services.speaking import Saying
from consultations.words import LONGEST_TEXT
from departments.models import Department
from departments.places import geometry_of
from geo.crs import STORAGE_SRID
from geo.intake import ANY_SHAPE, parse_geojson
from zones.forms import text_fields, texts_of

_ORDER = ("title", "text", "cost", "where", "chosen", "zone", "drawn", "speaks_as", "organisation")


class ProposeForm(SayForm):
    """A project that somebody wants: what, where, and about how much it costs."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    cost = forms.DecimalField(
        label=_("What it may cost"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        help_text=_("As you guess. The town hall checks it."),
    )
    drawn = forms.CharField(
        label=_("Or a line or an area, as GeoJSON"),
        required=False,
        help_text=_("The map above fills this in when you draw."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "data-draw-shape": ""}),
    )

    def __init__(self, *args: Any, process: Process, zones: Any, **kwargs: Any) -> None:
        kinds = [Contribution.Kind.PROPOSAL]
        super().__init__(*args, process=process, kinds=kinds, zones=zones, **kwargs)
        del self.fields["about"], self.fields["reply_to"]
        # There is one kind here, and no page has to send it.
        self.fields["kind"].required = False
        self.order_fields(_ORDER)

    def clean(self) -> dict[str, Any]:
        """A drawn shape counts where no address was written."""
        data = super().clean()
        if data.get("drawn") and not data.get("where"):
            try:
                shape = parse_geojson(data["drawn"], accept=ANY_SHAPE)
                data["place"] = GEOSGeometry(shape.wkb_hex, srid=STORAGE_SRID)
            except ValidationError as refused:
                self.add_error("drawn", refused)
        return data

    def proposal(self, language: str) -> Proposal:
        """What was filled in, for the service."""
        data = self.cleaned_data
        saying = Saying(
            text=data["text"],
            kind=Contribution.Kind.PROPOSAL,
            speaks_as=data["speaks_as"],
            organisation=data["organisation"],
            place=data["place"],
        )
        return Proposal(title=data["title"], saying=saying, cost=data["cost"], language=language)


class ReviewForm(forms.Form):
    """What the town says about a project. Departments decide and reckon; planners assign."""

    state = forms.ChoiceField(
        label=_("Can it be done?"),
        choices=[
            (one.value, one.label) for one in (BudgetProject.State(code) for code in REVIEWED)
        ],
        widget=forms.RadioSelect,
    )
    cost = forms.DecimalField(
        label=_("Cost"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False
    )
    group = forms.SlugField(
        label=_("Excludes others of the group"),
        max_length=20,
        required=False,
        help_text=_("Of projects with the same word here only one can win, such as “square”."),
    )

    def __init__(
        self,
        *args: Any,
        process: Process,
        project: BudgetProject | None = None,
        assigns: bool = True,
        **kwargs: Any,
    ) -> None:
        """`assigns` is off for departments: titles, group and department stay as they are."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.project, self.process, self.assigns = project, process, assigns
        town = process.municipality
        field = cast(forms.ModelChoiceField[Department], self.fields["department"])
        field.queryset = Department.objects.in_municipality(town)
        field.label_from_instance = lambda obj: obj.name  # type: ignore[method-assign]
        if not assigns:
            del self.fields["department"], self.fields["group"]
        self._add_texts(project)
        if project is None:
            self.fields["place_text"] = forms.CharField(
                label=_("Place: street and number"), max_length=200, required=False
            )
            self.fields["geometry"] = forms.CharField(
                label=_("Or a line or an area, as GeoJSON"),
                required=False,
                help_text=_("The map above fills this in when you draw."),
                widget=forms.Textarea(
                    attrs={"rows": 2, "spellcheck": "false", "data-draw-shape": ""}
                ),
            )
            self.initial.setdefault("state", BudgetProject.State.PROPOSED)
        first = [name for name in self.fields if name.startswith(("names_", "texts_"))]
        self.order_fields([*first, "place_text", "geometry", "cost", "state"])

    def _add_texts(self, project: BudgetProject | None) -> None:
        town = self.process.municipality
        reasons = text_fields(
            town,
            _("Reason, for everybody to read"),
            prefix="reasons",
            texts=project.reasons if project else {},
            is_required=False,
            widget=forms.Textarea,
        )
        for one in reasons.values():
            one.max_length = LONGEST_TEXT
            one.widget.attrs.update(rows=3, maxlength=LONGEST_TEXT)
        self.fields.update(reasons)
        if self.assigns:
            names = project.names if project else {}
            texts = project.texts if project else {}
            self.fields.update(text_fields(town, _("Title"), texts=names, is_required=not project))
            words = text_fields(
                town, _("In words"), prefix="texts", texts=texts, is_required=False,
                widget=forms.Textarea,
            )  # fmt: skip
            for one in words.values():
                one.max_length = LONGEST_TEXT
                one.widget.attrs.update(rows=3, maxlength=LONGEST_TEXT)
            self.fields.update(words)

    def review(self) -> Review:
        """What was filled in, for the service."""
        data, project = self.cleaned_data, self.project
        keeps = project is not None and not self.assigns
        return Review(
            state=data["state"],
            cost=data["cost"],
            names=dict(project.names) if project and keeps else texts_of(data),
            texts=dict(project.texts) if project and keeps else texts_of(data, "texts"),
            reasons=texts_of(data, "reasons"),
            group=project.group if project and keeps else data["group"],
            department=project.department if project and keeps else data["department"],
        )

    def place(self) -> GEOSGeometry | None:
        """Of a new project, if any was given.

        Raises:
            ValidationError: at `place_text` or `geometry`.
        """
        data = {**self.cleaned_data, "longitude": "", "latitude": ""}
        if not data["place_text"].strip() and not data["geometry"].strip():
            return None
        return geometry_of(self.process.municipality, data)
