"""The form that ties a consultation to the works that carry it out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.plan_forms import TownForm
from departments.models import Works
from zones.models import Municipality
from zones.names import in_language


class RealisationForm(TownForm):
    """Which works."""

    works = forms.ModelChoiceField(
        Works.objects.none(),
        label=_("Works"),
        required=False,
        help_text=_("Their state and dates then stand on the page of the consultation."),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer the works of the town, the newest first."""
        super().__init__(*args, municipality=municipality, **kwargs)
        rows = Works.objects.in_municipality(municipality).newest_first()
        field = self.fields["works"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: in_language(row.names)  # type: ignore[attr-defined]
