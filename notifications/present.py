"""Turns notices into what pages show: rows, shapes for the map, shares in words, previews."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.labels import area_words, in_short, meeting_place, when_words
from notifications.models import Announcement
from notifications.paths import news_path
from notifications.services.letters import LetterWriter
from notifications.services.results import Results
from zones.names import in_language

if TYPE_CHECKING:
    from zones.views import TownView

#: Degrees of ground around what the map shows: some hundred metres.
MARGIN = 0.003
Box = tuple[float, float, float, float]


def news_row(one: Announcement) -> dict[str, Any]:
    """A line of a list; needs `municipality` and `target` selected."""
    where = middle_of(one)
    return {
        "pk": one.pk,
        "title": one.title,
        "short": in_short(one.text, 200),
        "topic": one.get_topic_display(),
        "is_urgent": one.urgency == Announcement.Urgency.URGENT,
        "published_at": one.published_at,
        "when": when_words(one),
        "area": area_words(one),
        "url": news_path(one.municipality.slug, one.pk),
        "place": where.coords if where else None,
    }


def notice_page(one: Announcement, view: "TownView") -> dict[str, Any]:
    """What the page of one notice shows of it, in the active language."""
    shapes = [
        _feature(shape, role)
        for shape, role in ((_area(one), "area"), (one.geometry, "thing"))
        if shape is not None
    ]
    return {
        "title": one.title,
        "text": one.text,
        "topic": one.get_topic_display(),
        "when": when_words(one),
        "place": meeting_place(one),
        "area": area_words(one),
        "language_of_text": language_of(one),
        "shapes": {"type": "FeatureCollection", "features": shapes},
        "bbox": _around(one) or view.bbox,
        "limits": view.bbox,
    }


def language_of(one: Announcement) -> str:
    """The language the text is really in, for readers of screens; "" where it is the page's own."""
    reader = (translation.get_language() or "").split("-")[0]
    if one.titles.get(reader):
        return ""
    order = [*one.municipality.languages, *one.titles]
    return next((code for code in order if one.titles.get(code)), "")


def unread_languages(one: Announcement) -> list[dict[str, str]]:
    """Languages of the town without a text, and which text their readers get instead."""
    named = dict(settings.LANGUAGES)
    town = one.municipality.languages
    there = next((code for code in [*town, *one.titles] if one.titles.get(code)), "")
    return [
        {"language": named[code], "instead": named.get(there, there)}
        for code in town
        if not one.titles.get(code)
    ]


def preview_rows(one: Announcement, writer: LetterWriter) -> list[dict[str, Any]]:
    """How it arrives in each language of the town: the phone, the letter's subject, the page."""
    named = dict(settings.LANGUAGES)
    rows = []
    for code in one.municipality.languages:
        with translation.override(code):
            rows.append(
                {
                    "code": code,
                    "name": named[code],
                    "push": writer.short(code),
                    "sms": writer.text_message(code),
                    "title": in_language(one.titles, one.municipality.languages),
                    "text": in_language(one.texts, one.municipality.languages),
                    "when": when_words(one),
                    "place": meeting_place(one),
                    "area": area_words(one),
                    "topic": one.get_topic_display(),
                    "has_own": bool(one.titles.get(code)),
                }
            )
    return rows


def reach_rows(reach: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The reach as it was when the notice was handed in."""
    if not reach:
        return []
    labels = {
        "homes": _("Homes"),
        "residents": _("Registered residents"),
        "email": _("By e-mail"),
        "push": _("By message on the phone"),
        "letter": _("By letter"),
    }
    few = _("too few to show")
    return [
        (label, _("about %(number)d") % {"number": reach[name]} if reach.get(name) else few)
        for name, label in labels.items()
    ]


def result_rows(results: Results) -> list[dict[str, Any]]:
    """Shares of the published reach in words, with the length of their bars."""
    labels = {
        "email": _("could be reached by e-mail"),
        "push": _("could be reached by message on the phone"),
        "letter": _("get a letter"),
        "arrived": _("of the messages have left"),
        "read": _("opened it"),
    }
    return [
        {"label": label, "share": share, "words": _share(share)}
        for name, label in labels.items()
        for share in [getattr(results, name)]
    ]


def middle_of(one: Announcement) -> Point | None:
    """A point that stands for a notice on the map of a list; None for the whole town."""
    shape = one.geometry if one.geometry is not None else _area(one)
    if shape is None or shape.empty:
        return None
    middle: Point = shape.point_on_surface
    return middle


def _share(share: int | None) -> str:
    if share is None:
        return _("too few to show")
    return _("about %(share)d %%") % {"share": share}


def _area(one: Announcement) -> GEOSGeometry | None:
    return one.target.geometry if one.target else None


def _feature(shape: GEOSGeometry, role: str) -> dict[str, Any]:
    geometry = json.loads(shape.geojson)
    return {"type": "Feature", "properties": {"role": role}, "geometry": geometry}


def _around(one: Announcement) -> Box | None:
    boxes = [shape.extent for shape in (one.geometry, _area(one)) if shape is not None]
    if not boxes:
        return None
    west, south = (min(box[side] for box in boxes) for side in (0, 1))
    east, north = (max(box[side] for box in boxes) for side in (2, 3))
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN
