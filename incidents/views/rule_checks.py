"""What a version of the rules leaves open or decides twice, and what it would have changed."""

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from departments.models import Department
from incidents.competence import Rulebook, rules_of
from incidents.competence_check import Gap, Overlap, Piece, gaps_in, overlaps_in, replay
from incidents.competence_words import fault_in_words
from incidents.views.rules import RulesView
from zones.paths import here_path

MOST_PIECES = 5
MOST_OVERLAPS = 50


class RuleCheckView(RulesView, TemplateView):
    """Gaps, overlaps and broken rules of the draft, or of the rules in force."""

    template_name = "incidents/rules/check.html"

    @cached_property
    def book(self) -> Rulebook:
        """The rules of the version the page is about."""
        if self.rule_set is None:
            raise Http404
        return rules_of(self.rule_set, self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each with a point to look at."""
        broken = self.book.broken
        return super().get_context_data(
            rule_set=self.rule_set,
            is_draft=self.rule_set == self.draft,
            has_outline=self.municipality.outline is not None,
            gaps=[self._gap(gap) for gap in gaps_in(self.book)],
            overlaps=[self._overlap(one) for one in overlaps_in(self.book)[:MOST_OVERLAPS]],
            broken=[
                {"rule": rule, "fault": fault_in_words(broken[rule.pk])}
                for rule in self.book.rules
                if rule.pk in broken
            ],
            **kwargs,
        )

    def _gap(self, gap: Gap) -> dict[str, Any]:
        return {
            "names": [category.name for category in gap.categories],
            "is_always": gap.is_always,
            "hectares": gap.area_m2 / 10_000,
            "pieces": [self._piece(piece) for piece in gap.pieces[:MOST_PIECES]],
            "more": max(len(gap.pieces) - MOST_PIECES, 0),
        }

    def _overlap(self, one: Overlap) -> dict[str, Any]:
        return {"first": one.first, "later": one.later, **self._piece(one.piece)}

    def _piece(self, piece: Piece) -> dict[str, Any]:
        slug = self.municipality.slug
        return {
            "hectares": piece.area_m2 / 10_000,
            "url": here_path(slug, piece.longitude, piece.latitude),
        }


class RuleReplayView(RulesView, TemplateView):
    """What the draft would have changed for the last reports."""

    template_name = "incidents/rules/replay.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts only: who sets the rules need not see the reports."""
        if self.draft is None:
            raise Http404
        tried, differences = replay(self.draft, self.today)
        wanted = {pk for one in differences for pk in (one.before, one.after)}
        names = {pk: row.name for pk, row in Department.objects.in_bulk(wanted - {0}).items()}
        names[0] = _("a person decides or asks")
        rows = [
            {
                "category": one.category.name,
                "before": names[one.before],
                "after": names[one.after],
                "count": one.count,
            }
            for one in differences
        ]
        changed = sum(one.count for one in differences)
        return super().get_context_data(
            draft=self.draft, tried=tried, changed=changed, rows=rows, **kwargs
        )
