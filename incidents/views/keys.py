"""Keys of programs: made and ended by administrators; what they open, told to everybody."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from departments.access import Right
from departments.models import Department
from departments.views.base import ActionView, StaffView
from incidents.models import ApiKey
from incidents.services.keys import make_key, revoke_key
from incidents.views.gate import ReportsView
from zones.forms import add_refusal
from zones.models import Municipality


class Open311View(ReportsView, TemplateView):
    """How other programs read reports and send them."""

    template_name = "incidents/public/open311.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Addresses to copy."""
        slug = self.municipality.slug
        base = self.request.build_absolute_uri(f"/{slug}/open311/")
        return super().get_context_data(base=base, **kwargs)


class BodyField(forms.ModelChoiceField[Department]):
    """Bodies by name."""

    def label_from_instance(self, obj: Department) -> str:
        """The name in the language of the reader."""
        return obj.name


class KeyForm(forms.Form):
    """What a key is for."""

    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=80)
    department = BodyField(
        label=gettext_lazy("Institution that reads what was sent to it"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=gettext_lazy("none: it only reports"),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        """Offer the bodies of the town."""
        super().__init__(*args, **kwargs)
        own = Department.objects.in_municipality(municipality).filter(is_active=True)
        self.fields["department"].queryset = own.order_by("code")  # type: ignore[attr-defined]


class KeysPage(ReportsView, StaffView):
    """What pages of keys share."""

    right = Right.SET_RULES


class KeyListView(KeysPage, FormView[KeyForm]):
    """Keys in use and ended, and a form for one more, which is shown once."""

    template_name = "incidents/keys.html"
    form_class = KeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form of this town."""
        return {**super().get_form_kwargs(), "municipality": self.municipality}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The keys, those in use first."""
        keys = ApiKey.objects.in_municipality(self.municipality).select_related("department")
        return super().get_context_data(keys=keys.order_by("-revoked_at", "name", "pk"), **kwargs)

    def form_valid(self, form: KeyForm) -> HttpResponse:
        """Make it and show it on this very page, which no browser keeps."""
        try:
            _key, secret = make_key(
                municipality=self.municipality,
                name=form.cleaned_data["name"],
                department=form.cleaned_data["department"],
                actor=self.membership.user,
                now=self.act.now,
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        fresh = KeyForm(municipality=self.municipality)
        response = self.render_to_response(self.get_context_data(form=fresh, secret=secret))
        add_never_cache_headers(response)
        return response


class RevokeKeyView(KeysPage, ActionView):
    """Ends a key."""

    http_method_names = ["post", "options"]

    def act_on(self, **kwargs: Any) -> str:
        """End it for good."""
        own = ApiKey.objects.in_municipality(self.municipality)
        key = get_object_or_404(own, pk=kwargs["pk"])
        revoke_key(key=key, actor=self.membership.user, now=self.act.now)
        return _("The key is ended.")

    def back(self) -> str:
        """The list."""
        return reverse("incidents:keys", args=[self.municipality.slug])
