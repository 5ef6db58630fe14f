"""Files of the legal notice: the sheet, the posters, the register of what was proposed."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.documents.legal_notice import NoticeSheet, notice_pdf
from consultations.models import Contribution
from consultations.services.law import kept_days
from consultations.services.law_texts import notice_text, proposals_of
from consultations.views.law import LawView
from notifications.documents.posters import Poster, posters_pdf
from notifications.services.paper import AT_ONCE, doors_within
from zones.days import civil_day
from zones.exports import csv_file
from zones.names import in_language

COLUMNS = ("number", "date", "kind", "standing", "text", "outcome", "reason", "answered")


class LawFileView(LawView):
    """A file in one language of the town, by `?language=`."""

    http_method_names = ["get", "head"]

    @property
    def spoken(self) -> str:
        """The language asked for; the town's first where none is."""
        asked = self.request.GET.get("language", "")
        known = self.municipality.languages
        return asked if asked in known else known[0]

    def download(self, content: bytes, name: str) -> HttpResponse:
        """A PDF that no cache keeps."""
        answer = HttpResponse(content, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{name}-{self.spoken}.pdf"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class NoticeSheetView(LawFileView):
    """The notice to sign and to hang up."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The PDF; there is none before a law was chosen."""
        if self.notice is None:
            raise Http404
        town = self.municipality
        sheet = NoticeSheet(
            text=notice_text(self.notice, self.spoken, self.link),
            arms=bytes(town.arms) if town.arms else None,
            language=self.spoken,
            link=self.link,
            signs=self.notice.responsible,
        )
        return self.download(notice_pdf(sheet), f"notice-{self.process.number}")


class PostersView(LawFileView):
    """A poster for each entrance of the area, in piles."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """One pile of posters, `?pile=` 1, 2, …"""
        if self.notice is None:
            raise Http404
        with translation.override(self.spoken):
            try:
                doors = doors_within(self.municipality, self.process.area)
            except ValidationError as refused:
                messages.error(request, " ".join(refused.messages))
                return self._back()
            pile = self._pile()
            own = doors[(pile - 1) * AT_ONCE : pile * AT_ONCE]
            if not own:
                raise Http404
            content = posters_pdf(self._poster(), [door.label for door in own])
        return self.download(content, f"posters-{self.process.number}-{pile}")

    def _pile(self) -> int:
        asked = self.request.GET.get("pile", "1")
        if not asked.isdecimal() or not 1 <= len(asked) <= 4 or int(asked) < 1:
            raise Http404
        return int(asked)

    def _poster(self) -> Poster:
        process, order = self.process, [self.spoken, *self.municipality.languages]
        until = kept_days(self.notice).proposals_until if self.notice else None
        area = in_language(process.area.words, order) if process.area else ""
        when = ""
        if until:
            day = date_format(until, "DATE_FORMAT")
            when = _("Proposals in writing until %(day)s") % {"day": day}
        return Poster(
            town=in_language(self.municipality.names, order),
            title=in_language(process.names, order),
            when=when,
            place="",
            text=" ".join(f"{in_language(process.texts, order)} {area}".split()),
            link=self.link,
            language=self.spoken,
        )


class RegisterView(LawFileView):
    """The register of what was proposed, as the law wants it kept."""

    def get(  # type: ignore[override]  # a file that is streamed
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        """A table; words that no moderator released are not in it."""
        return csv_file(
            f"{self.municipality.slug}-register-{self.process.number}", COLUMNS, self._rows()
        )

    def _rows(self) -> Iterator[tuple[object, ...]]:
        order = self.municipality.languages
        with translation.override(order[0]):
            for number, one in enumerate(proposals_of(self.process), 1):
                yield (number, *self._row(one), *self._answer(one, order))

    def _row(self, one: Contribution) -> tuple[object, ...]:
        said_on = civil_day(one.said_at, self.municipality.timezone)
        text = one.words if one.is_told else _("not released")
        return (
            said_on.isoformat(),
            one.get_kind_display(),
            one.get_standing_display(),
            text,
        )

    def _answer(self, one: Contribution, order: list[str]) -> tuple[object, ...]:
        answer = getattr(one, "answer", None)
        if answer is None:
            return "", "", ""
        answered_on = civil_day(answer.answered_at, self.municipality.timezone)
        reason = in_language(answer.texts, order)
        return answer.get_outcome_display(), reason, answered_on.isoformat()
