"""Drawing a project: its layers in order, the parts of each, and what a file holds."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.drawing_forms import ImportForm, LayerForm, PartForm
from consultations.models import ProjectLayer, ProjectPart
from consultations.present.drawing import drawing_of
from consultations.services import drawing_up
from consultations.views.plan_process import PlanPage
from zones.forms import add_refusal
from zones.names import in_language


class DrawingPage(PlanPage):
    """A page of the drawing."""

    @property
    def drawing_url(self) -> str:
        """The page with all layers."""
        return f"{self.home}drawing/"

    @cached_property
    def layer(self) -> ProjectLayer:
        """The layer of the address; one of another consultation is not found."""
        return get_object_or_404(self.process.layers, pk=self.kwargs["layer"])

    @cached_property
    def part(self) -> ProjectPart:
        """The part of the address; one of another layer is not found."""
        return get_object_or_404(self.layer.parts, pk=self.kwargs["part"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The drawing as it is."""
        return super().get_context_data(
            drawing=drawing_of(self.process, is_planning=True),
            drawing_url=self.drawing_url,
            **kwargs,
        )

    def told(self, form: forms.Form, refused: ValidationError) -> HttpResponse:
        """The page again, with what is wrong at its field."""
        add_refusal(form, refused)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class DrawingView(DrawingPage):
    """All layers on the map and in a list; adding one, moving and removing."""

    template_name = "consultations/plan/drawing.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Add a layer; or move or remove the one of a button."""
        if "layer" in request.POST:
            return self._act(request)
        form = LayerForm(request.POST, municipality=self.municipality)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            layer = drawing_up.add_layer(process=self.process, text=form.text())
        except ValidationError as refused:
            return self.told(form, refused)
        messages.success(request, _("The layer is there. Now draw its parts."))
        return redirect(f"{self.drawing_url}{layer.pk}/")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the form of a new layer."""
        form = kwargs.pop("form", None) or LayerForm(municipality=self.municipality)
        return super().get_context_data(form=form, **kwargs)

    def _act(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST["layer"]
        known = asked.isdecimal() and len(asked) <= 12
        layer = get_object_or_404(self.process.layers, pk=int(asked) if known else 0)
        try:
            if "up" in request.POST or "down" in request.POST:
                drawing_up.move_layer(layer=layer, by=-1 if "up" in request.POST else 1)
            elif "remove" in request.POST:
                drawing_up.remove_layer(layer=layer)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.drawing_url)


class LayerView(DrawingPage):
    """One layer: what it is and says, and its parts."""

    template_name = "consultations/plan/layer.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Say otherwise what it is; or remove a part."""
        if "remove" in request.POST:
            return self._removed(request)
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            drawing_up.change_layer(layer=self.layer, text=form.text())
        except ValidationError as refused:
            return self.told(form, refused)
        messages.success(request, _("Saved."))
        return redirect(self.drawing_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and the parts."""
        return super().get_context_data(
            form=kwargs.pop("form", None) or self._form(None),
            layer=self.layer,
            layer_name=in_language(self.layer.names, self.municipality.languages),
            parts=self.layer.parts.order_by("pk"),
            **kwargs,
        )

    def _form(self, data: Any) -> LayerForm:
        return LayerForm(data, municipality=self.municipality, layer=self.layer)

    def _removed(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST["remove"]
        known = asked.isdecimal() and len(asked) <= 12
        part = get_object_or_404(self.layer.parts, pk=int(asked) if known else 0)
        try:
            drawing_up.remove_part(part=part)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(f"{self.drawing_url}{self.layer.pk}/")


class PartView(DrawingPage):
    """Drawing a new part of a layer, or one there is."""

    template_name = "consultations/plan/part.html"

    @cached_property
    def existing(self) -> ProjectPart | None:
        """The part to change; none when one is added."""
        return self.part if "part" in self.kwargs else None

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it and go back to its layer, or on to the next part."""
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            if self.existing is None:
                drawing_up.add_part(layer=self.layer, text=form.text())
            else:
                drawing_up.change_part(part=self.existing, text=form.text())
        except ValidationError as refused:
            return self.told(form, refused)
        messages.success(request, _("Saved."))
        if "again" in request.POST:
            return redirect(f"{self.drawing_url}{self.layer.pk}/parts/new/")
        return redirect(f"{self.drawing_url}{self.layer.pk}/")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form beside the map."""
        return super().get_context_data(
            form=kwargs.pop("form", None) or self._form(None),
            layer=self.layer,
            layer_name=in_language(self.layer.names, self.municipality.languages),
            part=self.existing,
            **kwargs,
        )

    def _form(self, data: Any) -> PartForm:
        return PartForm(data, municipality=self.municipality, part=self.existing)


class ImportView(DrawingPage):
    """Many parts at once, out of a GeoJSON file."""

    template_name = "consultations/plan/import.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Add every shape, or none."""
        form = self._form(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            made = drawing_up.import_parts(layer=form.cleaned_data["layer"], raw=form.raw())
        except ValidationError as refused:
            return self.told(form, refused)
        words = ngettext("%(number)d shape was added.", "%(number)d shapes were added.", len(made))
        messages.success(request, words % {"number": len(made)})
        return redirect(self.drawing_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        form = kwargs.pop("form", None) or self._form(None, None)
        return super().get_context_data(form=form, **kwargs)

    def _form(self, data: Any, files: Any) -> ImportForm:
        layers = self.process.layers.order_by("position", "pk")
        return ImportForm(data, files, layers=layers)
