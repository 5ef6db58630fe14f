"""The fields by which a form asks for a street, a stretch of it or a shape; they read nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consultations.named_places import DRAWN

_SHAPE_HINT = _("As GeoJSON, in degrees; the map fills this in when you draw.")


def street_field(listed: str) -> forms.CharField:
    """A street by its name; `listed` is the list of the page that offers them."""
    return forms.CharField(
        label=_("A street"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": listed, "autocomplete": "off"}),
    )


def number_field(label: StrOrPromise) -> forms.IntegerField:
    """A house number at an end of a stretch."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=9999)


def shape_field(kind: str) -> forms.CharField:
    """What was drawn; the map writes it, and a hand may."""
    return forms.CharField(
        label=_("On the map"),
        required=False,
        max_length=DRAWN.size_bytes,
        help_text=_SHAPE_HINT,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "data-place-shape": kind}),
    )
