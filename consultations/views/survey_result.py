"""The page of what people answered in a survey, and its files; nothing of a person."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from consultations.models import Phase
from consultations.phases import Action, Opening, PhaseKind, holds
from consultations.present.survey_result import COLUMNS, pages_of, people_rows, plain_rows
from consultations.services.survey_results import SurveyResult, result_of
from consultations.services.surveys import survey_phases
from consultations.views.base import ProcessView
from departments.access import Right, may
from zones.exports import csv_file, geojson_file
from zones.models import ZoneShape
from zones.names import in_language
from zones.views import ExportedView


class SurveyResultView(ProcessView, ExportedView, TemplateView):
    """What people answered: public once the survey is over and no vote hides it."""

    template_name = "consultations/survey/result.html"

    @cached_property
    def phases(self) -> list[Phase]:
        """The surveys that began, the newest last."""
        now = timezone.now()
        return [one for one in survey_phases(self.process) if one.starts_at <= now]

    @cached_property
    def phase(self) -> Phase | None:
        """The survey asked for, else the last that began; an unknown one is not found."""
        asked = self.request.GET.get("phase", "")
        found = [one for one in self.phases if not asked or str(one.pk) == asked]
        if asked and not any(str(one.pk) == asked for one in survey_phases(self.process)):
            raise Http404
        return found[-1] if found else None

    @cached_property
    def is_over(self) -> bool:
        """Whether answers can no longer come in."""
        return self.phase is not None and not holds(self.phase, timezone.now())

    @cached_property
    def is_public(self) -> bool:
        """Whether everybody may see figures now."""
        now = timezone.now()
        if self.phase is None or any(
            one.kind == PhaseKind.VOTE and holds(one, now) for one in self.process.phases.all()
        ):
            return False
        return self.is_over or self.opening(Action.SEE_RESULT).is_open

    @cached_property
    def is_planner(self) -> bool:
        """Whether the reader prepares consultations here, and sees figures earlier."""
        return may(self.request.user, self.municipality, Right.CONSULT)

    @cached_property
    def result(self) -> SurveyResult | None:
        """The figures; nothing for whom they are not open."""
        if self.phase is None or not (self.is_public or self.is_planner):
            return None
        return result_of(self.phase, is_final=self.is_over)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """A table, and the places by zone."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Figures in words, or when they come."""
        result = self.result
        pages = pages_of(result) if result else []
        placed = [one for one in pages if one.places]
        asked = self.request.GET.get("question", "")
        on_map = next((one for one in placed if one.code == asked), placed[0] if placed else None)
        opens: Opening = self.opening(Action.SEE_RESULT)
        return super().get_context_data(
            process=self.process,
            phase=self.phase,
            phases=self.phases,
            result=result,
            pages=pages,
            placed=placed,
            on_map=on_map,
            limits=self.bbox,
            **(self._map(on_map.result.places) if on_map else {}),
            people=people_rows(result) if result else [],
            is_public=self.is_public,
            opens_at=self.phase.ends_at if self.phase and not self.is_over else opens.opens_at,
            **kwargs,
        )

    def _map(self, places: Mapping[int, int]) -> dict[str, Any]:
        """How many answers lie in each neighbourhood, at a point of it, and the map around them."""
        rows = ZoneShape.objects.filter(zone__in=places).current().order_by("zone_id")
        shapes = {row.zone_id: row.geometry for row in rows}
        points = ((zone, shape.point_on_surface) for zone, shape in shapes.items())
        return {
            "marks": [
                {"number": places[zone], "place": [point.x, point.y]} for zone, point in points
            ],
            "select": ",".join(str(zone) for zone in shapes),
            "bbox": rows.extent() or self.bbox,
        }

    def _shown(self) -> SurveyResult:
        if self.result is None:
            raise Http404
        return self.result

    def _csv(self) -> HttpResponseBase:
        return csv_file(self._file_name, COLUMNS, plain_rows(self._shown()))

    def _geojson(self) -> HttpResponseBase:
        return geojson_file(self._file_name, self._features(self._shown()))

    def _features(self, result: SurveyResult) -> Iterator[tuple[GEOSGeometry | None, Any]]:
        rows = ZoneShape.objects.filter(zone__in=result.zones).current()
        shapes = {row.zone_id: row.geometry for row in rows}
        for one in result.questions:
            for zone, count in one.places.items():
                named = result.zones.get(zone)
                yield (
                    shapes.get(zone),
                    {
                        "question": in_language(one.question.names),
                        "kind": one.question.kind,
                        "zone": named.code if named else "",
                        "name": in_language(named.names) if named else "",
                        "answers": count,
                    },
                )

    @property
    def _file_name(self) -> str:
        return f"{self.municipality.slug}-consultation-{self.process.number}-survey"
