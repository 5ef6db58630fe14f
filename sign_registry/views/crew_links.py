"""One-off links to hang a sign: made by the office, used by somebody without an account."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from departments.access import Right
from departments.views import StaffView
from geo.crs import STORAGE_SRID
from geo.errors import GeometryRefused
from geo.intake import parse_point
from sign_registry.models import InstallLink, Sign
from sign_registry.services.install_links import (
    FreshLink,
    LinkSpent,
    find_link,
    mail_install_link,
    make_install_link,
    use_install_link,
)
from sign_registry.workflow import IllegalTransition
from zones.views import TownView


class LinkForm(forms.Form):
    """Whom the link is for, and where to send it."""

    recipient = forms.CharField(
        label=_("Who hangs the sign"),
        max_length=120,
        help_text=_("For example: mayor of the village of Kolena. It stands in the history."),
    )
    email = forms.EmailField(
        label=_("E-mail address (optional)"),
        required=False,
        help_text=_("Without one you get the link here, to be printed or told."),
    )


class HungForm(forms.Form):
    """Where the person stands, if the phone says so, and why not."""

    longitude = forms.CharField(required=False, widget=forms.HiddenInput)
    latitude = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Anything the town should know (optional)"), max_length=300, required=False
    )


@method_decorator(never_cache, name="dispatch")
class InstallLinkMakeView(StaffView):
    """Makes a link for one printed sign, by mail or on paper."""

    right = Right.RUN_SIGNS

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Ask whom it is for."""
        return self._page(self._sign(pk), LinkForm())

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Make it; the link itself is shown this once."""
        sign = self._sign(pk)
        form = LinkForm(request.POST)
        if not form.is_valid():
            return self._page(sign, form)
        now = timezone.now()
        try:
            link = make_install_link(
                sign=sign,
                recipient=form.cleaned_data["recipient"],
                actor=self.membership,
                now=now,
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
            return self._page(sign, form)
        url = request.build_absolute_uri(reverse("signs:install", args=[slug, link.secret]))
        address = form.cleaned_data["email"]
        if address:
            mail_install_link(link=link, address=address, url=url, now=now)
        return self._page(sign, form, link=link, url=url, address=address)

    def _sign(self, pk: int) -> Sign:
        signs = Sign.objects.in_municipality(self.municipality).select_related("site")
        return get_object_or_404(signs, pk=pk)

    def _page(
        self,
        sign: Sign,
        form: LinkForm,
        *,
        link: FreshLink | None = None,
        url: str = "",
        address: str = "",
    ) -> HttpResponse:
        shown = {"sign": sign, "form": form, "url": url, "address": address}
        row = link.row if link else None
        return render(self.request, "signs/crew_link.html", {**shown, "link": row})


@method_decorator(never_cache, name="dispatch")
class InstallView(TownView):
    """Hangs the sign of a link: looking changes nothing, the button does, once."""

    def get(self, request: HttpRequest, slug: str, secret: str) -> HttpResponse:
        """What is to be hung where, or why the link no longer works."""
        link = self._link(secret)
        state = self._state(link)
        return self._page(link, state, HungForm(), status=200 if state == "ready" else 410)

    def post(self, request: HttpRequest, slug: str, secret: str) -> HttpResponse:
        """Record that it hangs."""
        link = self._link(secret)
        form = HungForm(request.POST)
        if link is None or not form.is_valid():
            return self._page(link, self._state(link), form, status=400)
        try:
            use_install_link(
                link=link,
                point=_point(form.cleaned_data),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except (LinkSpent, IllegalTransition):
            state = self._state(link)
            state = "done" if state == "ready" else state
            return self._page(link, state, form, status=410)
        except ValidationError as refused:
            form.add_error("reason", refused.messages)
            return self._page(link, "ready", form, status=400)
        return self._page(link, "thanks", form)

    def _link(self, secret: str) -> InstallLink | None:
        link = find_link(secret)
        return link if link and link.sign.municipality_id == self.municipality.pk else None

    def _state(self, link: InstallLink | None) -> str:
        if link is None:
            return "unknown"
        if link.used_at:
            return "used"
        return "ready" if link.expires_at > timezone.now() else "expired"

    def _page(
        self, link: InstallLink | None, state: str, form: HungForm, *, status: int = 200
    ) -> HttpResponse:
        shown: dict[str, Any] = {"link": link, "state": state, "form": form}
        return render(
            self.request,
            "signs/crew_install.html",
            {**shown, "sign": link.sign if link else None},
            status=404 if state == "unknown" else status,
        )


def _point(values: dict[str, str]) -> Point | None:
    """A position the phone cannot tell, or one that is none, is simply no position."""
    try:
        point = parse_point(values["longitude"], values["latitude"])
    except GeometryRefused:
        return None
    return Point(point.x, point.y, srid=STORAGE_SRID)
