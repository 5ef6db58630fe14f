"""What the pages of the desk share: whom they let in, and which reports they can find at all."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property

from accounts.models import User
from departments.access import Right
from departments.models import Department
from departments.views import StaffView
from incidents.models import Category, Incident
from incidents.reach import Hat, hats
from incidents.services.recording import Actor
from incidents.services.standing import acting
from incidents.views.gate import ReportsView


class DeskView(ReportsView, StaffView):
    """A page of the desk: it finds only what the hats of the reader cover, and nothing else."""

    right: ClassVar[Right] = Right.HANDLE
    narrows = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nothing of the desk stays in a browser."""
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    @property
    def person(self) -> User:
        """Who works here."""
        return self.membership.user

    @cached_property
    def held(self) -> list[Hat]:
        """The hats that carry the page's right."""
        return hats(self.person, self.municipality, self.right, timezone.now())

    def cases(self) -> QuerySet[Incident]:
        """Every report this person may see here."""
        rows = Incident.objects.in_municipality(self.municipality).seen_under(self.held)
        return rows.select_related("municipality", "category", "department", "handler")

    def case(self) -> Incident:
        """The report of the address, or no such page."""
        return get_object_or_404(self.cases(), pk=self.kwargs["pk"])

    def desk(self) -> str:
        """Path of the desk."""
        return f"/{self.municipality.slug}/desk/"

    def path_of(self, incident: Incident) -> str:
        """Page of one report."""
        return f"{self.desk()}{incident.pk}/"

    def offices(self) -> QuerySet[Department]:
        """Departments and institutions that can be chosen."""
        return Department.objects.in_municipality(self.municipality).in_use().order_by("code")

    def kinds(self) -> QuerySet[Category]:
        """Categories that can be chosen."""
        return (
            Category.objects.in_municipality(self.municipality).offered().select_related("parent")
        )

    # --- What was sent --------------------------------------------------------------------------

    def said(self, name: str) -> str:
        """A text of the form."""
        return self.request.POST.get(name, "").replace("\x00", "").strip()

    def chosen(self, name: str, rows: QuerySet[Any]) -> Any:
        """One of some rows by the number in the form.

        Raises:
            Http404: none of them was chosen.
        """
        number = self.said(name)
        if not number.isdecimal() or len(number) > 12:
            raise Http404
        return get_object_or_404(rows, pk=int(number))

    def next_path(self, otherwise: str) -> str:
        """Where the form says to go on, if that is a page of this desk."""
        asked = self.request.POST.get("next", "")
        parts = urlsplit(asked)
        is_ours = not parts.scheme and not parts.netloc and asked.startswith(self.desk())
        return asked if is_ours and "\\" not in asked else otherwise


class CaseActView(DeskView):
    """One button or form about one report: does it, says so, and goes back."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it; a refusal is a sentence above the page one comes back to."""
        incident = self.case()
        try:
            messages.success(request, self.act_on(incident))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(self.next_path(self.path_of(incident)))

    def actor(self, incident: Incident) -> Actor:
        """The person in the role that covers this report."""
        return acting(self.person, incident, self.right, timezone.now())

    def act_on(self, incident: Incident) -> str:
        """Call the service; give the sentence to show."""
        raise NotImplementedError
