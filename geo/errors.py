"""The one refusal for geometry that came from outside, and its sentences; it decides nothing."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Place = tuple[float, float]
"""Longitude and latitude in degrees, EPSG:4326."""

SENTENCES = {
    # What arrived is not readable at all.
    "too_large": _("This is %(found)s bytes; at most %(limit)s are taken. Send a smaller area."),
    "encoding": _("The text is not UTF-8. Save it again with the encoding UTF-8."),
    "not_json": _("This is not JSON. Export it again as GeoJSON."),
    "too_deep": _("The JSON is nested more than %(limit)s levels deep. Send plain GeoJSON."),
    "duplicate_key": _(
        "The name “%(name)s” stands twice in one object. Keep one of the two and send it again."
    ),
    "text": _(
        "The text at %(path)s holds a character that cannot be stored. Remove it and send it again."
    ),
    # It is JSON, but not the GeoJSON that is asked for.
    "not_geojson": _("%(path)s is not a GeoJSON object. Export it again as GeoJSON."),
    "type": _("%(path)s is of type “%(found)s”; wanted is one of: %(wanted)s."),
    "crs_member": _(
        "The GeoJSON names a coordinate system of its own. Export it in WGS 84 (EPSG:4326), "
        "without a “crs” member."
    ),
    "coordinates": _("The coordinates at %(path)s are not nested as the type needs them."),
    "number": _("%(path)s is not a finite number. Give plain decimal degrees."),
    "position": _("The position at %(path)s needs two numbers: longitude, then latitude."),
    "geometry_missing": _("%(path)s has no geometry. Draw it, or leave the row out."),
    # Too much of it.
    "too_many_vertices": _("The shape has more than %(limit)s points. Simplify its border."),
    "too_many_rings": _("The shape has more than %(limit)s rings. Split it or simplify it."),
    "too_many_features": _("There are more than %(limit)s shapes. Split the file."),
    # The shape itself is at fault.
    "empty": _("The shape at %(path)s is empty. Draw at least one point."),
    "line_short": _("The line at %(path)s has no length. Draw two different points."),
    "ring_short": _("The border near %(place)s has fewer than three corners. Draw one more."),
    "ring_unclosed": _(
        "The border that starts near %(place)s does not end where it began. Close it."
    ),
    "self_intersection": _(
        "The border crosses or touches itself near %(place)s. Move that corner and try again."
    ),
    "hole_misplaced": _(
        "A hole near %(place)s lies outside its shape or in another hole. Move it inside."
    ),
    "parts_overlap": _("Two parts of the shape overlap near %(place)s. Join them or part them."),
    "invalid": _("The shape is not valid near %(place)s. Draw its border again there."),
    # It lies in the wrong place.
    "outside_world": _(
        "The point %(place)s is not on Earth. Give longitude between -180 and 180, latitude "
        "between -90 and 90."
    ),
    "antimeridian": _("The shape spans half the globe. Cut it at the date line."),
    "axes_swapped": _(
        "Longitude and latitude look swapped: %(place)s lies outside, the other way round it lies "
        "inside. Give longitude first."
    ),
    "outside": _("The point %(place)s lies outside the municipality. Draw inside its border."),
    # The coordinate reference system.
    "crs_missing": _(
        "The file does not say in which coordinate system its numbers are. Save it again with one; "
        "a Shapefile needs its .prj file."
    ),
    "crs_unknown": _(
        "The coordinate system of the file is not a known one. Save it again in WGS 84 (EPSG:4326) "
        "or in the national system."
    ),
    "crs_mismatch": _(
        "The numbers do not fit the coordinate system %(crs)s that the file names. Save it again "
        "in the right one."
    ),
    # Files.
    "file_missing": _("There is no readable file %(name)s. Check the path."),
    "file_kind": _(
        "%(name)s is not a GeoJSON, a GeoPackage or a Shapefile. Export it as one of these."
    ),
    "wkt": _(
        "This is no WKT. Write for example POLYGON ((26.37 46.92, 26.38 46.92, 26.38 46.93, "
        "26.37 46.92))."
    ),
    "corner": _("Line %(line)s is no corner. Write longitude and latitude: 26.3708, 46.9275."),
    "no_area": _("The file holds several lines or points and no area. Keep one of them per file."),
    "file_markup": _(
        "%(name)s is XML, whatever its name says. Export it as GeoJSON, GeoPackage or Shapefile."
    ),
    "file_damaged": _("%(name)s is damaged or cut off. Export it again."),
    "file_in_use": _("%(name)s is still open in another program. Save and close it there first."),
    "file_layers": _("%(name)s holds several layers: %(layers)s. Keep one of them per file."),
    "file_no_layer": _("%(name)s holds no layer with shapes. Export one into it."),
    "file_unsafe": _(
        "%(name)s contains %(found)s, which a file of shapes never needs. Export it again, plainly."
    ),
    "file_incomplete": _(
        "The Shapefile %(name)s lacks its %(part)s file. Send all its parts, best in one zip."
    ),
    "file_encoding_unknown": _(
        "%(name)s does not say how its letters are encoded. Add a .cpg file, for example with the "
        "text 1251 or UTF-8."
    ),
    "file_encoding": _(
        "The letters of %(name)s are not encoded as %(encoding)s. Correct its .cpg file."
    ),
    "zip_path": _("The zip names a path outside itself. Pack the files again, without folders."),
    "zip_link": _("The zip holds a link instead of a file. Pack the files themselves."),
    "zip_nested": _("The zip holds another archive. Pack the files of the Shapefile directly."),
    "zip_bomb": _("The zip unpacks to far more than it should. Pack only the Shapefile's files."),
    "zip_encrypted": _("The zip asks for a password. Pack it again without one."),
    "zip_content": _("The zip holds %(found)s Shapefiles. Pack exactly one per zip."),
}
"""Stable code -> sentence that says what to do."""


class GeometryRefused(ValidationError):  # noqa: N818 - the domain's word, as callers read it
    """Outside geometry that was not taken, with the place of its fault where there is one.

    Attributes:
        code: a key of SENTENCES, stable for clients.
        place: (longitude, latitude) of the fault, or None.
        path: where in the document, for example `features[3].geometry`; "" for the whole.
    """

    def __init__(
        self, code: str, *, place: Place | None = None, path: str = "", **params: object
    ) -> None:
        self.place = place
        self.path = path
        shown = "?" if place is None else f"{place[0]:.6f}, {place[1]:.6f}"
        super().__init__(
            SENTENCES[code],
            code=code,
            params={"place": shown, "path": path or "$", **params},
        )
