"""The steps of preparing a consultation: texts, phases, ballot, area, and whose voice counts."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consultations.eligibility import Whose
from consultations.models import Phase, Process
from consultations.phases import OPENS, Action, PhaseKind
from consultations.plan_forms import (
    AreaForm,
    BindingForm,
    PhaseRows,
    ProlongForm,
    RuleForm,
    TextsForm,
    VoteForm,
    phase_rows,
)
from consultations.realisation_forms import RealisationForm
from consultations.services import preparing, who_counts
from consultations.services.publishing import prolong
from consultations.services.realising import set_realisation
from consultations.services.who_counts import RULED
from consultations.views.plan_process import PlanPage
from zones.forms import add_refusal
from zones.models import Zone
from zones.reach import as_words, estimate


class StepView(PlanPage):
    """A step with one form: kept, then back to the overview; or what is wrong, at its field."""

    after: ClassVar[str] = ""

    def form(self, data: Any) -> forms.Form:
        """The form of the step."""
        raise NotImplementedError

    def store(self, form: Any) -> None:
        """Keep what the form says."""
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it, or say what is wrong."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.store(form)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("Saved."))
                return redirect(self.home + self.after)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        form = kwargs.pop("form", None) or self.form(None)
        return super().get_context_data(form=form, **kwargs)

    @property
    def doing(self) -> dict[str, Any]:
        """Whose consultation, who does it, and when."""
        return {"process": self.process, "actor": self.membership.user, "now": timezone.now()}


class TextsView(StepView):
    """Title, text and department."""

    template_name = "consultations/plan/texts.html"

    def form(self, data: Any) -> TextsForm:
        """Every language of the town."""
        return TextsForm(data, municipality=self.municipality, process=self.process)

    def store(self, form: TextsForm) -> None:
        """Keep them."""
        preparing.set_texts(
            names=form.words("names"),
            texts=form.words("texts"),
            department=form.cleaned_data["department"],
            **self.doing,
        )


class AreaView(StepView):
    """Which saved area it concerns."""

    template_name = "consultations/plan/area.html"

    def form(self, data: Any) -> AreaForm:
        """The areas of the workbench."""
        initial = {"area": self.process.area_id}
        return AreaForm(data, initial=initial, municipality=self.municipality)

    def store(self, form: AreaForm) -> None:
        """Keep it."""
        preparing.set_area(area=form.cleaned_data["area"], **self.doing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom the chosen area reaches."""
        area = self.process.area
        has_shape = area is not None and area.geometry is not None
        reach = estimate(area.geometry, self.municipality, self.today) if has_shape else None  # type: ignore[union-attr,arg-type]
        return super().get_context_data(area=area, reach=as_words(reach) if reach else "", **kwargs)


class RealisationView(StepView):
    """Which works carry it out; open after the publication too."""

    template_name = "consultations/plan/realisation.html"

    @property
    def is_fixed(self) -> bool:
        """Only what is withdrawn stays as it is."""
        return self.process.state == Process.State.WITHDRAWN

    def form(self, data: Any) -> RealisationForm:
        """The works of the town."""
        initial = {"works": self.process.realisation_id}
        return RealisationForm(data, initial=initial, municipality=self.municipality)

    def store(self, form: RealisationForm) -> None:
        """Keep it."""
        set_realisation(works=form.cleaned_data["works"], **self.doing)


class VoteFormView(StepView):
    """The ballot of a vote and the rule of its count."""

    template_name = "consultations/plan/vote.html"
    after = "phases/"

    @cached_property
    def phase(self) -> Phase:
        """The vote of the address; of another consultation it is not found."""
        rows = self.process.phases.filter(kind=PhaseKind.VOTE)
        return get_object_or_404(rows, pk=self.kwargs["phase"])

    def form(self, data: Any) -> VoteForm:
        """What is set."""
        return VoteForm(data, settings=self.phase.settings)

    def store(self, form: VoteForm) -> None:
        """Keep it."""
        preparing.set_vote(phase=self.phase, settings=form.settings(), **self.doing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the phase."""
        return super().get_context_data(phase=self.phase, **kwargs)


class PhasesView(PlanPage):
    """All phases in one table; of a published consultation only ends can be moved, to later."""

    template_name = "consultations/plan/phases.html"

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the town."""
        return ZoneInfo(self.municipality.timezone)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep all of them, or prolong one."""
        return self._prolong(request) if self.is_fixed else self._keep(request)

    def _keep(self, request: HttpRequest) -> HttpResponse:
        rows = PhaseRows(request.POST)
        refused: list[str] = []
        if rows.is_valid():
            plans = [plan for form in rows if (plan := form.plan(self.zone))]
            try:
                preparing.set_phases(
                    process=self.process,
                    plans=plans,
                    actor=self.membership.user,
                    now=timezone.now(),
                )
            except ValidationError as error:
                refused = error.messages
            else:
                messages.success(request, _("Saved."))
                return redirect(f"{self.home}phases/")
        context = self.get_context_data(rows=rows, refused=refused)
        return self.render_to_response(context, status=422)

    def _prolong(self, request: HttpRequest) -> HttpResponse:
        form = ProlongForm(request.POST)
        if form.is_valid():
            phase = get_object_or_404(self.process.phases, pk=form.cleaned_data["phase"])
            try:
                prolong(
                    process=self.process,
                    phase=phase,
                    ends_at=form.cleaned_data["ends_at"].replace(tzinfo=self.zone),
                    actor=self.membership.user,
                    now=timezone.now(),
                )
            except ValidationError as error:
                add_refusal(form, error)
            else:
                messages.success(request, _("It is prolonged. What follows begins as much later."))
                return redirect(f"{self.home}phases/")
        return self.render_to_response(self.get_context_data(prolonging=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows of the form, or phases that can be prolonged."""
        now = timezone.now()
        phases = list(self.process.phases.order_by("starts_at", "pk"))
        if not self.is_fixed:
            kwargs.setdefault("rows", PhaseRows(initial=phase_rows(phases, self.zone)))
        return super().get_context_data(
            phases=[
                {
                    "one": one,
                    "opens": [Action(action).label for action in Action if action in _opens(one)],
                    "is_open": one.ends_at is not None and one.ends_at > now,
                }
                for one in phases
            ],
            **{"refused": [], "prolonging": ProlongForm(), **kwargs},
        )


class WhoView(PlanPage):
    """Whose voice counts for what, as of which day, and whether the town is bound."""

    template_name = "consultations/plan/who.html"

    @cached_property
    def actions(self) -> list[Action]:
        """What the phases open and a rule can be set for."""
        opened = set().union(*(_opens(one) for one in self.process.phases.all()))
        return [action for action in RULED if action in opened]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep everything, or nothing."""
        rules = self._rules(request.POST)
        binding = self._binding(request.POST)
        # Each form says what is wrong with it, so that all is seen at once.
        if all([*(form.is_valid() for form in rules.values()), binding.is_valid()]):
            with transaction.atomic():
                if self._kept(rules, binding):
                    messages.success(request, _("Saved."))
                    return redirect(self.home)
                transaction.set_rollback(True)
        context = self.get_context_data(rules=rules, binding=binding)
        return self.render_to_response(context, status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One form for each action, then the day and the decision."""
        rules = kwargs.pop("rules", None) or self._rules(None)
        return super().get_context_data(
            rules=[(action.label, rules[action]) for action in rules],
            binding=kwargs.pop("binding", None) or self._binding(None),
            has_vote=Action.VOTE in self.actions,
            **kwargs,
        )

    def _kept(self, rules: dict[Action, RuleForm], binding: BindingForm) -> bool:
        """Whether all could be kept; what was refused stands at its field."""
        act: dict[str, Any] = {
            "process": self.process,
            "actor": self.membership.user,
            "now": timezone.now(),
        }
        data = binding.cleaned_data

        def bind() -> None:
            who_counts.set_binding(
                is_binding=data["is_binding"], council_decision=data["council_decision"], **act
            )

        steps: list[tuple[forms.Form, Callable[[], object]]] = [
            (form, partial(who_counts.set_rule, action=action, choice=form.choice(), **act))
            for action, form in rules.items()
        ]
        # What loosens goes first, what binds goes last: either may come together with a rule.
        is_loosened = not data["is_binding"] or bool(data["council_decision"])
        steps.insert(0 if is_loosened else len(steps), (binding, bind))
        steps.append(
            (binding, partial(who_counts.set_reference_day, on=data["reference_on"], **act))
        )
        for form, step in steps:
            try:
                step()
            except ValidationError as refused:
                add_refusal(form, refused)
        return not (binding.errors or any(form.errors for form in rules.values()))

    def _rules(self, data: Any) -> dict[Action, RuleForm]:
        zones = Zone.objects.in_municipality(self.municipality).in_force(self.today).areas()
        rows = {row.action: row for row in self.process.rules.prefetch_related("zones")}
        default = Whose.AREA if self.process.area_id else Whose.TOWN
        return {
            action: RuleForm(
                data,
                prefix=action.value,
                zones=zones.by_name(self.language),
                row=rows.get(action),
                default=default,
            )
            for action in self.actions
        }

    def _binding(self, data: Any) -> BindingForm:
        process = self.process
        return BindingForm(
            data,
            initial={
                "reference_on": process.reference_on,
                "is_binding": process.is_binding,
                "council_decision": process.council_decision,
            },
        )


def _opens(phase: Phase) -> frozenset[Action]:
    return OPENS[PhaseKind(phase.kind)]
