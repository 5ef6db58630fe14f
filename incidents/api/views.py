"""The calls of GeoReport v2; each parses, asks one question or calls one service, and answers."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from incidents.api import reading
from incidents.api.reading import RefusedError, bad
from incidents.api.writing import TYPES, XML, answer, refusal
from incidents.models import ApiKey, Category, Incident
from incidents.present.open311 import definition, own_rows, public_rows, service_row
from incidents.querysets import IncidentQuerySet
from incidents.services.keys import key_of
from incidents.services.programs import report_by_program
from incidents.track_paths import track_path
from incidents.views.gate import MODULE
from incidents.views.report_limits import Limit, refused_until
from incidents.workflow import ENDED, Status
from zones.views import TownView

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-23T00:00:00Z"
#: The number under which a trial is acknowledged: nothing of it is kept.
TRIAL = "trial"
READS = (Limit(300, 60),)
WRITES = (Limit(120, 600), Limit(5000, 86_400))


@method_decorator(csrf_exempt, name="dispatch")
class CallView(TownView):
    """What all calls share: format, errors, key, limits. A key is asked for, never a cookie."""

    http_method_names = ["get", "head"]
    is_trial = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Know the format first, so that whatever goes wrong is said in it."""
        asked = kwargs.get("suffix", "")
        self.suffix = asked if asked in TYPES else XML
        self.is_known_format = asked in TYPES
        self.town_refusal: Http404 | None = None
        try:
            super().setup(request, *args, **kwargs)
        except Http404 as error:
            self.town_refusal = error

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or say what is wrong in the way of the specification."""
        try:
            self._admit(request)
            return self._open(super().dispatch(request, *args, **kwargs))
        except RefusedError as refused:
            return self._open(refusal(refused.status, refused.description, self.suffix))
        except ValidationError as refused:
            return self._open(refusal(400, " ".join(refused.messages), self.suffix))
        except Http404:
            return self._open(refusal(404, _("There is nothing here."), self.suffix))

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say it in the format asked for."""
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        response = refusal(405, _("Use one of: %s.") % ", ".join(allowed), self.suffix)
        response["Allow"] = ", ".join(allowed)
        return response

    def _admit(self, request: HttpRequest) -> None:
        if self.town_refusal or not self.is_known_format:
            raise Http404
        if MODULE not in self.municipality.modules:
            raise Http404
        named = self.given.get("jurisdiction_id", self.municipality.slug)
        if named != self.municipality.slug:
            raise RefusedError(404, _("There is no such jurisdiction."))
        if request.method in ("GET", "HEAD"):
            self.limit(READS, "open311-read")

    def limit(self, limits: tuple[Limit, ...], what: str, key: str = "") -> None:
        """Count one more call.

        Raises:
            RefusedError: it was one too many.
        """
        if refused_until(self.request, what, limits, timezone.now(), key):
            raise RefusedError(429, _("Too many calls. Wait a minute and go on."))

    @cached_property
    def body(self) -> QueryDict:
        """What was sent in a body, as a form.

        Raises:
            RefusedError: it cannot be read.
        """
        try:
            return self.request.POST
        except RequestDataTooBig as error:
            raise RefusedError(413, _("This is too much at once.")) from error
        except (SuspiciousOperation, MultiPartParserError, UnreadablePostError) as error:
            raise bad(_("The form cannot be read.")) from error

    @cached_property
    def given(self) -> Mapping[str, str]:
        """Parameters of the address, and of the body where there is one."""
        found = reading.parameters(self.request.GET)
        if self.request.method == "POST":
            found |= reading.parameters(self.body)
        return found

    @cached_property
    def key(self) -> ApiKey | None:
        """The key in use that was given.

        Raises:
            RefusedError: one that is none; no key at all is no fault of reading.
        """
        given = self.given.get("api_key", "")
        if not given:
            return None
        key = key_of(self.municipality, given, self.today)
        if key is None:
            raise RefusedError(403, _("This key is not in use."))
        return key

    def services(self) -> Any:
        """What programs can report: everything but what needs an account."""
        offered = Category.objects.in_municipality(self.municipality).offered()
        return offered.exclude(reporter=Category.Reporter.ACCOUNT).select_related("parent")

    def service(self, code: str) -> Category:
        """One of them.

        Raises:
            RefusedError: there is none.
        """
        found: Category | None = self.services().filter(code=code).first()
        if found is None:
            raise RefusedError(404, _("There is no such service."))
        return found

    def absolute(self, path: str) -> str:
        """An address that works from anywhere."""
        return self.request.build_absolute_uri(path)

    def picture_url(self, pk: int) -> str:
        """Where a public picture is."""
        return self.absolute(reverse("incidents:public_picture", args=[self.municipality.slug, pk]))

    def _open(self, response: HttpResponseBase) -> HttpResponseBase:
        """Any page may read what is public; what a key opens is kept by nobody."""
        response["Access-Control-Allow-Origin"] = "*"
        if "api_key" in self.request.GET or self.request.method == "POST":
            response["Cache-Control"] = "private, no-store"
        return response


class DiscoveryView(CallView):
    """Where the two endpoints are, and how to get a key."""

    def get(self, request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
        """The document; no call needs a key to read it."""
        endpoints = [
            self._endpoint("open311/v2", "production"),
            self._endpoint("open311/test/v2", "test"),
        ]
        town = self.municipality
        document = {
            "changeset": CHANGESET,
            "contact": self.absolute(f"/{town.slug}/"),
            "key_service": self.absolute(reverse("incidents:open311", args=[slug])),
            "endpoints": endpoints,
        }
        return answer("discovery", document, self.suffix)

    def _endpoint(self, path: str, kind: str) -> dict[str, Any]:
        return {
            "specification": SPECIFICATION,
            "url": self.absolute(f"/{self.municipality.slug}/{path}"),
            "changeset": CHANGESET,
            "type": kind,
            "formats": ["text/xml", "application/json"],
        }


class ServicesView(CallView):
    """What can be reported."""

    def get(self, request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
        """Every service, in the town's order."""
        rows = [service_row(one, self.municipality) for one in self.services()]
        return answer("services", rows, self.suffix)


class ServiceView(CallView):
    """The questions of one service."""

    def get(self, request: HttpRequest, slug: str, code: str, suffix: str) -> HttpResponse:
        """Its definition; one without questions has an empty list."""
        rows = definition(self.service(code), self.municipality)
        return answer("service_definition", rows, self.suffix)


class RowsView(CallView):
    """What calls that read reports share: which ones, and how each is shown."""

    def own(self) -> IncidentQuerySet:
        """Reports that the key opens: those it sent, and those sent to its body."""
        rows = Incident.objects.in_municipality(self.municipality)
        if self.key is None:
            return rows.none()
        sent = rows.filter(reporter__key=self.key)
        if self.key.department_id is None:
            return sent
        return sent | rows.filter(
            legs__receiver=self.key.department_id, legs__state__in=("sent", "accepted", "done")
        )

    def readable(self) -> IncidentQuerySet:
        """Public ones, and those that the key opens; a box is asked of what is seen."""
        rows = Incident.objects.in_municipality(self.municipality)
        public, own, box = rows.public(), self.own(), reading.box(self.given)
        if box is not None:
            public = public.shown_in(box)
            own = own.filter(geometry__bboverlaps=box)
        if self.key is None:
            return public
        return rows.filter(pk__in=own.values("pk")) | rows.filter(pk__in=public.values("pk"))

    def shown(self, rows: IncidentQuerySet) -> list[dict[str, Any]]:
        """Rows in their order, each as far as the reader may see it."""
        found = list(rows.with_public_parts())
        ids = [row.pk for row in found]
        opened = set(self.own().filter(pk__in=ids).values_list("pk", flat=True))
        town = self.municipality
        public = public_rows([r for r in found if r.pk not in opened], town, self.picture_url)
        own = own_rows([r for r in found if r.pk in opened], town, self.picture_url)
        by_reference = {row["service_request_id"]: row for row in [*public, *own]}
        return [by_reference[row.reference] for row in found]


class RequestsView(RowsView):
    """Reports: read a list, or send one."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
        """At most 1,000, the newest first, in pages; of at most 90 days."""
        size = reading.whole(self.given, "page_size", reading.MOST_ROWS, reading.MOST_ROWS)
        page = reading.whole(self.given, "page", 1, 100_000)
        first = (page - 1) * size
        rows = self._asked().order_by("-reported_at", "-pk")[first : first + size]
        return answer("service_requests", self.shown(rows), self.suffix)

    def _asked(self) -> IncidentQuerySet:
        given, rows = self.given, self.readable()
        if "service_request_id" in given:
            ids = [one.strip() for one in given["service_request_id"].split(",")]
            if len(ids) > reading.MOST_IDS:
                message = _("Ask for at most %(most)d reports at once.")
                raise bad(message % {"most": reading.MOST_IDS})
            return rows.filter(reference__in=ids)
        start, end = reading.span(given, self.municipality.timezone, timezone.now())
        rows = rows.filter(reported_at__gte=start, reported_at__lte=end)
        if "service_code" in given:
            codes = [one.strip() for one in given["service_code"].split(",")]
            rows = rows.filter(category__code__in=codes)
        return self._in_status(rows)

    def _in_status(self, rows: IncidentQuerySet) -> IncidentQuerySet:
        asked = {one.strip() for one in self.given.get("status", "").split(",") if one.strip()}
        if not asked <= {"open", "closed"}:
            raise bad(_("status is open or closed."))
        if len(asked) != 1:
            return rows
        if asked == {"closed"}:
            return rows.filter(status__in=ENDED)
        return rows.exclude(status__in=ENDED)

    def post(self, request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
        """Take a report in; it goes the same way as one of this site."""
        if self.key is None:
            raise RefusedError(403, _("Give an api_key."))
        self.limit(WRITES, "open311-write", f"key-{self.key.pk}")
        if "service_code" not in self.given:
            raise bad(_("Give a service_code."))
        said = reading.report(
            self.given,
            self.body,
            request.FILES,
            self.service(self.given["service_code"]),
            self.language,
        )
        incident = report_by_program(
            municipality=self.municipality,
            said=said,
            key=self.key,
            now=timezone.now(),
            is_trial=self.is_trial,
        )
        return answer("service_requests", [self._receipt(incident)], self.suffix)

    def _receipt(self, incident: Incident) -> dict[str, Any]:
        if self.is_trial:
            notice = _("This was a trial: everything was checked and nothing was kept.")
            return {"token": TRIAL, "service_notice": notice, "account_id": None}
        notice = _("Follow the report at %(address)s") % {
            "address": self.absolute(track_path(self.municipality.slug, incident.tracking))
        }
        if "media_url" in self.given:
            notice += " " + _("Pictures are not fetched from an address; send them as “media”.")
        return {
            "service_request_id": incident.reference,
            "service_notice": notice,
            "account_id": None,
        }


class RequestView(RowsView):
    """One report."""

    def get(self, request: HttpRequest, slug: str, reference: str, suffix: str) -> HttpResponse:
        """A list of one; 404 before it is public, but for the key that opens it."""
        rows = self.shown(self.readable().filter(reference=reference)[:1])
        if not rows:
            raise RefusedError(404, _("There is no such report, or it is not public."))
        return answer("service_requests", rows, self.suffix)


class TokenView(CallView):
    """The number of a report, for whoever holds its secret link."""

    def get(self, request: HttpRequest, slug: str, token: str, suffix: str) -> HttpResponse:
        """Number and token; a trial has a token and no number."""
        if self.is_trial and token == TRIAL:
            rows = [{"service_request_id": None, "token": TRIAL}]
            return answer("service_requests", rows, self.suffix)
        own = Incident.objects.in_municipality(self.municipality)
        incident = own.exclude(status=Status.REFUSED).filter(tracking=token).first()
        if incident is None:
            raise RefusedError(404, _("There is no such token."))
        rows = [{"service_request_id": incident.reference, "token": token}]
        return answer("service_requests", rows, self.suffix)
