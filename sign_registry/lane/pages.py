"""Draws the pages of the rating lane; each is drawn once per scene and language, then reused."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sign_registry.codes import grouped
from sign_registry.lane.answers import Answer
from sign_registry.lane.assets import path_of
from sign_registry.lane.scenes import Scene
from sign_registry.lane.visits import Visit
from sign_registry.models import RatingInbox
from sign_registry.models.ratings import DayPart
from zones.names import in_language

# Stand in the drawn page where a fresh one-time number goes.
_SLOT = "~nonce~slot~"
LONGEST_COMMENT = 500
_NATIVE = dict(settings.LANGUAGES)
# Purpose of a sign: the module that opens its door, and the page behind it.
_DOORS = {
    "registration": ("notices", "join"),
    "report": ("reports", "report"),
    "consultation": ("consultations", "consultations"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """How the reader wants the page."""

    language: str
    is_counter: bool = False

    @property
    def query(self) -> str:
        """What its links carry on."""
        counter = "&counter=1" if self.is_counter else ""
        return f"?lang={self.language}{counter}"


def reader_for(asked: Mapping[str, str], visit: Visit, scene: Scene | None) -> Reader:
    """The asked language, else the first that the browser names, else the town's own."""
    is_counter = asked.get("counter") == "1"
    if asked.get("lang") in _NATIVE:
        return Reader(asked["lang"], is_counter)
    # A tablet on a desk is everybody's: its own language says nothing about the next visitor.
    wanted = () if is_counter else visit.languages()
    first = scene.row["languages"][0] if scene else settings.LANGUAGE_CODE
    language = next((code for code in (*wanted, first) if code in _NATIVE), settings.LANGUAGE_CODE)
    return Reader(language, is_counter)


def word_for(score: int) -> str:
    """A score in a word."""
    return (
        pgettext("score", "very bad"),
        pgettext("score", "bad"),
        pgettext("score", "so-so"),
        pgettext("score", "good"),
        pgettext("score", "very good"),
    )[(score - 1) // 2]


def band_of(score: int) -> str:
    """Which reasons fit a score."""
    if score <= 4:
        return "low"
    return "middle" if score <= 7 else "high"


class Drawn:
    """A page cut at the places of its one-time numbers."""

    def __init__(self, html: str) -> None:
        """`html` with slots."""
        self._pieces = [piece.encode() for piece in html.split(_SLOT)]

    def answer(self, nonce: str, status: int = 200) -> Answer:
        """The page with its number."""
        return Answer(status, nonce.encode().join(self._pieces))


def form_page(scene: Scene, reader: Reader, now: dt.datetime, **more: Any) -> Drawn:
    """The question; `more` may hold the chosen `score` and a `fault` in a sentence's name."""
    # The fold below shows the day and its part: with them the drawn page stays right.
    moment = scene.moment(now)
    key = ("form", reader, moment.date(), moment.hour // 6, *sorted(more.items()))
    return _drawn(scene, key, reader, "form", lambda: _form_context(scene, moment, **more))


def thanks_page(scene: Scene, reader: Reader, score: int) -> Drawn:
    """What comes after the vote."""
    band = band_of(score)
    key = ("thanks", reader, band)
    return _drawn(scene, key, reader, "thanks", lambda: _thanks_context(scene, band))


def done_page(scene: Scene, reader: Reader, what: str, status: int = 200) -> Answer:
    """The end: `what` was received, or why not."""
    return _drawn(scene, ("done", reader, what), reader, "done", lambda: {"what": what}).answer(
        "", status
    )


def door_page(scene: Scene, reader: Reader, status: int) -> Answer:
    """Why the form of this code is not there."""
    return _drawn(scene, ("door", reader), reader, "door", lambda: _door_context(scene)).answer(
        "", status
    )


def _drawn(scene: Scene, key: Any, reader: Reader, name: str, context: Any) -> Drawn:
    known: Drawn | None = scene.parts.get(key)
    if known is None:
        with translation.override(reader.language):
            known = Drawn(_render(name, reader, {**_town(scene, reader), **context()}))
        scene.parts[key] = known
    return known


def plain_page(name: str, reader: Reader, status: int, **context: Any) -> Answer:
    """A page without a sign: type the code, mistyped, unknown, closed for now."""
    with translation.override(reader.language):
        base = f"/S/{context.get('path', '')}"
        links = _language_links(base, replace(reader, is_counter=False), list(_NATIVE))
        html = _render(name, reader, {"language_links": links, **context})
    return Answer(status, html.encode())


def _render(name: str, reader: Reader, context: dict[str, Any]) -> str:
    shared = {
        "language": reader.language,
        "is_counter": reader.is_counter,
        "reader": reader,
        "nonce": _SLOT,
        "css": path_of("css"),
        "js": path_of("js"),
        "longest_comment": LONGEST_COMMENT,
    }
    return get_template(f"signs/rating/{name}.html").render({**shared, **context})


def _language_links(base: str, reader: Reader, codes: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": _NATIVE[code],
            "url": base + replace(reader, language=code).query,
            "is_current": code == reader.language,
        }
        for code in codes
        if code in _NATIVE
    ]


def _town(scene: Scene, reader: Reader) -> dict[str, Any]:
    row, order = scene.row, scene.row["languages"]
    path = f"/S/{scene.token}"
    codes = list(dict.fromkeys([*order, *_NATIVE]))
    parent = row["parent_names"]
    return {
        "token": scene.token,
        "code": grouped(scene.token),
        "path": path,
        "start": path + reader.query,
        "town": in_language(row["town_names"], order),
        "slug": row["slug"],
        "accent": row["accent"],
        "on_accent": _on(row["accent"]),
        "arms": scene.arms,
        "place": in_language(row["site_names"], order) if row["site_names"] else "",
        "within": in_language(parent, order) if parent else "",
        "line": in_language(row["line_names"], order) if row["line_names"] else "",
        "kind": row["site_kind"] or "point",
        "category": in_language(row["category_names"], order) if row["category_names"] else "",
        "has_reports": "reports" in row["modules"],
        "report_url": f"/{row['slug']}/report/?site={row['site_id']}",
        "language_links": _language_links(path, reader, codes),
    }


def _on(accent: str) -> str:
    """Black or white, whichever is read better on the town's colour."""
    red, green, blue = (int(accent[start : start + 2], 16) for start in (1, 3, 5))
    return "#000000" if red * 299 + green * 587 + blue * 114 > 140_000 else "#ffffff"


def _form_context(scene: Scene, moment: dt.datetime, *, score: int = 0, fault: str = "") -> Any:
    row = scene.row
    asked = in_language(row["questions"], row["languages"]) if row["questions"] else ""
    return {
        "question": asked or _("How satisfied are you with this place?"),
        "marks": [
            {"score": number, "word": word_for(number), "is_chosen": number == score}
            for number in range(1, 11)
        ],
        "fault": fault,
        "stored": _stored_row(scene, moment),
    }


def _stored_row(scene: Scene, moment: dt.datetime) -> list[tuple[str, str]]:
    """The row of the inbox as it will be stored, column by column."""
    row, order = scene.row, scene.row["languages"]
    line = in_language(row["line_names"], order) if row["line_names"] else _("none")
    told = {
        "id": (_("Number"), _("drawn at random")),
        "site": (_("Place"), in_language(row["site_names"], order)),
        "line": (_("Line"), line),
        "day": (_("Day"), date_format(moment.date(), "DATE_FORMAT")),
        "day_part": (_("Part of the day"), str(DayPart(moment.hour // 6).label)),
        "score": (_("Your answer"), _("a number from 1 to 10")),
        "is_set_aside": (_("Set aside"), _("no (yes after 8 votes in an hour from one network)")),
    }
    return [told[column.name] for column in RatingInbox._meta.fields]


def _thanks_context(scene: Scene, band: str) -> dict[str, Any]:
    order = scene.row["languages"]
    return {
        "band": band,
        "reasons": [
            {"number": one.number, "name": in_language(one.names, order)}
            for one in scene.reasons
            if one.band == band
        ],
        "changes": [
            {"name": in_language(one.names, order), "since": date_format(one.since, "F Y")}
            for one in scene.changes
        ],
    }


def onward_of(scene: Scene) -> str:
    """Where a sign that is not for rating leads; empty while that door is not open yet."""
    row = scene.row
    module, page = _DOORS.get(row["purpose"], ("", ""))
    return f"/{row['slug']}/{page}/?sign={scene.token}" if module in row["modules"] else ""


def again_page(scene: Scene, reader: Reader, context: dict[str, Any]) -> Answer:
    """What somebody typed, with a fresh number; never reused."""
    with translation.override(reader.language):
        html = _render("again", reader, {**_town(scene, reader), **context})
    return Answer(400, html.encode())


def _door_context(scene: Scene) -> dict[str, Any]:
    row = scene.row
    return {
        "door": str(scene.door),
        "purpose": row["purpose"],
        # Only rating is without a name.
        "is_other_purpose": row["purpose"] != "rating",
        "living": f"/S/{scene.living_token}" if scene.living_token else "",
        "crew": f"/{row['slug']}/crew/",
    }
