"""The reporter's own page asks once for each answer whether it solved the matter."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.services.judging import judge
from incidents.views.gate import ReportsView


class VerdictView(ReportsView):
    """Takes the answer to the question; the secret link is the right to give it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, slug: str, token: str) -> HttpResponse:
        """Keep it and go back to the page of the report."""
        own = Incident.objects.in_municipality(self.municipality)
        incident = get_object_or_404(own, tracking=token)
        is_satisfied = request.POST.get("solved") == "yes"
        try:
            judge(
                incident=incident,
                is_satisfied=is_satisfied,
                why=request.POST.get("why", ""),
                now=timezone.now(),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            thanks = _("Thank you for telling us.")
            opened = _("The report is open again; the department reads what you wrote.")
            messages.success(request, thanks if is_satisfied else opened)
        return redirect(f"/{slug}/track/{token}/")
