"""What the desk prints: the card of one person, and the pile of letters with codes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.cards import grouped_card_code
from residents.documents import CardFace, LetterFace, cards_pdf, letters_pdf
from residents.home_forms import NumbersForm
from residents.models import AddressLetter, Residence, Resident
from residents.querysets import AddressLetterQuerySet
from residents.services.delivery import delivery_key, postal_lines
from residents.services.desk import new_card
from residents.services.letters import PrintedLetter, note_returned, print_letters
from residents.views.desk import DeskView
from sign_registry.codes import grouped
from zones.names import in_language

MOST_LETTERS = 200
SHOWN_RUNS = 20


class CardView(DeskView):
    """Prints a new card; the code goes into the file and nowhere else."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """The PDF, or the page with the refusal."""
        resident = self.resident(pk)
        try:
            code = new_card(resident=resident, actor=self.clerk, now=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(self.path_of(resident))
        return pdf_file(cards_pdf(self._face(resident, code)), f"{slug}-card")

    def _face(self, resident: Resident, code: str) -> CardFace:
        town = self.municipality
        language = resident.user.language or town.languages[0]
        origin = origin_of(self.request)
        with translation.override(language):
            return CardFace(
                town=in_language(town.names, town.languages),
                arms=bytes(town.arms) if town.arms else None,
                language=language,
                name=resident.user.full_name,
                code=grouped_card_code(code),
                url=f"{origin}/accounts/card/?next=/{town.slug}/me/#{code}",
                page=f"{origin.partition('://')[2]}/accounts/card/",
                issued_on=date_format(self.today, "DATE_FORMAT"),
            )


class LettersView(DeskView):
    """The pile of letters to print, and what was printed."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """How many wait, and the print runs."""
        return self._show(NumbersForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Print the pile or a run again, or note letters that came back."""
        if "returned" in request.POST:
            return self._note_returned()
        wanted = self._run(request.POST["again"]) if "again" in request.POST else self._pile()
        numbers = list(wanted.order_by("asked_at", "pk").values_list("pk", flat=True))
        try:
            printed = print_letters(
                municipality=self.municipality,
                numbers=numbers[:MOST_LETTERS],
                actor=self.clerk,
                now=timezone.now(),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(request.path)
        printed.sort(key=lambda one: delivery_key(one.letter.residence))
        faces = [self._face(one) for one in printed]
        return pdf_file(letters_pdf(faces, _("Letters with codes")), f"{slug}-letters")

    def _note_returned(self) -> HttpResponse:
        form = NumbersForm(self.request.POST)
        if not form.is_valid():
            return self._show(form, 400)
        mine = self._own().filter(pk__in=form.cleaned_data["numbers"])
        count = note_returned(
            municipality=self.municipality,
            numbers=list(mine.values_list("pk", flat=True)),
            now=timezone.now(),
        )
        if count:
            messages.success(self.request, _("Noted. The people concerned are told."))
        else:
            messages.error(self.request, _("None of these letters is on its way."))
        return redirect(self.request.path)

    def _own(self) -> AddressLetterQuerySet:
        """Letters to homes that this clerk serves."""
        town = self.municipality
        homes = Residence.objects.in_municipality(town).belonging_to(self.areas)
        return AddressLetter.objects.in_municipality(town).filter(residence__in=homes)

    def _pile(self) -> AddressLetterQuerySet:
        return self._own().to_print()

    def _run(self, moment: str) -> AddressLetterQuerySet:
        """The letters of one print run that nobody has answered."""
        under_way = self._own().under_way(self.today)
        known = {run["printed_at"].isoformat(): run["printed_at"] for run in self._runs()}
        return under_way.filter(printed_at=known[moment]) if moment in known else under_way.none()

    def _runs(self) -> list[dict[str, Any]]:
        printed = self._own().filter(printed_at__isnull=False)
        answered = Q(used_at__isnull=False) | Q(refused_at__isnull=False)
        runs = (
            printed.values("printed_at", "printed_by__full_name")
            .annotate(
                total=Count("pk"),
                refused=Count("pk", filter=Q(refused_at__isnull=False)),
                returned=Count("pk", filter=Q(returned_at__isnull=False)),
                open=Count("pk", filter=~answered & Q(returned_at__isnull=True)),
            )
            .order_by("-printed_at")[:SHOWN_RUNS]
        )
        return [dict(run) for run in runs]

    def _show(self, form: NumbersForm, status: int = 200) -> HttpResponse:
        runs = [{**run, "key": run["printed_at"].isoformat()} for run in self._runs()]
        context = {
            "form": form,
            "waiting": self._pile().count(),
            "most": MOST_LETTERS,
            "runs": runs,
        }
        return render(self.request, "residents/desk_letters.html", context, status=status)

    def _face(self, printed: PrintedLetter) -> LetterFace:
        letter, town = printed.letter, self.municipality
        user = letter.residence.resident.user
        language = user.language or town.languages[0]
        page = f"{origin_of(self.request)}/{town.slug}/me/"
        with translation.override(language):
            return LetterFace(
                town=in_language(town.names, town.languages),
                arms=bytes(town.arms) if town.arms else None,
                language=language,
                number=letter.pk,
                name=user.full_name or _("To the resident"),
                address=postal_lines(letter.residence),
                code=grouped(printed.code),
                code_url=f"{page}code/#{printed.code}",
                refuse_url=f"{page}not-me/",
                printed_on=date_format(self.today, "DATE_FORMAT"),
                expires_on=date_format(letter.expires_on, "DATE_FORMAT"),
            )


def origin_of(request: HttpRequest) -> str:
    """Where this very page is served, which is where codes are typed."""
    return f"{request.scheme}://{request.get_host()}"


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A file to print, kept by nobody on the way."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer
