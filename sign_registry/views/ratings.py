"""Where the town sees which votes were set aside, by which rule, and counts them again.

No score is shown here: until a place has enough votes, staff see none of them either.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from departments.access import Right, may
from departments.views import StaffView
from sign_registry.models import SetAsideCase
from sign_registry.models.ratings import DayPart
from sign_registry.services.set_aside import (
    DECISION,
    LIMIT,
    restore_votes,
    set_votes_aside_again,
)
from zones.exports import csv_file
from zones.models import Municipality, SettingChange
from zones.names import in_language
from zones.views import ExportedView

State = SetAsideCase.State


class SetAsideListView(StaffView, ExportedView, ListView[SetAsideCase]):
    """Votes set aside, newest day first; also as CSV."""

    right = Right.SEE_RATINGS
    template_name = "signs/ratings.html"
    paginate_by = 30

    @cached_property
    def state(self) -> State:
        """Whether cases that are out are shown, or those counted again."""
        asked = self.request.GET.get("state")
        return State.RESTORED if asked == State.RESTORED else State.SET_ASIDE

    def get_queryset(self) -> QuerySet[SetAsideCase]:
        """Cases of the town in that state."""
        cases = SetAsideCase.objects.in_municipality(self.municipality).filter(state=self.state)
        return cases.select_related("site", "line").newest_first()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table for whoever checks."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("place", "day", "part_of_day", "votes", "rule", "state", "reason")
        rows = (
            (
                in_language(row.site.names, self.municipality.languages),
                row.day.isoformat(),
                row.day_part,
                sum(row.moved),
                row.rule,
                row.state,
                row.reason,
            )
            for row in self.get_queryset().iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-votes-set-aside", columns, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows in words, and how many votes are out now."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        cases = list(page.object_list)
        decided = _decisions(self.municipality, cases)
        page.object_list = [self._row(case, decided[str(case.pk)]) for case in cases]
        out = SetAsideCase.objects.in_municipality(self.municipality).filter(state=State.SET_ASIDE)
        total = sum(sum(moved) for moved in out.values_list("moved", flat=True))
        states = [{"code": state.value, "label": state.label} for state in State]
        may_decide = may(self.request.user, self.municipality, Right.PUBLISH)
        shown = {"page": page, "total": total, "state": self.state, "states": states}
        return {**context, **shown, "may_decide": may_decide}

    def _row(self, case: SetAsideCase, decisions: list[SettingChange]) -> dict[str, Any]:
        order = self.municipality.languages
        return {
            "id": case.pk,
            "place": in_language(case.site.names, order),
            "site": case.site_id,
            "line": in_language(case.line.names, order) if case.line else "",
            "day": case.day,
            "part": DayPart(case.day_part).label,
            "votes": sum(case.moved),
            "why": why(case),
            "state": case.state,
            "decisions": [_decision(one) for one in decisions],
        }


def _decisions(town: Municipality, cases: Sequence[SetAsideCase]) -> dict[str, list[SettingChange]]:
    """What was decided about each case, the last first; one query for all."""
    found: dict[str, list[SettingChange]] = {str(case.pk): [] for case in cases}
    told = SettingChange.objects.filter(municipality=town, subject=DECISION, subject_key__in=found)
    for change in told.select_related("changed_by").order_by("-changed_at", "-pk"):
        found[change.subject_key].append(change)
    return found


def _decision(change: SettingChange) -> dict[str, Any]:
    after = change.after or {}
    return {
        "state": after.get("state", ""),
        "reason": after.get("reason", (change.before or {}).get("reason", "")),
        "by": change.changed_by,
        "at": change.changed_at,
    }


class SetAsideDecisionView(StaffView):
    """Counts the votes of one case again, or sets them aside once more.

    Those who only look, such as the data protection officer, see the cases and decide nothing.
    """

    right = Right.PUBLISH

    def post(self, request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        """Move the votes and go back to the list."""
        cases = SetAsideCase.objects.in_municipality(self.municipality)
        case = get_object_or_404(cases, pk=pk)
        decide = restore_votes if case.state == State.SET_ASIDE else set_votes_aside_again
        try:
            decided = decide(
                case=case,
                actor=self.membership,
                now=timezone.now(),
                reason=request.POST.get("reason", ""),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            is_back = decided.state == State.RESTORED
            messages.success(request, _("Counted again.") if is_back else _("Set aside again."))
        return redirect("signs:ratings", slug=slug)


def why(case: SetAsideCase) -> str:
    """What the rule saw, in a sentence; never which score it was."""
    votes = int(case.values.get("votes", sum(case.moved)))
    if case.rule == LIMIT:
        return _("They came after the eighth vote in an hour from the same network.")
    expected = float(case.values.get("expected", 0))
    share = round(100 * float(case.values.get("share", 1)))
    return ngettext(
        "%(votes)d vote came within an hour where about %(expected)s is usual, "
        "and %(share)d %% said the same, unlike before.",
        "%(votes)d votes came within an hour where about %(expected)s are usual, "
        "and %(share)d %% said the same, unlike before.",
        votes,
    ) % {"votes": votes, "expected": f"{expected:.1f}", "share": share}
