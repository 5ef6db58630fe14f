"""Answers what lines give before they are saved: `POST /api/<slug>/v1/areas/evaluate/`."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.access import Right
from departments.views import StaffView
from geo.errors import GeometryRefused
from geo.intake import Limits
from geo.intake.document import read_document
from portal.area_panel import panel, require_own_ground
from zones.models import TargetArea
from zones.recipes import MOST_VERTICES, RecipeRefused, parse_recipe

MEDIA_TYPE = "application/problem+json"
LIMITS = Limits(vertices=MOST_VERTICES, depth=14)


class AreaQuestionView(StaffView):
    """For everybody who plans areas or aims notices at them; writes nothing.

    Takes {"lines": […], "on": "2026-01-31", "area": number of the one being worked on}, answers the
    shape in GeoJSON (EPSG:4326), its words, the reach, and what to be careful of.
    """

    # Whoever plans may also notify, so this one right is that of both.
    right = Right.NOTIFY
    narrows = True

    def handle_no_permission(self) -> Any:
        """A script is told so, and not sent to a page for people."""
        return self._problem(HTTPStatus.UNAUTHORIZED, "signed_out", _("Please sign in again."))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Evaluate, or say which line is at fault and where."""
        try:
            told = self._told(read_document(request.body, LIMITS))
        except RecipeRefused as refused:
            place = list(refused.place) if refused.place else None
            return self._refused(refused, line=refused.line, place=place)
        except GeometryRefused as refused:
            return self._refused(refused, place=list(refused.place) if refused.place else None)
        except ValidationError as refused:
            return self._refused(refused)
        return JsonResponse(told)

    def _told(self, document: dict[str, Any]) -> dict[str, Any]:
        found = panel(
            recipe=parse_recipe(document.get("lines")),
            municipality=self.municipality,
            on=self._day(document.get("on")),
            now=timezone.now(),
            area=self._area(document.get("area")),
        )
        require_own_ground(
            found.found.geometry,
            user=self.membership.user,
            municipality=self.municipality,
            right=self.right,
            today=self.today,
        )
        return found.as_json()

    def _area(self, number: object) -> TargetArea | None:
        if number is None:
            return None
        if not isinstance(number, int) or not 0 < number < 2**63:
            raise ValidationError(_("There is no such area."), code="area")
        areas = TargetArea.objects.in_municipality(self.municipality)
        return get_object_or_404(areas, pk=number)

    def _day(self, text: object) -> dt.date:
        if text is None:
            return self.today
        try:
            return dt.date.fromisoformat(str(text))
        except ValueError as error:
            raise ValidationError(_("Write the day as 2026-01-31."), code="day") from error

    def _refused(self, refused: ValidationError, **more: object) -> HttpResponse:
        code = str(getattr(refused, "code", "invalid") or "invalid")
        return self._problem(HTTPStatus.BAD_REQUEST, code, " ".join(refused.messages), **more)

    def _problem(self, status: HTTPStatus, code: str, detail: str, **more: object) -> HttpResponse:
        document = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "instance": self.request.path,
            "code": code,
            **more,
        }
        return JsonResponse(document, status=status, content_type=MEDIA_TYPE)
