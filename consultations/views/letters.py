"""Writing to everybody who took part: the form, a look at the letter, and then it goes out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consultations.letter_forms import LetterForm
from consultations.services.letters import letter_of, reached, write_to_participants
from consultations.views.base import ConsultProcessView
from zones.forms import add_refusal
from zones.names import in_language


class TellParticipantsView(ConsultProcessView, TemplateView):
    """The letter and those sent before; of people only about how many."""

    template_name = "consultations/letter.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the letter as it will arrive, or send it."""
        if self.process.state != "published":
            raise Http404
        form = LetterForm(request.POST, process=self.process)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        if "send" not in request.POST:
            return self.render_to_response(self.get_context_data(form=form, **self._looked(form)))
        try:
            write_to_participants(
                process=self.process,
                titles=form.titles(),
                texts=form.texts(),
                actor=self.membership.user,
                now=self.act.now,
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(request, _("The letter goes out to everybody who took part."))
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, what was sent, and about how many people it reaches."""
        process, order = self.process, self.municipality.languages
        letters = process.letters.order_by("-written_at", "-pk")[:20]
        return super().get_context_data(
            **{
                "form": LetterForm(process=process),
                "process": process,
                "many": reached(process),
                "is_published": process.state == "published",
                "letters": [
                    {
                        "title": in_language(one.titles, order),
                        "written_at": one.written_at,
                        "told": one.told if one.finished_at else None,
                    }
                    for one in letters
                ],
                **kwargs,
            }
        )

    def _looked(self, form: LetterForm) -> dict[str, Any]:
        """The letter in each language that it was written in."""
        titles, texts = form.titles(), form.texts()
        found = [
            (code, *letter_of(self.process, titles, texts, code))
            for code in self.municipality.languages
            if code in texts
        ]
        return {"looked": [{"code": code, "subject": a, "body": b} for code, a, b in found]}
