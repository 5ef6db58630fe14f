"""The page of one report, its pictures, who has it open, and the sorting table."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import cached_property

from departments.access import Right
from departments.models import Department
from incidents.answer_paths import bases_for, path_for
from incidents.desk_words import REFUSALS
from incidents.models import AnswerDraft, AnswerTemplate, Incident, ReporterLook
from incidents.present import desk_case as present
from incidents.present.desk_inbox import clock_of
from incidents.services import answering, assigning, closing
from incidents.services.chain import chain_of
from incidents.services.duplicates import Asked, Likely, likely_duplicates
from incidents.services.presence import note_presence
from incidents.services.proposing import proposals
from incidents.services.recording import Actor
from incidents.services.revealing import reveal
from incidents.services.standing import acting, actor_under, is_wide
from incidents.services.waiting import under
from incidents.views.desk_base import DeskView
from incidents.workflow import MOVES, Kind, Outcome, Status, may_follow
from submissions.serving import picture_response
from zones.names import in_language


class CaseView(DeskView):
    """One report with everything that can be done with it now."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page; with `fragment` only its inside, for the third pane of the desk."""
        return self.show(self.case())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page with the reporter's name and contact, once the reason is written down."""
        incident = self.case()
        now = timezone.now()
        try:
            reveal(
                incident=incident,
                reason=self.said("reason"),
                actor=acting(self.person, incident, self.right, now),
                now=now,
            )
        except ValidationError as refused:
            return self.show(incident, refusal=" ".join(refused.messages), status=400)
        return self.show(incident, is_open=True)

    def show(
        self, incident: Incident, *, is_open: bool = False, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        """The whole page, or its inside."""
        is_fragment = self.request.GET.get("fragment") == "1"
        name = "case_body" if is_fragment else "case"
        context = {
            **self.facts(incident),
            **self.work(incident),
            "is_open": is_open,
            "refusal": refusal,
            "is_fragment": is_fragment,
            "others": note_presence(incident=incident, user=self.person, now=timezone.now()),
        }
        return render(self.request, f"incidents/desk/{name}.html", context, status=status)

    def facts(self, incident: Incident) -> dict[str, Any]:
        """What is known."""
        told = incident.reporter
        return {
            "case": incident,
            "told": told,
            "masked": present.masked_reporter(told),
            "reasons": ReporterLook.Reason.choices,
            "clock": clock_of(incident, self.today),
            "terms": present.terms_of(incident, self.today),
            "zones": present.zones_of(incident),
            "competence": present.competence_of(incident),
            "time_line": present.time_line(incident),
            "photos": incident.attachments.filter(submission__kind="picture")
            .select_related("submission")
            .order_by("seq", "pk"),
            "pieces": incident.pieces.order_by("pk"),
            "followed_by": incident.followed_by.order_by("pk"),
            "chain": chain_of(incident),
            "answers": incident.answers.filter(step="sent").order_by("-sent_at"),
            "shapes": present.shapes_of(incident.geometry),
            "bbox": present.box_of(incident.geometry) or self.bbox,
        }

    def work(self, incident: Incident) -> dict[str, Any]:
        """What can be done, by whom."""
        actor = actor_under(self.held, incident)
        remarks = present.dialogue_of(incident)
        own = None if any(hat.departments is None for hat in self.held) else self._own()
        return {
            "remarks": remarks,
            "asked": present.asked_of(remarks, own),
            "may_work": actor is not None,
            "may": _possible(incident) if actor else {},
            "colleagues": assigning.colleagues(incident, timezone.now()) if actor else [],
            "offices": self.offices().exclude(pk=incident.department_id or 0),
            "kinds": self.kinds(),
            "outcomes": Outcome.choices,
            "needs_answer": closing.needs_answer(incident),
            "is_authority": any(is_wide(hat) for hat in under(self.held, Right.SIGN)),
            "twins": self._twins(incident) if actor else [],
            **(self.answer(incident, actor) if actor else {}),
        }

    def _twins(self, incident: Incident) -> list[Likely]:
        """Reports of the reader that may be about the same thing."""
        if incident.category is None or not may_follow(Kind.MERGED, incident.status):
            return []
        words = incident.reporter.words
        place = (incident.geometry, incident.site, incident.street_id)
        found = likely_duplicates(
            municipality=self.municipality,
            asked=Asked(incident.category, *place, words),
            now=timezone.now(),
        )
        others = {one.incident.pk for one in found} - {incident.pk}
        seen = set(self.cases().filter(pk__in=others).values_list("pk", flat=True))
        return [one for one in found if one.incident.pk in seen]

    def answer(self, incident: Incident, actor: Actor) -> dict[str, Any]:
        """The answer on its way, and what helps to write one."""
        draft = answering.open_draft(incident)
        language = incident.reporter.language
        path = path_for(incident.category.regime if incident.category else "")
        templates = [
            {"pk": one.pk, "name": one.name, "text": in_language(one.texts, [language]),
             "outcome": one.outcome}
            for one in self._templates(incident)
        ]  # fmt: skip
        # Without a script the choice of a template comes back as the address of the page.
        chosen = self.request.GET.get("template", "")
        return {
            "draft": draft,
            "may_move_draft": draft and answering.may_move(draft, actor, timezone.now()),
            "path": path,
            "steps": [AnswerDraft.Step(one) for one in ("draft", *path, "sent")] if path else [],
            "bases": [
                {"text": one.text, "name": in_language(one.names, [self.language])}
                for one in bases_for(self.municipality.country)
            ],
            "templates": templates,
            "template": next((one for one in templates if str(one["pk"]) == chosen), None),
            "answer_language": language,
            "answer_language_name": dict(settings.LANGUAGES).get(language, language),
        }

    def _templates(self, incident: Incident) -> QuerySet[AnswerTemplate]:
        rows = AnswerTemplate.objects.in_municipality(self.municipality).filter(is_active=True)
        category = incident.category
        fitting = [category.pk, category.parent_id] if category else []
        rows = rows.filter(category__isnull=True) | rows.filter(category__in=fitting)
        return (
            rows.filter(department__isnull=True) | rows.filter(department=incident.department_id)
        ).order_by("code")

    def _own(self) -> set[int]:
        return {pk for hat in self.held for pk in hat.departments or ()}


def _possible(incident: Incident) -> dict[str, bool]:
    """What may follow now, by the name of the event."""
    found = {str(kind): may_follow(kind, incident.status) for kind in MOVES}
    found["send"] = found[Kind.ROUTED] and incident.status != Status.TRIAGE
    found["hand_back"] = found[Kind.UNROUTED] and incident.status != Status.TRIAGE
    return found


class HereView(DeskView):
    """Asked by an open page now and then: who else has this report open."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Say that one is here, and who else is."""
        names = note_presence(incident=self.case(), user=self.person, now=timezone.now())
        return JsonResponse({"others": names})


class PhotoView(DeskView):
    """A picture of a report, for those who may see the report."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The cleaned picture."""
        rows = self.case().attachments.select_related("submission")
        return picture_response(get_object_or_404(rows, pk=kwargs["photo"]).submission)


class SortingView(DeskView):
    """One report after the other that rules could not place: a proposal, a key for each answer."""

    right = Right.SORT

    def waiting(self) -> QuerySet[Incident]:
        """Dangers first, then the oldest; what waits for its reporter is not asked again."""
        rows = self.cases().filter(status=Status.TRIAGE).exclude(waits_for="reporter")
        danger = Coalesce("category__is_hazard", False)
        return rows.order_by(danger.desc(), "reported_at", "pk")

    @cached_property
    def skipped(self) -> list[int]:
        """Reports that were left for later in this round."""
        said = self.request.GET.get("later", "")
        return [int(one) for one in said.split("-")[:50] if one.isdecimal() and len(one) <= 12]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The next one, with everything to decide by."""
        rows = self.waiting()
        incident = rows.exclude(pk__in=self.skipped).first()
        context: dict[str, Any] = {"waiting": rows.count(), "case": incident, "later": self.skipped}
        if incident is not None:
            context |= self._table(incident)
        return render(request, "incidents/desk/sorting.html", context)

    def _table(self, incident: Incident) -> dict[str, Any]:
        offered, said = proposals(incident, timezone.now())
        outside = Department.Kind.OUTSIDE
        later = "-".join(str(one) for one in [*self.skipped, incident.pk])
        return {
            "offered": offered,
            "said": said,
            "told": incident.reporter,
            "offices": self.offices(),
            "owners": self.offices().filter(kind=outside),
            "kinds": self.kinds(),
            "refusals": REFUSALS.items(),
            "photos": incident.attachments.filter(submission__kind="picture"),
            "zones": present.zones_of(incident),
            "clock": clock_of(incident, self.today),
            "shapes": present.shapes_of(incident.geometry),
            "bbox": present.box_of(incident.geometry) or self.bbox,
            "skip": later,
            "now_path": f"{self.desk()}sorting/"
            + (
                f"?later={request_later}"
                if (request_later := "-".join(map(str, self.skipped)))
                else ""
            ),
        }
