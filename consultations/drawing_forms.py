"""Forms of the drawing of a project: a layer, a part of it, and a file with many parts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.models import ProjectLayer, ProjectPart
from consultations.plan_forms import TownForm, worded
from consultations.services.drawing_up import LayerText, PartText
from zones.forms import text_fields
from zones.models import Municipality

LAYER_LABELS = (_("Name (%(language)s)"), _("In words: what the map shows (%(language)s)"))
MOST_BYTES = 2_000_000


class LayerForm(TownForm):
    """What a layer is, how it is called, and what it shows in words."""

    kind = forms.ChoiceField(
        label=_("What it shows"),
        choices=[
            (ProjectLayer.Kind.ALTERNATIVE, _("an alternative: one of several ways to do it")),
            (ProjectLayer.Kind.SHARED, _("what is the same in all alternatives")),
        ],
        widget=forms.RadioSelect,
        initial=ProjectLayer.Kind.ALTERNATIVE,
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        layer: ProjectLayer | None = None,
        **kwargs: Any,
    ) -> None:
        """Start from what there is."""
        super().__init__(*args, municipality=municipality, **kwargs)
        names, texts = (layer.names, layer.descriptions) if layer else ({}, {})
        fields = worded(municipality, names, texts, labels=LAYER_LABELS, prefix="descriptions")
        self.fields.update(fields)
        if layer:
            self.initial.setdefault("kind", layer.kind)

    def text(self) -> LayerText:
        """As the service takes it."""
        return LayerText(
            kind=self.cleaned_data["kind"],
            names=self.words("names"),
            descriptions=self.words("descriptions"),
        )


class PartForm(TownForm):
    """A stop, section or area: drawn on the map, pasted or typed."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (ProjectPart.Kind.STOP, _("stop: a point")),
            (ProjectPart.Kind.SECTION, _("section: a line")),
            (ProjectPart.Kind.AREA, _("area: a shape with corners")),
        ],
        widget=forms.RadioSelect,
        initial=ProjectPart.Kind.SECTION,
    )
    shape = forms.CharField(
        label=_("Where"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "data-part-shape": ""}),
        help_text=_(
            "The map fills this in when you draw. You can also write or paste it: GeoJSON, WKT, or "
            "one corner on each line, longitude first, such as 26.3712 46.9301."
        ),
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        part: ProjectPart | None = None,
        **kwargs: Any,
    ) -> None:
        """Start from what there is."""
        super().__init__(*args, municipality=municipality, **kwargs)
        names = part.names if part else {}
        self.fields.update(text_fields(municipality, _("Name"), texts=names))
        self.order_fields(["kind", *[n for n in self.fields if n.startswith("names_")], "shape"])
        if part:
            self.initial.setdefault("kind", part.kind)
            self.initial.setdefault("shape", part.geometry.geojson)

    def text(self) -> PartText:
        """As the service takes it."""
        data = self.cleaned_data
        return PartText(kind=data["kind"], names=self.words("names"), shape=data["shape"])


class ImportForm(forms.Form):
    """A file, or a pasted text, with many shapes."""

    layer = forms.ModelChoiceField(
        ProjectLayer.objects.none(),
        label=_("Layer of shapes that name none"),
        empty_label=None,
    )
    file = forms.FileField(label=_("GeoJSON file"), required=False)
    text = forms.CharField(
        label=_("Or paste GeoJSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, layers: Any, **kwargs: Any) -> None:
        """Offer the layers of the project."""
        super().__init__(*args, **kwargs)
        self.fields["layer"].queryset = layers  # type: ignore[attr-defined]
        self.fields["layer"].label_from_instance = lambda row: row.code  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two must be there, and not too large."""
        data = super().clean() or {}
        uploaded = data.get("file")
        if uploaded is not None and uploaded.size > MOST_BYTES:
            self.add_error("file", _("The file is too large. At most 2 MB are taken."))
        elif uploaded is None and not data.get("text", "").strip():
            raise ValidationError(_("Choose a file, or paste its text."), code="required")
        return data

    def raw(self) -> bytes | str:
        """What was handed in."""
        uploaded = self.cleaned_data["file"]
        return uploaded.read() if uploaded is not None else self.cleaned_data["text"]  # type: ignore[no-any-return]
