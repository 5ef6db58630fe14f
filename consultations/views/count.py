"""Counting a vote, deciding otherwise, publishing: for those who prepare consultations."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from consultations.models import BudgetProject, CountRun, Phase
from consultations.money_words import has_money, money_words, rule_words
from consultations.opening_words import moment_words
from consultations.phases import Action
from consultations.result_rows import result_rows
from consultations.services.counting_votes import (
    count_vote,
    override_count,
    publish_result,
    vote_of,
)
from consultations.views.base import ConsultProcessView
from zones.forms import add_refusal, text_fields, texts_of
from zones.models import Municipality


class OverrideForm(forms.Form):
    """A decision against the count: which project, and why in the town's languages."""

    project = forms.ChoiceField(label=gettext_lazy("Project"))

    def __init__(
        self, *args: Any, rows: Mapping[str, str], municipality: Municipality, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(rows.items())
        reasons = text_fields(
            municipality, gettext_lazy("Reason"), prefix="reasons", widget=forms.Textarea
        )
        for one in reasons.values():
            one.widget.attrs["rows"] = 3
        self.fields.update(reasons)


class CountView(ConsultProcessView, TemplateView):
    """The count of a vote that is over: begin it, decide otherwise, publish it."""

    template_name = "consultations/budget/count.html"

    @cached_property
    def vote(self) -> Phase | None:
        """The last vote."""
        return vote_of(self.process)

    @cached_property
    def count_run(self) -> CountRun | None:
        """The count, if there is one; never while the vote runs."""
        if self.vote is None or not self.is_over:
            return None
        rows = self.vote.counts.select_related("phase__process__municipality")
        return rows.prefetch_related("overrides").order_by("pk").first()

    @property
    def is_over(self) -> bool:
        """Whether the vote has ended."""
        ends_at = self.vote.ends_at if self.vote else None
        return ends_at is not None and ends_at <= timezone.now()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can be done next."""
        count = self.count_run
        ends_at = self.vote.ends_at if self.vote else None
        shared = {
            "process": self.process,
            "vote": self.vote,
            "is_over": self.is_over,
            "ends": moment_words(ends_at, self.municipality.timezone) if ends_at else "",
            "plan_path": f"/{self.municipality.slug}/plan/consultations/{self.process.pk}/",
            "count": count,
        }
        if count is None:
            return super().get_context_data(**shared, **kwargs)
        currency = count.rule.get("currency", "")
        kwargs.setdefault("form", self.override_form(count))
        return super().get_context_data(
            **shared,
            rows=result_rows(count),
            rule=rule_words(count.rule),
            has_money=has_money(count.rule),
            spent=money_words(count.result["spent"], currency),
            budget=money_words(count.result["budget"], currency),
            digest=bytes(count.digest).hex(),
            is_public=self.opening(Action.SEE_RESULT).is_open,
            **kwargs,
        )

    def override_form(self, count: CountRun, data: Any = None) -> OverrideForm:
        """A choice for each project about which nothing was decided yet."""
        rows = {
            row.project.code: f"{row.name}: {self._otherwise(counted=row.counted)}"
            for row in result_rows(count)
            if row.override is None
        }
        return OverrideForm(data, rows=rows, municipality=self.municipality)

    @staticmethod
    def _otherwise(*, counted: bool) -> str:
        return _("is not built all the same") if counted else _("is built all the same")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Count, decide otherwise, or publish."""
        step = request.POST.get("step", "")
        if step == "override" and self.count_run is not None:
            return self._override(self.count_run)
        try:
            messages.success(request, self._do(step))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self._here())

    def _do(self, step: str) -> str:
        if self.vote is None:
            raise ValidationError(_("This consultation has no vote."), code="no_vote")
        if step == "count":
            count_vote(phase=self.vote, actor=self.membership.user, now=self.act.now)
            return _("The ballots are counted.")
        if step == "publish" and self.count_run is not None:
            publish_result(count_run=self.count_run, now=self.act.now)
            return _("The result is public.")
        raise ValidationError(_("Count the ballots first."), code="not_counted")

    def _override(self, count: CountRun) -> HttpResponse:
        form = self.override_form(count, self.request.POST)
        if form.is_valid():
            project = get_object_or_404(
                BudgetProject, process=self.process, code=form.cleaned_data["project"]
            )
            try:
                override_count(
                    count_run=count,
                    project=project,
                    wins=project.code not in count.result["winners"],
                    reasons=texts_of(form.cleaned_data, "reasons"),
                    actor=self.membership.user,
                    now=self.act.now,
                )
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                messages.success(self.request, _("The decision and its reason are kept."))
                return redirect(self._here())
        return self.render_to_response(self.get_context_data(form=form))

    def _here(self) -> str:
        return reverse("consultations:count", args=[self.municipality.slug, self.process.pk])
