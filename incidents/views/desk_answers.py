"""The answer at the desk: writing it, passing it on, giving it back, its letter, sending it."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.access import Right
from incidents.models import AnswerDraft, Incident
from incidents.services import answering
from incidents.services.letterhead import answer_letter
from incidents.services.recording import Actor
from incidents.views.desk_base import CaseActView, DeskView
from incidents.workflow import WaitsFor

Step = AnswerDraft.Step


class WriteAnswerView(CaseActView):
    """The words of the answer."""

    def act_on(self, incident: Incident) -> str:
        """Keep them, and pass them on where the second button was pressed."""
        actor, now = self.actor(incident), timezone.now()
        draft = answering.write(
            incident=incident,
            answer=answering.AnswerText(
                text=self.said("text"),
                language=incident.reporter.language,
                outcome=self.said("outcome"),
                legal_basis=self.said("legal_basis")[:300],
            ),
            actor=actor,
            now=now,
        )
        if not self.said("go"):
            return _("The answer is kept. Nobody has seen it yet.")
        return where(answering.pass_on(draft=draft, actor=actor, now=now))


class DraftActView(CaseActView):
    """Something about the answer that is on its way."""

    def draft(self, incident: Incident) -> AnswerDraft:
        """The open answer of a report.

        Raises:
            Http404: there is none.
        """
        draft = answering.open_draft(incident)
        if draft is None:
            raise Http404
        return draft


class PassOnView(DraftActView):
    """Approve, sign or send."""

    def act_on(self, incident: Incident) -> str:
        """At the step where it lies."""
        draft, actor = self.draft(incident), self.actor(incident)
        return where(answering.pass_on(draft=draft, actor=actor, now=timezone.now()))


class GiveBackView(DraftActView):
    """Not yet good."""

    def act_on(self, incident: Incident) -> str:
        """With what has to be changed."""
        answering.give_back(
            draft=self.draft(incident),
            remark=self.said("remark"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The answer is back with its writer.")


class AnswerLetterView(DeskView):
    """The answer on the town's letterhead."""

    def get(self, request: HttpRequest, **kwargs: int) -> HttpResponse:
        """As it was sent, or as it will look."""
        draft = get_object_or_404(
            AnswerDraft.objects.filter(incident=self.case()).select_related(
                "incident__municipality", "incident__department", "incident__category",
                "incident__reporter", "written_by", "approved_by", "signed_by",
            ),
            pk=kwargs["answer"],
        )  # fmt: skip
        return pdf_response(answer_letter(draft), draft.incident.reference)


def pdf_response(letter: bytes, reference: str) -> HttpResponse:
    """A letter as a download that nobody else keeps."""
    answer = HttpResponse(letter, content_type="application/pdf")
    name = f"answer-{reference}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


class ToSendView(DeskView):
    """Signed answers that public relations send."""

    right = Right.TAKE_IN

    def waiting(self) -> QuerySet[AnswerDraft]:
        """Oldest first, only of reports that the hats cover."""
        rows = AnswerDraft.objects.filter(
            step=Step.RELATIONS, incident__in=self.cases().filter(waits_for=WaitsFor.RELATIONS)
        )
        return rows.select_related(
            "incident__municipality", "incident__category", "incident__department", "signed_by"
        ).order_by("incident__due_on", "pk")

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """All of them: few, as each is sent the same day."""
        context = {"answers": self.waiting()[:200]}
        return render(request, "incidents/desk/to_send.html", context)


class SendAnswerView(DraftActView):
    """Public relations send one, or give it back."""

    right = Right.TAKE_IN

    def act_on(self, incident: Incident) -> str:
        """By the button that was pressed."""
        draft, now = self.draft(incident), timezone.now()
        actor = Actor("relations", self.person)
        if self.said("remark"):
            answering.give_back(draft=draft, remark=self.said("remark"), actor=actor, now=now)
            return _("The answer is back with its writer.")
        return where(answering.pass_on(draft=draft, actor=actor, now=now))

    def next_path(self, otherwise: str) -> str:
        """To the next one."""
        return f"{self.desk()}to-send/"


class ToSendLetterView(AnswerLetterView):
    """The letter, for those who send it."""

    right = Right.TAKE_IN

    def cases(self) -> QuerySet[Incident]:
        """Only those whose answer is signed or sent."""
        return super().cases().filter(answers__step__in=(Step.RELATIONS, Step.SENT)).distinct()


def where(draft: AnswerDraft) -> str:
    """Where an answer lies now, as a sentence."""
    return {
        Step.HEAD: _("The answer is with the head of the department."),
        Step.AUTHORITY: _("The answer waits for the signature."),
        Step.RELATIONS: _("The answer is signed; public relations send it."),
        Step.SENT: _("The answer was sent."),
    }.get(Step(draft.step), _("The answer is back with its writer."))
