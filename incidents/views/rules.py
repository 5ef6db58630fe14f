"""Rules of competence for administrators: the list in order, one rule on a map, the draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from departments.access import Right
from departments.views.base import ActionView, ChangeView, StaffView
from incidents.competence import Rulebook, read_rules
from incidents.competence_words import fault_in_words, ground_in_words
from incidents.loading import RULE_COLUMNS, rule_cells
from incidents.models import CompetenceRule, RuleSet
from incidents.present.rules import box_of, grounds_of, hours_in_words, shapes_of
from incidents.rule_forms import PublishForm, RuleForm
from incidents.services.rules import (
    begin_draft,
    discard_draft,
    draft_of,
    move_rule,
    publish_rules,
    remove_rule,
    rules_now,
    save_rule,
)
from incidents.views.gate import ReportsView
from zones.exports import csv_file
from zones.views import ExportedView

STEPS = {"up": -1, "down": 1, "first": -10_000, "last": 10_000}


class RulesView(ReportsView, StaffView):
    """Anything about the rules of a town; only who sets them for the whole town."""

    right = Right.SET_RULES

    @cached_property
    def now_in_force(self) -> RuleSet | None:
        """The version that decides."""
        return rules_now(self.municipality)

    @cached_property
    def draft(self) -> RuleSet | None:
        """The version that is being written."""
        return draft_of(self.municipality)

    @cached_property
    def rule_set(self) -> RuleSet | None:
        """The version the page is about: the draft where there is one and nothing else is asked."""
        asked = self.request.GET.get("version", "")
        if asked.isdecimal():
            found = RuleSet.objects.in_municipality(self.municipality)
            return get_object_or_404(found, number=int(asked[:9]))
        return self.draft or self.now_in_force

    def rules_path(self) -> str:
        """Path of the list."""
        return reverse("incidents:rules", args=[self.municipality.slug])

    def back(self) -> str:
        """To the list."""
        return self.rules_path()

    def needed_draft(self) -> RuleSet:
        """The draft.

        Raises:
            ValidationError: `no_draft`, somebody published or discarded it meanwhile.
        """
        if self.draft is None:
            raise ValidationError(
                _("These rules are published or given up. Begin a new draft."), code="no_draft"
            )
        return self.draft

    def rule(self) -> CompetenceRule:
        """The rule of the address, of this town."""
        rules = CompetenceRule.objects.in_municipality(self.municipality)
        rules = rules.select_related("rule_set__municipality", "street", "site", "zone__kind")
        return get_object_or_404(rules, pk=self.kwargs["pk"])


class RuleListView(RulesView, ExportedView, TemplateView):
    """The rules of one version in their order, with where each holds in words."""

    template_name = "incidents/rules/list.html"

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The columns of load_rules."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Four queries, whatever the number of rules."""
        broken = self.book.broken
        rows = [
            {
                "rule": rule,
                "ground": ground_in_words(rule),
                "hours": hours_in_words(rule),
                "fault": fault_in_words(broken[rule.pk]) if rule.pk in broken else "",
            }
            for rule in self.book.rules
        ]
        versions = RuleSet.objects.in_municipality(self.municipality).order_by("-number")
        return super().get_context_data(
            rule_set=self.rule_set,
            is_draft=self.rule_set is not None and self.rule_set == self.draft,
            draft=self.draft,
            rows=rows,
            broken=len(broken),
            versions=versions.select_related("published_by")[:20],
            **kwargs,
        )

    @cached_property
    def book(self) -> Rulebook:
        """The rules of the page with what is wrong with them."""
        return read_rules(self.municipality, Q(rule_set=self.rule_set), self.today)

    def _csv(self) -> HttpResponseBase:
        rules = CompetenceRule.objects.filter(rule_set=self.rule_set).select_related(
            "category", "zone__kind", "street", "site", "site_category", "department"
        )
        names = [column.name for column in RULE_COLUMNS]
        return csv_file(f"{self.municipality.slug}-rules", names, map(rule_cells, rules))


class RuleView(RulesView, TemplateView):
    """One rule: what it says, where, and on a map."""

    template_name = "incidents/rules/rule.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the shapes that bound its ground."""
        rule = self.rule()
        book = read_rules(self.municipality, Q(pk=rule.pk), self.today)
        shown = book.rules[0]
        fault = book.broken.get(rule.pk)
        grounds = list(grounds_of(rule, self.today))
        return super().get_context_data(
            rule=shown,
            ground=ground_in_words(shown),
            hours=hours_in_words(shown),
            fault=fault_in_words(fault) if fault else "",
            is_draft=rule.rule_set == self.draft,
            shapes=shapes_of(grounds),
            bbox=box_of(grounds, self.bbox),
            limits=self.bbox,
            **kwargs,
        )


class RuleChangeView(RulesView, ChangeView):
    """Adds a rule to the draft, or changes one."""

    template_name = "incidents/rules/form.html"
    form_class = RuleForm
    submit = gettext_lazy("Save the rule")

    @cached_property
    def changed(self) -> CompetenceRule | None:
        """The one to change; none when one is added."""
        if "pk" not in self.kwargs:
            return None
        rule = self.rule()
        if rule.rule_set.state != RuleSet.State.DRAFT:
            raise Http404
        return rule

    @property
    def title(self) -> str:  # type: ignore[override]
        """What is done."""
        if self.changed:
            return _("Rule “%(code)s”") % {"code": self.changed.code}
        return _("Add a rule")

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the town has."""
        return super().get_form_kwargs() | {
            "municipality": self.municipality,
            "language": self.language,
            "rule": self.changed,
        }

    def store(self, form: Any) -> str:
        """Add or change."""
        draft = self.changed.rule_set if self.changed else self.needed_draft()
        save_rule(draft=draft, facts=form.facts(), rule=self.changed)
        return _("The rule is in the draft.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The map to draw on, which begins where the shape is that there is."""
        drawn = self.changed.geometry if self.changed else None
        bbox = box_of([drawn] if drawn else [], self.bbox)
        return super().get_context_data(bbox=bbox, limits=self.bbox, **kwargs)


class RuleMoveView(RulesView, ActionView):
    """Puts a rule of the draft earlier or later."""

    def act_on(self, **_kwargs: Any) -> str:
        """One step, or to an end."""
        rule = self.rule()
        steps = STEPS.get(self.request.POST.get("to", ""))
        if steps is None:
            raise ValidationError(_("Say whether it goes up or down."), code="no_way")
        move_rule(rule=rule, steps=steps)
        return _("“%(code)s” was moved.") % {"code": rule.code}

    def back(self) -> str:
        """To the rule in the list, so that it can be moved on."""
        return f"{self.rules_path()}#rule-{self.kwargs['pk']}"


class RuleRemoveView(RulesView, ActionView):
    """Takes a rule out of the draft."""

    def act_on(self, **_kwargs: Any) -> str:
        """Remove it."""
        rule = self.rule()
        code = rule.code
        remove_rule(rule=rule)
        return _("“%(code)s” is no longer in the draft.") % {"code": code}


class DraftBeginView(RulesView, ActionView):
    """Begins a draft from the rules in force."""

    def act_on(self, **_kwargs: Any) -> str:
        """Begin, or go on with the one there is."""
        begin_draft(municipality=self.municipality, act=self.act)
        return _("This is a draft. Nothing changes until it is published.")


class DraftDiscardView(RulesView, ActionView):
    """Gives the draft up."""

    def act_on(self, **_kwargs: Any) -> str:
        """Discard it."""
        discard_draft(draft=self.needed_draft())
        return _("The draft is gone. The rules in force stay.")


class RulePublishView(RulesView, ChangeView):
    """Puts the draft in force."""

    template_name = "incidents/rules/publish.html"
    form_class = PublishForm
    title = gettext_lazy("Publish the rules")
    submit = gettext_lazy("Publish")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only where there is something to publish."""
        if self.draft is None:
            messages.error(request, _("There is no draft. Begin one first."))
            return redirect(self.back())
        return super().get(request, *args, **kwargs)

    def store(self, form: Any) -> str:
        """From now on they decide."""
        publish_rules(draft=self.needed_draft(), note=form.cleaned_data["note"], act=self.act)
        return _("These rules decide from now on.")
