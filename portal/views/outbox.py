"""What did not leave the town hall, and the buttons to try it again or to stop it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView

from departments.views import AdministrationView
from outbox.models import OutboxMessage
from outbox.services import bury, retry_message, retry_messages
from portal.outgoing import (
    STATES,
    TO_STAFF,
    about,
    failed_to_residents,
    outages,
    own_messages,
    row_of,
)
from zones.exports import csv_file
from zones.views import ExportedView


class OutboxView(AdministrationView, ExportedView, ListView[OutboxMessage]):
    """Messages to staff that failed or wait, filtered by state and kind; also as CSV."""

    template_name = "portal/outbox.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        """What the filters leave."""
        rows = own_messages(self.municipality).filter(state=self.filters["state"])
        return rows.of_kind(self.filters["kind"]) if self.filters["kind"] else rows

    @cached_property
    def filters(self) -> dict[str, str]:
        """What the reader chose; at first what was given up."""
        state, kind = (self.request.GET.get(name, "") for name in ("state", "kind"))
        return {
            "state": state if state in {one.value for one in STATES} else STATES[0].value,
            "kind": kind if kind in TO_STAFF else "",
        }

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table for whoever mends the mail server."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        columns = ("id", "written", "kind", "to", "channel", "state", "tries", "what_went_wrong")
        rows = (
            (
                row.message.pk,
                row.message.created_at.isoformat(),
                row.message.kind,
                row.recipient,
                row.message.channel,
                row.message.state,
                row.message.attempts,
                row.words,
            )
            for row in map(row_of, self.get_queryset().iterator(chunk_size=500))
        )
        return csv_file(f"{self.municipality.slug}-outbox", columns, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows in words, and how it stands with messages to residents."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [row_of(message) for message in page.object_list]
        return {
            **context,
            "page": page,
            "filters": self.filters,
            "states": [(one.value, one.label) for one in STATES],
            "kinds": TO_STAFF.items(),
            "to_residents": about(failed_to_residents(self.municipality).count()),
            "outages": outages(),
        }


class OutboxAgainView(AdministrationView):
    """Tries everything of a kind again, or everything that was meant for residents."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Put it back into the queue; how much it was is not said."""
        kind = request.POST.get("kind", "")
        if kind in TO_STAFF:
            chosen = own_messages(self.municipality).of_kind(kind)
        elif kind == "residents":
            chosen = failed_to_residents(self.municipality)
        else:
            messages.error(request, _("Choose what is to be tried again."))
            return redirect("portal:outbox", slug=slug)
        retry_messages(messages=chosen, now=timezone.now())
        messages.success(request, _("Whatever can be sent is tried again now."))
        return redirect("portal:outbox", slug=slug)


class OutboxMessageView(AdministrationView):
    """Tries one message again, or stops one that waits."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Call the service and go back to the list."""
        message = get_object_or_404(own_messages(self.municipality), pk=pk)
        try:
            if request.POST.get("do") == "stop":
                who = request.user.get_username()
                bury(message=message, reason=_("Stopped by %(person)s.") % {"person": who})
                messages.success(request, _("Stopped. It will not be sent."))
            else:
                retry_message(message=message, now=timezone.now())
                messages.success(request, _("It is tried again now."))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("portal:outbox", slug=slug)
