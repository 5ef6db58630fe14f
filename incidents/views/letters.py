"""Letters that came in by mail, worked off one by one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView

from geo.metres import box_around
from incidents.intake_forms import LONGEST_WORDS, PlaceAndKindForm
from incidents.models import Incident, MailDraft
from incidents.services.letters import LetterReport, join_letter, make_report, refuse_letter
from incidents.services.register import refuse_number
from incidents.services.reported_place import Found
from incidents.views.take_in import IntakeView, at_place
from submissions.models import Submission
from submissions.serving import picture_response
from zones.forms import add_refusal

AROUND_M = 500
"""The map of a letter shows so much around the place."""


class LettersView(IntakeView, ListView[MailDraft]):
    """What waits, oldest first."""

    template_name = "incidents/intake/letters.html"
    paginate_by = 30

    def get_queryset(self) -> QuerySet[MailDraft]:
        """Letters nobody has worked off."""
        rows = MailDraft.objects.in_municipality(self.municipality).waiting()
        return rows.select_related("proposed_category", "incident")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page."""
        context = super().get_context_data(**kwargs)
        return {**context, "page": context["page_obj"]}


class OneLetterView(IntakeView):
    """A page about one letter."""

    def draft(self) -> MailDraft:
        """The letter of the address; one of another town, or worked off, is not found."""
        rows = MailDraft.objects.in_municipality(self.municipality).waiting()
        rows = rows.select_related("municipality", "proposed_category", "incident", "follows")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class LetterView(OneLetterView):
    """One letter: its words, its pictures, and what it may become."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """With the proposal filled in."""
        draft = self.draft()
        form = PlaceAndKindForm(municipality=self.municipality, initial=proposed(draft))
        return self._show(draft, form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make a report of it."""
        if "keep" in request.POST:
            return HttpResponse(status=204)
        draft = self.draft()
        form = PlaceAndKindForm(request.POST, municipality=self.municipality)
        if not form.is_valid():
            return self._show(draft, form, status=400)
        try:
            found = self.place_of(form)
            if found.choices:
                return self._show(draft, form, found)
            incident = self._make(draft, form, found)
        except ValidationError as refused:
            add_refusal(form, at_place(refused))
            return self._show(draft, form, status=400)
        said = _("The letter became report %(reference)s.") % {"reference": incident.reference}
        messages.success(request, said)
        return redirect("incidents:letters", self.municipality.slug)

    def _make(self, draft: MailDraft, form: PlaceAndKindForm, found: Found) -> Incident:
        values, now = form.cleaned_data, timezone.now()
        if values["register_number"]:
            refuse_number(
                self.municipality.timezone, values["register_number"], values["registered_on"], now
            )
        return make_report(
            draft=draft,
            report=LetterReport(
                category=values["category"],
                geometry=found.geometry,
                words=values["words"],
                register_number=values["register_number"],
                registered_on=values["registered_on"],
            ),
            actor=self.actor,
            now=now,
        )

    def _show(
        self,
        draft: MailDraft,
        form: PlaceAndKindForm,
        found: Found | None = None,
        status: int = 200,
    ) -> HttpResponse:
        near = draft.proposed_place
        context = {
            **self.place_context(form, found),
            "draft": draft,
            "near": near,
            "bbox": box_around(near, AROUND_M).extent if near else self.bbox,
            "later": draft.followed_by.filter(state="waiting").order_by("received_at"),
        }
        return render(self.request, "incidents/intake/letter.html", context, status=status)


class LetterActView(OneLetterView):
    """One button about one letter."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it and go back to the list."""
        draft = self.draft()
        try:
            messages.success(request, self.act_on(draft))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("incidents:letter", self.municipality.slug, draft.pk)
        return redirect("incidents:letters", self.municipality.slug)

    def act_on(self, draft: MailDraft) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError


class LetterAtOnceView(LetterActView):
    """The proposal is right: one press makes the report."""

    def act_on(self, draft: MailDraft) -> str:
        """Make it as proposed."""
        if draft.proposed_category is None or draft.proposed_place is None:
            raise ValidationError(_("Say first what it is about and where."), code="no_proposal")
        report = LetterReport(draft.proposed_category, draft.proposed_place, words_of(draft))
        incident = make_report(draft=draft, report=report, actor=self.actor, now=timezone.now())
        return _("The letter became report %(reference)s.") % {"reference": incident.reference}


class LetterJoinView(LetterActView):
    """It belongs to a report."""

    def act_on(self, draft: MailDraft) -> str:
        """Join it."""
        typed = self.said("reference")
        incident = self.cases().filter(reference=typed).first()
        if incident is None:
            sentence = _("There is no report “%(reference)s”. Check the number.")
            raise ValidationError(sentence % {"reference": typed[:20]}, code="unknown")
        join_letter(draft=draft, incident=incident, actor=self.actor, now=timezone.now())
        return _("The letter belongs to report %(reference)s now.") % {"reference": typed}


class LetterRefuseView(LetterActView):
    """It is no report."""

    def act_on(self, draft: MailDraft) -> str:
        """Put it aside."""
        refuse_letter(draft=draft)
        return _("The letter was put aside.")


class LetterPictureView(OneLetterView):
    """A picture that came with a letter."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Only one of this letter."""
        asked = str(self.kwargs["picture"])
        if asked not in self.draft().pictures:
            raise Http404
        return picture_response(get_object_or_404(Submission, pk=asked))


def words_of(draft: MailDraft) -> str:
    """Subject and text as the words of a report."""
    return f"{draft.subject}\n{draft.text}".strip()[:LONGEST_WORDS]


def proposed(draft: MailDraft) -> dict[str, Any]:
    """What the form begins with."""
    place = draft.proposed_place
    return {
        "kind": draft.proposed_category.name if draft.proposed_category else "",
        "written": draft.proposed_text,
        "longitude": f"{place.x:.6f}" if place else "",
        "latitude": f"{place.y:.6f}" if place else "",
        "words": words_of(draft),
    }
