"""What readers may ask of us: about the service, how accessible it is, where to report a hole."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from incidents.models import LedgerRoot
from portal.accessibility_law import ANSWER_DAYS, enforcement_of
from portal.adoption import words
from portal.adoption.neighbourhoods import kind_of, reached, shapes_of, town_of
from portal.audit import last_audit
from portal.barriers import tell_barrier
from portal.public_pages import kept_from_robots, security_text, sitemap
from portal.trust_forms import BarrierForm
from submissions.limits import Limit, refused_until
from zones.forms import add_refusal
from zones.models import Municipality
from zones.views import TownView

LETTERS = (Limit(5, 3600), Limit(20, 86_400))


class AboutView(TownView, TemplateView):
    """What the service promises, and how each promise can be checked."""

    template_name = "portal/trust/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest seal, and who registered as the published squares say; no more than that."""
        seals = LedgerRoot.objects.in_municipality(self.municipality).newest_first()
        seal = seals.first() if "reports" in self.municipality.modules else None
        return super().get_context_data(
            seal=seal,
            seal_hash=bytes(seal.root).hex() if seal else "",
            security_contact=settings.MEGDAN_SECURITY_CONTACT,
            **self._adoption(),
            **kwargs,
        )

    def _adoption(self) -> dict[str, Any]:
        """How many registered, and where; nothing before people are told at all."""
        town = town_of(self.municipality)
        kind = kind_of(self.municipality, self.today) if town.residents else None
        if kind is None:
            return {"adoption": None}
        shapes = shapes_of(self.municipality, kind, self.today, self.language)
        rows = reached(self.municipality, shapes, self.today)
        return {
            "adoption": words.sentence(town, None),
            "adoption_lines": words.lines_of(
                rows, self.municipality.slug, self.municipality.languages
            ),
            "adoption_kind": kind,
        }


class AccessibilityView(TownView, FormView[BarrierForm]):
    """The statement, made from the last audit, and the form for what does not work."""

    template_name = "portal/trust/accessibility.html"
    form_class = BarrierForm

    def get_initial(self) -> dict[str, Any]:
        """The page one came from, where it is one of ours."""
        return {"page": self.request.GET.get("page", "")[:300]}

    def form_valid(self, form: BarrierForm) -> HttpResponse:
        """Pass it on, and say until when the answer comes."""
        now = timezone.now()
        until = refused_until(self.request, "barrier", LETTERS, now)
        if until is not None:
            form.add_error(None, _("Very much was sent from your network. Try again in an hour."))
            return self.render_to_response(self.get_context_data(form=form), status=429)
        try:
            answer_by = tell_barrier(
                municipality=self.municipality, barrier=form.barrier(), now=now
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        context = self.get_context_data(form=self.form_class(), answer_by=answer_by)
        return self.render_to_response(context)

    def form_invalid(self, form: BarrierForm) -> HttpResponse:
        """The form with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The result of the last audit; no query of its own."""
        return super().get_context_data(
            audit=last_audit(),
            enforcement=enforcement_of(self.municipality),
            answer_days=ANSWER_DAYS,
            **kwargs,
        )


class SecurityTextView(View):
    """Whom to tell of a hole (RFC 9116)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Plain text; 404 where the operator named nobody."""
        if not settings.MEGDAN_SECURITY_CONTACT:
            raise Http404
        return _text(security_text(request.build_absolute_uri(request.path), timezone.now()))


class RobotsView(View):
    """What programs that collect pages leave alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Plain text; no query."""
        return _text(kept_from_robots(request.build_absolute_uri("/sitemap.xml")))


class SitemapView(View):
    """The lasting pages of each town, for programs that collect pages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """One query; linear in the towns, and never a row of a resident."""
        towns = Municipality.objects.real().order_by("slug").only("slug", "modules")
        text = sitemap(towns, request.build_absolute_uri("/").rstrip("/"))
        return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _text(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
