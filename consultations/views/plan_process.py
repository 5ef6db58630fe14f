"""One consultation as its planner sees it: what is done and missing, publishing, withdrawing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consultations.blueprints import blueprint_of
from consultations.models import Process
from consultations.phases import under_way
from consultations.plan_forms import WithdrawForm
from consultations.present.drawing import drawing_of
from consultations.present.preparing import pages_of, steps_of
from consultations.services.publishing import faults_before_publishing, publish, withdraw
from consultations.views.base import ConsultProcessView
from zones.forms import add_refusal
from zones.reach import as_words, estimate


class PlanPage(ConsultProcessView, TemplateView):
    """A page about one consultation, below its overview."""

    @property
    def is_fixed(self) -> bool:
        """Whether nothing but ends of phases can be changed any more."""
        return self.process.state != Process.State.DRAFT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; what stands in its address is read where it is needed."""
        return self.render_to_response(self.get_context_data())

    @property
    def home(self) -> str:
        """The address of the overview."""
        return reverse("consultations:plan_process", args=[self.municipality.slug, self.process.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What all pages show of it."""
        return super().get_context_data(
            process=self.process,
            title=self.process.name,
            is_fixed=self.is_fixed,
            home=self.home,
            bbox=self.bbox,
            **kwargs,
        )


class PlanProcessView(PlanPage):
    """The overview: steps done and missing, reach, drawing, and the pages of the others."""

    template_name = "consultations/plan/process.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        process, now = self.process, timezone.now()
        phases = sorted(process.phases.all(), key=lambda one: (one.starts_at, one.pk))
        faults = [] if self.is_fixed else faults_before_publishing(process, now)
        blueprint = blueprint_of(process.template)
        return super().get_context_data(
            kind=blueprint.label if blueprint else "",
            phases=phases,
            current={one.pk for one in under_way(phases, now)},  # type: ignore[attr-defined]
            steps=steps_of(process, faults, self.home),
            pages=pages_of(process, self.home),
            may_publish=not any(one.is_blocking for one in faults),
            reach=self._reach(),
            drawing=drawing_of(process, is_planning=True),
            public=self._public(),
            **kwargs,
        )

    def _reach(self) -> str:
        """Whom the area reaches, from the published squares alone."""
        area = self.process.area
        if area is None or area.geometry is None:
            return ""
        return as_words(estimate(area.geometry, self.municipality, self.today))

    def _public(self) -> str:
        """The page everybody reads; nothing while it is a draft."""
        if self.process.state != Process.State.PUBLISHED:
            return ""
        return f"/{self.municipality.slug}/consultations/{self.process.pk}/"


class PublishView(PlanPage):
    """The last look before everybody sees it."""

    template_name = "consultations/plan/publish.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is missing, or the button; a published one is looked at instead."""
        if self.is_fixed:
            return redirect(self.home)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Publish it, or say what stands against it."""
        try:
            publish(process=self.process, actor=self.membership.user, now=timezone.now())
        except ValidationError as refused:
            context = self.get_context_data(refused=refused.messages)
            return self.render_to_response(context, status=422)
        messages.success(request, _("It is published. Everybody can read it now."))
        return redirect(self.home)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Faults that block, and those that only have to be known."""
        faults = faults_before_publishing(self.process, timezone.now())
        return super().get_context_data(
            steps=steps_of(self.process, faults, self.home),
            blocking=[one for one in faults if one.is_blocking],
            warnings=[one for one in faults if not one.is_blocking],
            **kwargs,
        )


class WithdrawView(PlanPage):
    """Taking a published consultation back."""

    template_name = "consultations/plan/withdraw.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; only a published one can be withdrawn."""
        if self.process.state != Process.State.PUBLISHED:
            return redirect(self.home)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Withdraw it with the reason that everybody reads."""
        form = WithdrawForm(request.POST)
        if form.is_valid():
            try:
                withdraw(
                    process=self.process,
                    why=form.cleaned_data["why"],
                    actor=self.membership.user,
                    now=timezone.now(),
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("It is withdrawn. Its page says so."))
                return redirect(self.home)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        form = kwargs.pop("form", None) or WithdrawForm()
        return super().get_context_data(form=form, **kwargs)
