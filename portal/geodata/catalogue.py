"""One catalogue of all a town has open, for data portals: ratings and collections of geodata."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from portal.geodata.files import EVERYTHING, EVERYTHING_TITLE, MEDIA_TYPES, Format
from portal.geodata.licensing import Licences, licences_of, together
from satisfaction.present.catalogue import rating_datasets
from zones import dcat
from zones.models import GeodataFile
from zones.published import LICENCE, LICENCE_URL, Collection

Absolute = Callable[[str], str]
_ABOUT = _("Everything the town publishes: what is on its maps, and how public places are rated.")
_EVERYTHING = _("All collections of open geodata as layers of one file.")
#: Names of formats in the European list of file types; it has none for GeoParquet.
_FILE_TYPES = {Format.GPKG: "GPKG", Format.CSV: "CSV", Format.PARQUET: ""}
_THEME, _ALWAYS = "REGI", "CONT"


def catalogue(
    setting: dcat.Setting,
    collections: Sequence[Collection],
    newest: Iterable[GeodataFile],
    today: dt.date,
    absolute: Absolute,
) -> dcat.Node:
    """Ratings by length of period, then each collection. One query for ratings, one for each.

    Args:
        newest: files of the newest edition.
        absolute: makes a whole address of a path.
    """
    geodata = _Geodata(setting, list(newest), absolute)
    known = {one.code: licences_of(one) for one in collections}
    return dcat.catalogue(
        setting,
        absolute(reverse("open:catalogue", args=[setting.town.slug])),
        _("Open data"),
        _ABOUT,
        dcat.licence_document([{"name": LICENCE, "url": LICENCE_URL}]),
        [
            *rating_datasets(setting, today, absolute),
            geodata.everything(together(known.values())),
            *(geodata.dataset(one, known[one.code]) for one in collections),
        ],
    )


def now_path(slug: str, code: str, written_as: str) -> str:
    """Where a collection as it is now is had as a file."""
    return reverse("open:now", args=[slug, code, written_as])


def edition_path(slug: str, file: GeodataFile) -> str:
    """The lasting address of a frozen file."""
    month = f"{file.month:%Y-%m}"
    return reverse("open:edition", args=[slug, month, file.collection, file.format])


class _Geodata:
    """Writes the data sets of one town's geodata."""

    def __init__(
        self, setting: dcat.Setting, newest: Sequence[GeodataFile], absolute: Absolute
    ) -> None:
        self.setting, self.newest, self.absolute = setting, newest, absolute
        self.slug = setting.town.slug
        self.page = absolute(reverse("open:geodata", args=[self.slug]))

    def everything(self, licences: Licences) -> dcat.Node:
        """All collections in one file."""
        own = self._described(
            f"{self.page}#{EVERYTHING}", EVERYTHING, EVERYTHING_TITLE, _EVERYTHING
        )
        ways = [self._now(EVERYTHING, Format.GPKG), *self._frozen(EVERYTHING)]
        return {**own, "dcat:distribution": _under(licences, ways)}

    def dataset(self, one: Collection, licences: Licences) -> dcat.Node:
        """One collection, by the interface and as files."""
        at = self.absolute(reverse("ogc:collection", args=[self.slug, one.code]))
        ways = [
            self._items(one),
            *(self._now(one.code, written_as) for written_as in Format),
            *self._tiles(one),
            *self._frozen(one.code),
        ]
        own = self._described(at, one.code, one.title, one.about)
        return {**own, "dcat:distribution": _under(licences, ways)}

    def _described(self, at: str, code: str, title: object, about: object) -> dcat.Node:
        own = dcat.dataset(self.setting, at, f"geodata-{code}", title, about, theme=_THEME)
        return {**own, "dct:accrualPeriodicity": dcat.frequency(_ALWAYS)}

    def _items(self, one: Collection) -> dcat.Node:
        at = self.absolute(reverse("ogc:items", args=[self.slug, one.code]))
        title = dcat.texts("OGC API - Features, GeoJSON")
        return dcat.distribution(at, title, at, "application/geo+json", "GEOJSON")

    def _tiles(self, one: Collection) -> Iterable[dcat.Node]:
        if one.tiles:
            at = self.absolute(reverse("tiles:tilejson", args=[self.slug, one.tiles]))
            yield dcat.distribution(at, dcat.texts("TileJSON"), at, "application/json", "JSON")

    def _now(self, code: str, written_as: Format) -> dcat.Node:
        at = self.absolute(now_path(self.slug, code, written_as))
        title = _in_each(lambda: f"{written_as.label}, {translated('as it is now')}")
        return {**self._file(at, title, written_as), "dcat:downloadURL": dcat.reference(at)}

    def _frozen(self, code: str) -> Iterable[dcat.Node]:
        for file in self.newest:
            if file.collection != code:
                continue
            at = self.absolute(edition_path(self.slug, file))
            title = dcat.texts(f"{file.get_format_display()}, {file.month:%Y-%m}")
            yield {
                **self._file(at, title, Format(file.format)),
                "dcat:downloadURL": dcat.reference(at),
                "dct:license": dcat.licence_document(file.licences),
                "dct:issued": dcat.date(file.made_at.date()),
                **dcat.kept_bytes(file.size, file.sha256),
            }

    def _file(self, at: str, title: list[dcat.Node], written_as: Format) -> dcat.Node:
        media_type = MEDIA_TYPES[written_as].partition(";")[0]
        return dcat.distribution(at, title, self.page, media_type, _FILE_TYPES[written_as])


def _under(licences: Licences, ways: Iterable[dcat.Node]) -> list[dcat.Node]:
    """Each way with the licence; a frozen file keeps the one it was published under."""
    licence = dcat.licence_document(licences.named)
    return [{"dct:license": licence, **one} for one in ways]


def _in_each(said: Callable[[], str]) -> list[dcat.Node]:
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append({"@value": said(), "@language": code})
    return found
