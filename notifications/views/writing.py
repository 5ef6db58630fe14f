"""Notices as those who write them see them: the list, and the form with everything on one page."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from departments.access import Right
from departments.views import StaffView
from notifications.forms import AREA, PART, NoticeForm
from notifications.models import Announcement
from notifications.services import announcements
from notifications.services.aiming import aimed
from notifications.services.wording import AnnouncementText
from zones.exports import csv_file
from zones.forms import add_refusal
from zones.models import TargetArea
from zones.names import in_language
from zones.views import ExportedView

COLUMNS = ("id", "title", "topic", "urgency", "state", "area", "sent", "from", "until")


class NoticesView(StaffView):
    """A page about notices, for those who may write them."""

    right = Right.NOTIFY

    @property
    def own(self) -> QuerySet[Announcement]:
        """The notices of this town."""
        rows = Announcement.objects.in_municipality(self.municipality)
        return rows.select_related("municipality", "target", "works")

    def announcement(self) -> Announcement:
        """The notice of the address; one of another town is not found."""
        return get_object_or_404(self.own, pk=self.kwargs["pk"])


class NoticeListView(NoticesView, ExportedView, ListView[Announcement]):
    """Every notice of the town, newest first; also as CSV."""

    template_name = "notifications/writing/list.html"
    paginate_by = 30

    @cached_property
    def state(self) -> str:
        """Those of one state, or all; an unknown one is not found."""
        asked = self.request.GET.get("state", "")
        if asked not in ("", *Announcement.State.values):
            raise Http404
        return asked

    def get_queryset(self) -> QuerySet[Announcement]:
        """What the filter leaves."""
        rows = self.own.filter(state=self.state) if self.state else self.own
        return rows.select_related("created_by").order_by("-changed_at", "-pk")

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows and states."""
        context = super().get_context_data(**kwargs)
        waiting = self.own.filter(state=Announcement.State.WAITING).count()
        return {
            **context,
            "page": context["page_obj"],
            "state": self.state,
            "states": Announcement.State.choices,
            "waiting": waiting,
        }

    def _csv(self) -> HttpResponseBase:
        order = self.municipality.languages
        rows = (
            (
                one.pk,
                in_language(one.titles, order),
                one.topic,
                one.urgency,
                one.state,
                one.target.name if one.target else "",
                *_moments(one),
            )
            for one in self.get_queryset().iterator(chunk_size=200)
        )
        return csv_file(f"{self.municipality.slug}-notices", COLUMNS, rows)


class NoticeFormView(NoticesView, TemplateView):
    """Writing a notice, or changing a draft."""

    template_name = "notifications/writing/form.html"

    @cached_property
    def draft(self) -> Announcement | None:
        """The draft to change; none when a notice is begun."""
        return self.announcement() if "pk" in self.kwargs else None

    @cached_property
    def corrected(self) -> Announcement | None:
        """The withdrawn notice that this one puts right."""
        if self.draft is not None:
            return self.draft.corrects
        asked = self.request.GET.get("corrects", "")
        if not asked.isdecimal() or len(asked) > 12:
            return None
        return self.own.filter(pk=int(asked), state=Announcement.State.WITHDRAWN).first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; what is no draft any more is looked at instead."""
        if self.draft is not None and self.draft.state != Announcement.State.DRAFT:
            return redirect("notifications:notice", slug=kwargs["slug"], pk=self.draft.pk)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it and show how it will look; or say what is missing."""
        form = self._form(request.POST)
        if form.is_valid():
            try:
                kept = self._stored(form)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                return redirect("notifications:notice", slug=kwargs["slug"], pk=kept.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form in its groups."""
        form = kwargs.pop("form", None) or self._form(None)
        return super().get_context_data(
            form=form,
            rows=form.text_rows(),
            draft=self.draft,
            corrected=self.corrected,
            bbox=self.bbox,
            has_event=any(form[name].value() for name in form.fields if name.startswith("place_")),
            has_place=any(form[name].value() for name in ("works", "place_text", "geometry")),
            **kwargs,
        )

    def _form(self, data: Any) -> NoticeForm:
        initial: dict[str, Any] = {}
        area = self.request.GET.get("area", "")
        if area.isdecimal() and len(area) <= 12 and self.draft is None:
            initial = {"aim": AREA, "area": int(area)}
        return NoticeForm(
            data,
            initial=initial,
            municipality=self.municipality,
            today=self.today,
            language=self.language,
            announcement=self.draft or self.corrected,
        )

    @transaction.atomic
    def _stored(self, form: NoticeForm) -> Announcement:
        now, actor = timezone.now(), self.membership.user
        return announcements.write(
            municipality=self.municipality,
            values=self._values(form),
            actor=actor,
            now=now,
            announcement=self.draft,
        )

    def _values(self, form: NoticeForm) -> AnnouncementText:
        data = form.cleaned_data
        return AnnouncementText(
            titles=form.by_language("names"),
            texts=form.by_language("texts"),
            topic=data["topic"],
            urgency=data["urgency"],
            target=self._target(form),
            has_own_target=data["aim"] == PART,
            geometry=data["place"],
            works=data["works"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            place_words=form.by_language("place"),
            wanted_at=data["wanted_at"],
            corrects=self.corrected,
        )

    def _target(self, form: NoticeForm) -> TargetArea | None:
        data = form.cleaned_data
        if data["aim"] == AREA:
            chosen: TargetArea = data["area"]
            return chosen
        if data["aim"] != PART:
            return None
        title = next(filter(None, form.by_language("names").values()), "")
        try:
            return aimed(
                municipality=self.municipality,
                aim=form.quick_aim(),
                name=_("For the notice: %(title)s") % {"title": title},
                actor=self.membership.user,
                now=timezone.now(),
                announcement=self.draft,
            )
        except ValidationError as refused:
            raise ValidationError({"aim": refused.messages}) from refused


def _moments(one: Announcement) -> list[str]:
    moments = (one.published_at, one.starts_at, one.ends_at)
    return [value.isoformat() if value else "" for value in moments]
