"""A notice on paper: posters for entrances with the walk, and the desk's letters by post."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from departments.access import Right, may
from departments.views import StaffView
from notifications.documents.posters import posters_pdf
from notifications.models import Announcement, PaperRun
from notifications.services.paper import (
    AT_ONCE,
    doors_of,
    letters_of,
    order_posters,
    piles_of,
    poster_of,
)
from notifications.views.writing import NoticesView
from notifications.walking import Door
from zones.exports import csv_file
from zones.views import ExportedView

COLUMNS = ("order", "address", "street", "number", "block", "entrance", "longitude", "latitude")
SHOWN_DOORS = 200
OPEN_RUNS = 3


class PaperView(NoticesView, ExportedView, TemplateView):
    """The entrances of the area in the order in which one walks, and their posters."""

    template_name = "notifications/writing/paper.html"

    @cached_property
    def one(self) -> Announcement:
        """The notice of the address."""
        return self.announcement()

    @property
    def origin(self) -> str:
        """Where the codes lead: the address the town prints, else the one that was asked."""
        return self.municipality.sign_origin or self.request.build_absolute_uri("/")[:-1]

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The walk as a table."""
        return {"csv": self._csv}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The first doors, all runs."""
        doors, refusal = self._doors()
        runs = PaperRun.objects.in_municipality(self.municipality).filter(announcement=self.one)
        return super().get_context_data(
            one=self.one,
            doors=doors[:SHOWN_DOORS],
            total=len(doors),
            refusal=refusal,
            at_once=AT_ONCE,
            runs=runs.select_related("ordered_by").newest_first()[:20],
            may_print_letters=may(self.request.user, self.municipality, Right.REGISTER),
            **kwargs,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The posters themselves; a long run is drawn in the background."""
        language = request.POST.get("posters", "")
        known = self.municipality.languages
        try:
            return self._posters(language if language in known else known[0])
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("notifications:notice_paper", slug=kwargs["slug"], pk=kwargs["pk"])

    def _posters(self, language: str) -> HttpResponseBase:
        with translation.override(language):
            doors = doors_of(self.one)
            if 0 < len(doors) <= AT_ONCE:
                poster = poster_of(self.one, language=language, origin=self.origin)
                content = posters_pdf(poster, [door.label for door in doors])
                return _download(HttpResponse(content), f"posters-{self.one.pk}-{language}")
        order_posters(
            announcement=self.one,
            language=language,
            origin=self.origin,
            actor=self.membership.user,
            now=timezone.now(),
        )
        messages.success(self.request, _("The posters are being drawn. Load the page in a while."))
        return redirect("notifications:notice_paper", slug=self.municipality.slug, pk=self.one.pk)

    def _doors(self) -> tuple[list[Door], str]:
        try:
            return doors_of(self.one), ""
        except ValidationError as refused:
            return [], " ".join(refused.messages)

    def _csv(self) -> HttpResponseBase:
        doors, _refusal = self._doors()
        rows = (
            (number, one.label, one.street, one.number, one.block, one.entrance,
             f"{one.longitude:.6f}", f"{one.latitude:.6f}")
            for number, one in enumerate(doors, 1)
        )  # fmt: skip
        return csv_file(f"{self.municipality.slug}-walk-{self.one.pk}", COLUMNS, rows)


class PaperFileView(NoticesView):
    """Posters that were drawn in the background."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """The PDF, once it is ready."""
        runs = PaperRun.objects.in_municipality(self.municipality).filter(state=PaperRun.State.DONE)
        run = get_object_or_404(runs, pk=pk)
        try:
            opened = run.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        return _download(FileResponse(opened), f"posters-{run.announcement_id}-{run.language}")


class PostView(StaffView, TemplateView):
    """Letters by post of one notice: for the desk, who may look addresses up."""

    right = Right.REGISTER
    template_name = "notifications/writing/post.html"

    @cached_property
    def one(self) -> Announcement:
        """A notice that went out."""
        own = Announcement.objects.in_municipality(self.municipality)
        rows = own.public(timezone.now()).select_related("municipality")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many piles there are."""
        piles = range(1, piles_of(self.one) + 1)
        return super().get_context_data(one=self.one, piles=piles, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """One pile."""
        asked = request.POST.get("pile", "")
        asked = asked if asked.isdecimal() and len(asked) <= 6 else "1"
        origin = self.municipality.sign_origin or request.build_absolute_uri("/")[:-1]
        try:
            content = letters_of(
                announcement=self.one,
                pile=max(1, int(asked)),
                origin=origin,
                actor=self.membership.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("notifications:notice_post", slug=kwargs["slug"], pk=kwargs["pk"])
        return _download(HttpResponse(content), f"letters-{self.one.pk}-{asked}")


def _download(answer: Any, name: str) -> HttpResponseBase:
    answer["Content-Type"] = "application/pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[no-any-return]
