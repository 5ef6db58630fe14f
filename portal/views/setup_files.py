"""Files for the register on a page: handed in, chosen, tried and confirmed by a person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from departments.views import AdministrationView
from portal.loading import STEPS, progress_of
from portal.setup_file_forms import ExtractChoiceForm, HandInForm, TableChoiceForm
from portal.setup_words import report_words, step_words
from zones.forms import add_refusal
from zones.importing.handed_in import MOST_BYTES, HandedIn
from zones.models import TownLoad
from zones.services.town_loads import State, choose, confirm, drop, hand_in

ChoiceForm = ExtractChoiceForm | TableChoiceForm


class FileNewView(AdministrationView, FormView[HandInForm]):
    """Takes a file; it is read by the worker."""

    template_name = "portal/setup/file_new.html"
    form_class = HandInForm

    @cached_property
    def kind(self) -> TownLoad.Kind:
        """What the address says the file is."""
        if self.kwargs["kind"] not in TownLoad.Kind.values:
            raise Http404
        return TownLoad.Kind(self.kwargs["kind"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """What is taken depends on the kind."""
        return {**super().get_form_kwargs(), "kind": self.kind}

    def form_valid(self, form: HandInForm) -> HttpResponse:
        """Keep it and show how it goes, or say why it is not taken."""
        upload = form.cleaned_data["file"]
        try:
            load = hand_in(
                municipality=self.municipality,
                kind=self.kind,
                # One byte more than is taken tells a file that is too large.
                file=HandedIn(upload.read(MOST_BYTES + 1), upload.name),
                language=self.language,
                actor=self.membership.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        return redirect("portal:setup_file", slug=self.municipality.slug, pk=load.pk)

    def form_invalid(self, form: HandInForm) -> HttpResponse:
        """The form with the reasons."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The word for the kind."""
        return super().get_context_data(kind=self.kind, kind_label=self.kind.label, **kwargs)


class FileOfTown(AdministrationView):
    """Anything about one file of this town."""

    @cached_property
    def load(self) -> TownLoad:
        """The file, without its bytes."""
        own = TownLoad.objects.in_municipality(self.municipality).without_content()
        return get_object_or_404(own.select_related("municipality"), pk=self.kwargs["pk"])


class FileView(FileOfTown, TemplateView):
    """How a file goes, and what a person can say about it."""

    template_name = "portal/setup/file.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Choices, a yes, or leaving it out."""
        action = request.POST.get("action", "")
        can_choose = not self.load.is_working and action == "choose"
        form = self._form(request.POST) if can_choose else None
        if form is not None and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            self._act(action, form)
        except ValidationError as refused:
            sentence = " ".join(refused.messages)
            return self.render_to_response(self.get_context_data(refusal=sentence), status=422)
        if action == "drop":
            return redirect("portal:setup", slug=self.municipality.slug)
        return redirect("portal:setup_file", slug=self.municipality.slug, pk=self.load.pk)

    def _act(self, action: str, form: ChoiceForm | None) -> None:
        now = timezone.now()
        if action == "choose":
            choose(load=self.load, choices=form.choices() if form else {}, now=now)
        elif action == "confirm":
            confirm(load=self.load, now=now)
        elif action == "drop":
            drop(load=self.load, now=now)
        else:
            raise ValidationError(_("Press one of the buttons of the page."), code="no_act")

    def _form(self, data: Any = None) -> ChoiceForm:
        if self.load.kind == TownLoad.Kind.OSM:
            return ExtractChoiceForm(data, load=self.load)
        return TableChoiceForm(data, load=self.load)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What there is to see in the state it is in."""
        load = self.load
        can_choose = bool(load.found) and load.state in (State.READ, State.TRIED, State.REFUSED)
        form: forms.Form | None = kwargs.pop("form", None)
        if form is None and can_choose:
            form = self._form()
        return super().get_context_data(
            load=load,
            kind_label=load.get_kind_display(),
            state_label=load.get_state_display(),
            is_over=load.state in (State.STORED, State.DROPPED),
            is_tried=load.state == State.TRIED,
            is_stored=load.state == State.STORED,
            step=step_words(progress_of(load)),
            done=progress_of(load),
            total=len(STEPS),
            form=form,
            report=report_words(self.municipality, load.report) if load.report else None,
            state_url=reverse("portal:setup_file_state", args=[self.municipality.slug, load.pk]),
            **kwargs,
        )


class FileStateView(FileOfTown):
    """Where a file stands, for the page that waits."""

    def get(self, request: HttpRequest, **kwargs: Any) -> JsonResponse:
        """State, step and words; one query."""
        done = progress_of(self.load)
        answer = JsonResponse(
            {
                "state": self.load.state,
                "isWorking": self.load.is_working,
                "done": done,
                "total": len(STEPS),
                "step": step_words(done),
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer
