"""The own notices: unread first to the eye, with the reason of each, kept until removed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from notifications.models import Notice
from notifications.paths import inbox_path, mute_path, news_path
from notifications.querysets import NoticeQuerySet
from notifications.reasons import sentence
from notifications.services.inbox import mark_all_read, mark_read, remove
from notifications.views.personal import PersonalAction, PersonalView
from zones.exports import csv_file
from zones.views import ExportedView


class InboxView(PersonalView, ExportedView, ListView[Notice]):
    """Own notices of this town, the newest first; also as CSV."""

    template_name = "notifications/inbox.html"
    paginate_by = 20

    def get_queryset(self) -> NoticeQuerySet:
        """Everything told and not withdrawn."""
        own = Notice.objects.of(self.request.user).in_municipality(self.municipality)
        shown = own.shown(timezone.now()).newest_first()
        return shown.select_related("announcement__municipality")

    def exports(self) -> dict[str, Any]:
        """A table of the own notices."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("told", "title", "why", "by", "read")
        rows = (
            (
                row.told_at.isoformat(),
                row.announcement.title,
                sentence(row.reason),
                row.get_way_display(),
                row.read_at.isoformat() if row.read_at else "",
            )
            for row in self.get_queryset().iterator(chunk_size=500)
        )
        return csv_file(f"{self.municipality.slug}-inbox", columns, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows of the page, and how many are unread."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [_row(self.municipality.slug, row) for row in page.object_list]
        return {**context, "page": page, "unread_count": self.get_queryset().unread().count()}


class InboxOpenView(PersonalView):
    """Opens one notice: it counts as read from then on."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Go on to the page of the news."""
        notice = own_notice(self, pk)
        mark_read(notice=notice, now=timezone.now())
        return redirect(news_path(slug, notice.announcement_id))


class InboxRemoveView(PersonalAction):
    """Removes one notice from the own page."""

    def act(self, **kwargs: Any) -> str:
        """Only the own copy goes."""
        remove(notice=own_notice(self, kwargs["pk"]))
        return _("Removed from your notices.")

    def back(self) -> str:
        """The list."""
        return inbox_path(self.municipality.slug)


class InboxReadAllView(PersonalAction):
    """Marks everything as read."""

    def act(self, **kwargs: Any) -> str:
        """Those of this town."""
        mark_all_read(municipality=self.municipality, user=self.user, now=self.now)
        return _("All notices are marked as read.")

    def back(self) -> str:
        """The list."""
        return inbox_path(self.municipality.slug)


def own_notice(view: PersonalView, pk: int) -> Notice:
    """A notice of this person in this town; anybody else's is not found."""
    own = Notice.objects.of(view.request.user).in_municipality(view.municipality)
    return get_object_or_404(own, pk=pk)


def _row(slug: str, notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "title": notice.announcement.title,
        "topic": notice.announcement.get_topic_display(),
        "is_urgent": notice.announcement.urgency == "urgent",
        "told_at": notice.told_at,
        "is_unread": notice.read_at is None,
        "reason": sentence(notice.reason),
        "mute_url": mute_path(slug, notice.announcement_id),
    }
