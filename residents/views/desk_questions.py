"""The queue of addresses the register does not know, and looking one of them up."""

from typing import Any

from django.contrib import messages
from django.contrib.gis.db.models.functions import Distance
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from residents.address_choice import address_of, find_home, home_label
from residents.masking import masked
from residents.models import AddressQuestion, Residence, Reveal
from residents.querysets import AddressQuestionQuerySet
from residents.services.desk import reveal
from residents.services.questions import ask_person, settle_by_address, settle_by_pin
from residents.views.choosing import AROUND
from residents.views.desk import DeskView
from zones.models import Address

PER_PAGE = 30
NEAREST = 12


class QuestionsMixin(DeskView):
    """Questions about homes that this clerk serves."""

    def questions(self) -> AddressQuestionQuerySet:
        """Open ones, and those whose person was asked."""
        homes = Residence.objects.in_municipality(self.municipality).belonging_to(self.areas)
        rows = AddressQuestion.objects.in_municipality(self.municipality).unsettled()
        return rows.filter(residence__in=homes, residence__resident__finished_at__isnull=False)


class QuestionListView(QuestionsMixin):
    """The queue, oldest first; addresses masked."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One page of it."""
        # By state backwards: what waits for the desk stands before what waits for the person.
        rows = self.questions().select_related("residence").order_by("-state", "asked_at", "pk")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        shown = [{"question": row, "written": masked(row.residence.written)} for row in page]
        return render(request, "residents/desk_questions.html", {"page": page, "rows": shown})


class QuestionView(QuestionsMixin):
    """One of them: each look is recorded, since it shows what the person wrote and where."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """What was written, the pin, and addresses of the register near it."""
        question = self._question(pk)
        home = question.residence
        reveal(
            residents=[home.resident],
            reason=Reveal.Reason.QUESTION,
            actor=self.clerk,
            now=timezone.now(),
        )
        text = request.GET.get("q", "").strip()
        found = find_home(municipality=self.municipality, text=text) if text else None
        x, y = home.location.x, home.location.y
        context = {
            "question": question,
            "home": home,
            "query": text,
            "found": [_row(one) for one in found.addresses] if found else None,
            "near": [] if found else self._near(home),
            "longitude": x,
            "latitude": y,
            "bbox": (x - AROUND, y - AROUND, x + AROUND, y + AROUND),
        }
        return render(request, "residents/desk_question.html", context)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Settle it in one of three ways."""
        question = self._question(pk)
        try:
            messages.success(request, self._settle(question, request.POST.get("answer", "")))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(f"/{slug}/desk/residents/questions/")

    def _settle(self, question: AddressQuestion, answer: str) -> str:
        now = timezone.now()
        if answer == "pin":
            settle_by_pin(question=question, actor=self.clerk, now=now)
            return _("Settled: the home stays where the pin is.")
        if answer == "ask":
            ask_person(question=question, actor=self.clerk, now=now)
            return _("The person is asked by e-mail to write the address again.")
        address = address_of(self.municipality, answer)
        if address is None:
            raise ValidationError(
                _("Choose an address, or say that the pin is right."), code="no_answer"
            )
        settle_by_address(question=question, address=address, actor=self.clerk, now=now)
        return _("Settled: the home stands at an address of the register.")

    def _question(self, number: int) -> AddressQuestion:
        rows = self.questions().select_related(
            "residence__resident__user", "residence__resident__municipality"
        )
        return get_object_or_404(rows, pk=number)

    def _near(self, home: Residence) -> list[dict[str, Any]]:
        rows = (
            Address.objects.in_municipality(self.municipality)
            .filter(location__bboverlaps=home.location.buffer(AROUND).envelope)
            .annotate(distance=Distance("location", home.location))
            .select_related("street", "municipality")
            .order_by("distance", "pk")
        )
        return [
            {**_row(one), "metres": round(distance.m)}
            for one in rows[:NEAREST]
            if (distance := getattr(one, "distance", None)) is not None
        ]


def _row(address: Address) -> dict[str, Any]:
    return {"pk": address.pk, "label": home_label(address)}
