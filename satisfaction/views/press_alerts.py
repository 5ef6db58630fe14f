"""Falls that were found, for the press office: what fell, by how much, and what the owner says."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import ListView

from satisfaction.models import Alert
from satisfaction.sentences import interval_text, score_text
from satisfaction.views.press_base import PressPage
from sign_registry.models import SiteCategory, SitePeriod
from zones.exports import csv_file
from zones.names import in_language
from zones.views import ExportedView

COLUMNS = (
    "place", "since", "found_on", "score_before", "score_after", "change_low", "change_high",
    "state", "answer_due_on", "reply_until", "answered_on", "reply", "reason",
)  # fmt: skip


class PressAlertListView(PressPage, ExportedView, ListView[Alert]):
    """Falls of the town, newest first; also as CSV."""

    template_name = "satisfaction/press_alerts.html"
    paginate_by = 30

    @cached_property
    def state(self) -> str:
        """Whether those that wait for an answer are listed, or others."""
        asked = self.request.GET.get("state", "")
        if asked not in ("", *Alert.State.values):
            raise Http404
        return asked

    @cached_property
    def category(self) -> SiteCategory | None:
        """The kind of place; an unknown one is not found."""
        code = self.request.GET.get("category", "").replace("\x00", "")
        if not code:
            return None
        found = SiteCategory.objects.in_municipality(self.municipality).filter(code=code).first()
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> QuerySet[Alert]:
        """Falls of the choice."""
        found = Alert.objects.in_municipality(self.municipality)
        if self.state:
            found = found.filter(state=self.state)
        if self.category:
            periods = SitePeriod.objects.in_municipality(self.municipality).in_force(self.today)
            of_kind = periods.filter(category=self.category)
            found = found.filter(site__in=of_kind.values("site"))
        return found.select_related("site", "works").newest_first()

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows in words."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [self._row(alert) for alert in page.object_list]
        return {
            **context,
            "page": page,
            "state": self.state,
            "states": Alert.State.choices,
            "category": self.category,
            "may_publish": self.may_publish,
            "categories": self.categories,
        }

    def _row(self, alert: Alert) -> dict[str, Any]:
        low, high = sorted((-alert.change_high, -alert.change_low))
        least, most = interval_text(low, high, self.language)
        return {
            "alert": alert,
            "name": in_language(alert.site.names, self.order),
            "before": score_text(alert.score_before, self.language),
            "after": score_text(alert.score_after, self.language),
            "least": least,
            "most": most,
            "is_withheld": alert.state == Alert.State.OPEN and alert.reply_until >= self.today,
            "reply": alert.reply,
        }

    def _csv(self) -> HttpResponseBase:
        if not self.may_publish:
            raise PermissionDenied
        told = self.get_queryset().exclude(
            pk__in=Alert.objects.in_municipality(self.municipality).withheld_on(self.today)
        )
        rows = (
            (
                in_language(alert.site.names, self.order),
                alert.since.isoformat(),
                alert.found_on.isoformat(),
                f"{alert.score_before:.1f}",
                f"{alert.score_after:.1f}",
                f"{alert.change_low:.1f}",
                f"{alert.change_high:.1f}",
                alert.state,
                alert.answer_due_on.isoformat(),
                alert.reply_until.isoformat(),
                alert.answered_on.isoformat() if alert.answered_on else "",
                in_language(alert.replies, self.order) if alert.replies else "",
                alert.reason,
            )
            for alert in told.iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-falls", COLUMNS, rows)
