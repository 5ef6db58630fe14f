"""The page on which residents fill in a survey; who is not signed in reads it and is asked to."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.models import User
from consultations.models import Phase, Question
from consultations.phases import holds
from consultations.services.responding import Given, respond, response_of
from consultations.services.surveys import PLACES, survey_phases
from consultations.survey_forms import SPEAKS_AS, SurveyForm
from consultations.views.base import ProcessView
from zones.area_streets import street_labels
from zones.models import Zone
from zones.views import TownView


def survey_form(
    view: TownView,
    phase: Phase,
    data: QueryDict | None,
    given: Mapping[str, Given] | None = None,
) -> dict[str, Any]:
    """The form of a survey and what its fields offer, for a page of a town."""
    questions = list(phase.questions.order_by("position", "pk"))
    kinds = {one.kind for one in questions}
    town = phase.process.municipality
    zones = Zone.objects.in_municipality(town).in_force(view.today).areas().by_name(view.language)
    form = SurveyForm(
        data,
        process=phase.process,
        questions=questions,
        zones=zones if Question.Kind.AREA in kinds else (),
        given=given,
    )
    area = phase.process.area
    return {
        "form": form,
        "bbox": area.geometry.extent if area is not None and area.geometry else view.bbox,
        "limits": view.bbox,
        "asked": list(form.asked()) if data is None else [],
        "has_places": bool(kinds & PLACES),
        "streets": street_labels(town, view.language)
        if kinds & {Question.Kind.POINT, Question.Kind.LINE}
        else [],
    }


class SurveyView(ProcessView, TemplateView):
    """Filling in a survey; one for each person, changed until it ends."""

    template_name = "consultations/survey/fill.html"

    @cached_property
    def phase(self) -> Phase:
        """The survey that is under way, else the next one, else the last."""
        phases, now = survey_phases(self.process), timezone.now()
        if not phases:
            raise Http404
        ahead = [one for one in phases if holds(one, now) or one.starts_at > now]
        chosen = [*ahead, phases[-1]][0]
        chosen.process = self.process
        return chosen

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the answers; who is not signed in goes to sign in first."""
        if not isinstance(request.user, User):
            return redirect(f"/accounts/?next={request.path}")
        found = survey_form(self, self.phase, request.POST)
        form: SurveyForm = found["form"]
        if form.is_valid():
            try:
                respond(
                    phase=self.phase,
                    answers=form.answers(),
                    user=request.user,
                    now=timezone.now(),
                    speaks_as=form.cleaned_data[SPEAKS_AS],
                )
            except ValidationError as refused:
                form.refuse(refused)
            else:
                messages.success(request, _("Thank you. Your answers are kept."))
                return redirect("consultations:survey", slug=kwargs["slug"], pk=self.process.pk)
        found["asked"] = list(form.asked())
        return self.render_to_response(self.get_context_data(**found), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with what the person answered before."""
        now, user = timezone.now(), self.request.user
        is_open = holds(self.phase, now)
        given: Mapping[str, Given] = {}
        if isinstance(user, User):
            given = response_of(self.phase, user)
        if is_open and "form" not in kwargs:
            kwargs |= survey_form(self, self.phase, None, given)
        return super().get_context_data(
            process=self.process,
            phase=self.phase,
            is_open=is_open,
            is_coming=self.phase.starts_at > now,
            has_answered=bool(given),
            **kwargs,
        )
