"""One of my places: its figures and their trend, what waits, its signs, the notice for its wall."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from departments.access import Right, may
from satisfaction.forms import PrintAgainForm
from satisfaction.models import Alert, SiteFigure, Snapshot
from satisfaction.present.mine import OwnFigures, alert_row
from satisfaction.present.places import change_row, reasons_said
from satisfaction.present.press import of_span, point_of
from satisfaction.present.trends import Pin, trend
from satisfaction.selection import snapshots_for
from satisfaction.services.effects import Change, changes_at, ground_of
from satisfaction.services.reprints import TROUBLED, can_be_printed_again, print_again
from satisfaction.views.mine import OwnerView
from sign_registry.models import Comment, Sign, Site
from sign_registry.site_present import site_row, with_shown
from sign_registry.workflow import State
from zones.models.municipality import BUILT_MODULES

LISTED_ALERTS = 5
#: So many months of a trend fit on a phone.
TREND_MONTHS = 18


class OwnPlaceView(OwnerView):
    """A page about one of the own places; others are not there."""

    @cached_property
    def site(self) -> Site:
        """The place."""
        shown = with_shown(self.sites.select_related("municipality"), self.today)
        return get_object_or_404(shown, pk=self.kwargs["pk"])


class MinePlaceView(OwnPlaceView, TemplateView):
    """Everything its owner has to know and to do."""

    template_name = "satisfaction/mine_place.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries."""
        site, slug = self.site, self.municipality.slug
        figures = OwnFigures(self.snapshot, [site], self.language, self.today).row(site)
        snapshots = list(snapshots_for(self.municipality, self.today, is_staff=True))
        changes = changes_at(site, today=self.today, is_staff=True)
        alerts = self._alerts()
        comments = Comment.objects.about_the_place().waiting().filter(site=site)
        return super().get_context_data(
            site=site_row(site),
            **figures,
            own=figures,
            is_public=bool(self.snapshot and self.snapshot.public_from <= self.today),
            snapshot=self.snapshot,
            trend=self._trend(snapshots, changes),
            alerts=[row for row in alerts if row["state"] == Alert.State.OPEN],
            closed_alerts=[row for row in alerts if row["state"] != Alert.State.OPEN],
            reasons=reasons_said(site, None),
            comment_count=comments.count(),
            comments_path=reverse("signs:comments", args=[slug]) + f"?site={site.pk}",
            signs=[self._sign(sign) for sign in site.signs.order_by("number")],
            changes=[change_row(one, self.language) for one in changes],
            works_add_path=works_add_path(self, site),
            years=_years(snapshots, self.today),
            has_ratings="ratings" in set(self.municipality.modules) & set(BUILT_MODULES),
            **kwargs,
        )

    def _trend(self, snapshots: list[Snapshot], changes: list[Change]) -> dict[str, Any] | None:
        """Month by month; where months have too few votes, quarter by quarter."""
        pins = [Pin(one.works.starts_on, one.works.name) for one in changes if one.works]
        for span in (Snapshot.Span.MONTH, Snapshot.Span.QUARTER):
            periods = of_span(snapshots, span)[-TREND_MONTHS:]
            found = {
                figure.snapshot_id: figure
                for figure in SiteFigure.objects.of_sites([self.site.pk]).filter(
                    snapshot__in=periods
                )
            }
            points = [point_of(one, found.get(one.pk)) for one in periods]
            if drawn := trend(points, self.language, pins):
                return drawn
        return None

    def _alerts(self) -> list[dict[str, Any]]:
        """Worsenings of the place, newest first."""
        found = Alert.objects.in_municipality(self.municipality).filter(site=self.site)
        newest = found.select_related("site", "municipality", "works").newest_first()
        return [alert_row(one, self.today, self.language) for one in newest[:LISTED_ALERTS]]

    def _sign(self, sign: Sign) -> dict[str, Any]:
        troubled = sign.state in TROUBLED
        return {
            "sign": sign,
            "state_label": sign.get_state_display(),
            "tone": "is-warn" if troubled else "is-good" if sign.state == State.INSTALLED else "",
            "can_be_printed": can_be_printed_again(sign),
            "form": PrintAgainForm(initial={"sign": sign.pk}, auto_id=f"id_{sign.pk}_%s"),
        }


class PrintAgainView(OwnPlaceView, View):
    """Gets a sign of an own place printed again."""

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Do it or ask for it, and go back to the place."""
        form = PrintAgainForm(request.POST)
        back = redirect("satisfaction:mine_place", slug, self.site.pk)
        if not form.is_valid():
            messages.error(request, _("Write what is wrong with the sign."))
            return back
        signs = self.site.signs.select_related("municipality", "site")
        sign = get_object_or_404(signs, pk=form.cleaned_data["sign"])
        reason = form.cleaned_data["reason"]
        try:
            is_sent = print_again(
                sign=sign, actor=self.membership, now=timezone.now(), reason=reason
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return back
        messages.success(
            request,
            _("The sign waits for the printer, with a new code.")
            if is_sent
            else _("The head of the sign crew was asked. The sign stands on the crew’s list."),
        )
        return back


def works_add_path(view: OwnerView, site: Site) -> str:
    """Where the person may enter works at a place; empty for who may not."""
    ground = ground_of(site)
    if ground is None or not may(view.request.user, view.municipality, Right.EDIT_WORKS):
        return ""
    middle = ground.point_on_surface
    point = {"longitude": f"{middle.x:.6f}", "latitude": f"{middle.y:.6f}"}
    return reverse("departments:works_add", args=[view.municipality.slug]) + "?" + urlencode(point)


def _years(snapshots: list[Snapshot], today: Any) -> list[int]:
    """Years a notice can be made of: with public figures."""
    spans = [one for one in snapshots if one.span == Snapshot.Span.YEAR]
    return [one.first_day.year for one in spans if one.public_from <= today]
