"""Where staff let reports become public: the queue, one report, its pictures, and covering."""

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from departments.access import Right
from departments.views.base import ActionView, StaffView
from geo.metres import box_around
from incidents.models import Attachment, Category, Incident
from incidents.querysets import IncidentQuerySet
from incidents.reach import hats
from incidents.services.recording import Actor
from incidents.services.releasing import PICTURES, cover, drop_picture, hide, release
from incidents.services.standing import acting
from incidents.views.gate import ReportsView
from incidents.views.public import AROUND_M
from submissions.models import Submission
from submissions.pictures.covering import MOST_BOXES, Box
from submissions.serving import picture_response


class ReleasingPage(ReportsView, StaffView):
    """What pages of release share: the right, and the reports it reaches."""

    right = Right.RELEASE
    narrows: ClassVar[bool] = True

    def reports(self) -> IncidentQuerySet:
        """Those that the person may release."""
        worn = hats(self.membership.user, self.municipality, self.right, self.act.now)
        return Incident.objects.in_municipality(self.municipality).seen_under(worn)

    def attachment(self, pk: int) -> Attachment:
        """A picture of such a report."""
        rows = Attachment.objects.filter(incident__in=self.reports(), role__in=PICTURES)
        return get_object_or_404(rows.select_related("submission", "incident"), pk=pk)

    def actor(self, incident: Incident) -> Actor:
        """The person in the role that covers the report."""
        return acting(self.membership.user, incident, self.right, self.act.now)


class ReleaseQueueView(ReleasingPage, ListView[Incident]):
    """Reports that wait to become public, the oldest first."""

    template_name = "incidents/release/queue.html"
    paginate_by = 30

    def get_queryset(self) -> IncidentQuerySet:
        """Those with something to look at."""
        waiting = self.reports().to_release()
        return waiting.select_related("category", "department").order_by("reported_at", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page under the name that its parts use."""
        context = super().get_context_data(**kwargs)
        return {**context, "page": context["page_obj"]}


class ReleaseView(ReleasingPage, TemplateView):
    """One report with all that would become public."""

    template_name = "incidents/release/report.html"

    @cached_property
    def incident(self) -> Incident:
        """One that the person may release."""
        rows = self.reports().select_related("category", "department", "municipality")
        return get_object_or_404(rows, reference=self.kwargs["reference"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Words, pictures, and what the category shows."""
        category = self.incident.category
        parts = list(self.incident.attachments.select_related("submission").order_by("pk"))
        point = self.incident.geometry.point_on_surface if self.incident.geometry else None
        return super().get_context_data(
            incident=self.incident,
            text=next((one for one in parts if one.role == "description"), None),
            pictures=[one for one in parts if one.role in PICTURES and one.submission.file],
            is_never=category is None or category.visibility == Category.Visibility.NEVER,
            is_place_only=category is not None and category.visibility == Category.Visibility.PLACE,
            longitude=point.x if point else None,
            latitude=point.y if point else None,
            bbox=box_around(point, AROUND_M).extent if point else self.bbox,
            limits=self.bbox,
            **kwargs,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Release what was chosen, and go on with the queue."""
        chosen = request.POST.getlist("pictures")
        words = request.POST.get("words") if "show_words" in request.POST else None
        try:
            release(
                incident=self.incident,
                words=words,
                pictures=[int(one) for one in chosen if one.isdecimal() and len(one) < 12],
                actor=self.actor(self.incident),
                now=self.act.now,
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(request.path)
        messages.success(request, _("Everybody can see it now."))
        return redirect(reverse("incidents:release_queue", args=[self.municipality.slug]))


class HideView(ReleasingPage, ActionView):
    """Keeps a report from the public, or takes it back."""

    http_method_names = ["post", "options"]

    def act_on(self, **kwargs: Any) -> str:
        """Hide it, with the reason."""
        incident = get_object_or_404(self.reports(), reference=kwargs["reference"])
        why = self.request.POST.get("why", "")
        hide(incident=incident, why=why, actor=self.actor(incident), now=self.act.now)
        return _("Nobody outside sees it.")

    def back(self) -> str:
        """The queue."""
        return reverse("incidents:release_queue", args=[self.municipality.slug])


class ReleasePictureView(ReleasingPage):
    """A picture that was not looked at yet, for those who look."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """The picture, kept by no browser."""
        submission = self.attachment(pk).submission
        response = picture_response(submission)
        response["Cache-Control"] = "private, no-store"
        return response


class BoxForm(forms.Form):
    """One part of a picture in per cent, for whoever cannot draw it."""

    x = forms.FloatField(min_value=0, max_value=100)
    y = forms.FloatField(min_value=0, max_value=100)
    width = forms.FloatField(min_value=0.1, max_value=100)
    height = forms.FloatField(min_value=0.1, max_value=100)

    def box(self) -> Box:
        """The part in thousandths, rounded outward and cut at the edge."""
        given = self.cleaned_data
        x, y = int(given["x"] * 10), int(given["y"] * 10)
        right = min(1000, round((given["x"] + given["width"]) * 10 + 0.5))
        bottom = min(1000, round((given["y"] + given["height"]) * 10 + 0.5))
        return Box(x, y, right - x, bottom - y)


class CoverView(ReleasingPage, TemplateView):
    """Parts of a picture are marked with pointer or numbers, then covered for good."""

    template_name = "incidents/release/cover.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The picture, and rows for numbers."""
        attachment = self.attachment(self.kwargs["pk"])
        if attachment.submission.state != Submission.State.WAITING:
            raise Http404
        return super().get_context_data(
            attachment=attachment, picture=attachment.submission, rows=range(1, 7), **kwargs
        )

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """Cover, and show the picture again."""
        attachment = self.attachment(pk)
        try:
            boxes = boxes_of(request)
            cover(
                attachment=attachment,
                boxes=boxes,
                actor=self.actor(attachment.incident),
                now=self.act.now,
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(request.path)
        messages.success(request, _("The marked parts are covered for good."))
        reference = attachment.incident.reference
        return redirect(reverse("incidents:release", args=[slug, reference]))


def boxes_of(request: HttpRequest) -> list[Box]:
    """The parts that were drawn, as JSON, and those that were typed.

    Raises:
        ValidationError: `box`.
    """
    refusal = ValidationError(
        _("Mark between 1 and %(most)s parts, each inside the picture.") % {"most": MOST_BOXES},
        code="box",
    )
    rows = [_typed(request, number) for number in range(1, 7)]
    rows = [row for row in rows if any(row.values())]
    try:
        drawn = json.loads(request.POST.get("drawn") or "[]")
    except (ValueError, RecursionError) as error:
        raise refusal from error
    if not isinstance(drawn, list) or len(drawn) + len(rows) > MOST_BOXES:
        raise refusal
    rows += [row for row in drawn if isinstance(row, dict)]
    typed = [BoxForm(row) for row in rows]
    if not all(form.is_valid() for form in typed):
        raise refusal
    return [form.box() for form in typed]


def _typed(request: HttpRequest, number: int) -> dict[str, str]:
    names = ("x", "y", "width", "height")
    return {name: request.POST.get(f"{name}_{number}", "").strip() for name in names}


class DropPictureView(ReleasingPage, ActionView):
    """Refuses a picture and erases it."""

    http_method_names = ["post", "options"]

    def act_on(self, **kwargs: Any) -> str:
        """Erase the file."""
        attachment = self.attachment(kwargs["pk"])
        self.reference = attachment.incident.reference
        drop_picture(attachment=attachment, actor=self.actor(attachment.incident), now=self.act.now)
        return _("The picture was erased.")

    def back(self) -> str:
        """The report it belonged to."""
        return reverse("incidents:release", args=[self.municipality.slug, self.reference])
