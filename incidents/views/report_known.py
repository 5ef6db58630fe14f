"""What is known of a place, told as soon as place and kind are chosen and before anybody types."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from incidents.report_forms import ReportForm
from incidents.services.beyond import BeyondError
from incidents.services.known import known_here
from incidents.services.reported_place import find_place
from incidents.views.report import ReportPage
from incidents.views.report_start import told_of


@method_decorator(never_cache, name="dispatch")
class KnownView(ReportPage):
    """A part of the form; it is posted, because where somebody stands belongs into no log."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Interruptions, the owner of what is not the town's, and the town of a place beyond."""
        form = ReportForm(request.POST, categories=self.categories, is_signed_in=False)
        form.is_valid()
        values, beyond = form.cleaned_data, None
        try:
            place = find_place(
                municipality=self.municipality, told=told_of(self.municipality, values)
            )
        except BeyondError as error:
            beyond = error
        except ValidationError:
            return HttpResponse(status=204)  # half a place: sending says what is missing
        known = None
        if beyond is None:
            known = known_here(
                municipality=self.municipality,
                category=values.get("category"),
                place=place,
                now=timezone.now(),
            )
        context = {"known": known, "beyond": beyond}
        return render(request, "incidents/components/known.html", context)
