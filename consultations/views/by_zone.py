"""The result of a vote by zone, for everybody as soon as results are open; never before."""

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from consultations.present import by_zone as present
from consultations.services.by_zone import ByZone, vote_by_zone
from consultations.services.telling import process_path
from consultations.views.result import CountedPage
from zones.exports import csv_file
from zones.views import ExportedView


class ZonesView(CountedPage, ExportedView, TemplateView):
    """Who took part and what was chosen, by zone: map, tables, CSV and GeoJSON."""

    template_name = "consultations/by_zone.html"

    @cached_property
    def found(self) -> ByZone:
        """The vote by zone; not found before everybody may see it."""
        found = vote_by_zone(self.counted)
        if found is None:
            raise Http404
        return found

    @cached_property
    def code(self) -> str:
        """The project that map and table are about; nothing for who took part at all."""
        code = self.request.GET.get("project", "")
        if code and code not in {one.project.code for one in self.found.choices}:
            raise Http404
        return code

    @cached_property
    def lines(self) -> list[present.Line]:
        """The rows of the table."""
        return present.lines_of(self.found, self.code, self.municipality.languages)

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The whole table, and the shapes with the figures."""
        return {"csv": self._csv, "geojson": self._geojson}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Map, legend, tables."""
        return super().get_context_data(
            process=self.process,
            process_path=process_path(self.process),
            found=self.found,
            code=self.code,
            lines=self.lines,
            legend=present.legend_of(self.lines, is_turnout=not self.code),
            choices=present.choices_of(self.found),
            crossed=present.crossed(self.found, self.lines),
            left_out=present.left_out_words(self.found),
            bbox=self.bbox,
            limits=self.bbox,
            **kwargs,
        )

    def _csv(self) -> HttpResponseBase:
        columns = ("zones", "took_part", "on_the_roll", "share", "low", "high", "ballots")
        rows = ([*_plain(line).values(), *self._votes(line).values()] for line in self.lines)
        return csv_file(
            f"{self.file_name}-zones",
            [*columns, *(f"votes_{code}" for code in self.found.table.columns)],
            rows,
        )

    def _geojson(self) -> HttpResponseBase:
        shapes = present.shapes_of(self.lines)
        features = [
            {
                "type": "Feature",
                "geometry": json.loads(shapes[line.zones]),
                "properties": {
                    **_plain(line),
                    "votes": self._votes(line),
                    "step": line.step,
                    "label": present.label_of(line, is_turnout=not self.code),
                },
            }
            for line in self.lines
            if line.zones in shapes
        ]
        answer = HttpResponse(
            json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False),
            content_type="application/geo+json",
        )
        patch_vary_headers(answer, ["Accept-Language", "Cookie"])
        return answer

    def _votes(self, line: present.Line) -> dict[str, int | None]:
        table = self.found.table
        return {code: table.cells.get((line.zones, code)) for code in table.columns}


def _plain(line: present.Line) -> dict[str, Any]:
    turnout = line.turnout
    return {
        "zones": " + ".join(line.names),
        "took_part": line.took_part,
        "on_the_roll": line.residents,
        "share": turnout.value if turnout else None,
        "low": turnout.low if turnout else None,
        "high": turnout.high if turnout else None,
        "ballots": line.ballots,
    }
