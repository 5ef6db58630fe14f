"""Reads what a program sent; whatever is wrong becomes a refusal with a sentence, never a crash."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from django.contrib.gis.geos import Point, Polygon
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from incidents.models import Category
from incidents.report_forms import QuestionsForm
from incidents.selection import box_of
from incidents.services.programs import ProgramReport
from submissions.pictures import PHOTO
from submissions.services import LONGEST_TEXT
from zones.geocoder import OutsideGeocoderError, Precision, geocode_text
from zones.models import Address, Municipality

SPAN = dt.timedelta(days=90)
MOST_ROWS = 1000
MOST_PICTURES = 4
MOST_IDS = 200
LONGEST_PLACE = 200
#: Finer answers name a place; a street or a quarter does not.
EXACT = (Precision.ADDRESS, Precision.INTERPOLATED)
_ATTRIBUTE = re.compile(r"attribute\[([a-z0-9-]{1,40})\](\[\])?")
_BLANK_ZONE = re.compile(r" (\d\d:?\d\d)$")


class RefusedError(Exception):
    """A refusal as the specification words it: an HTTP status and a sentence."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


def bad(description: str) -> RefusedError:
    """Something is missing or wrong."""
    return RefusedError(400, description)


def parameters(given: QueryDict) -> dict[str, str]:
    """The last value of each name; an empty one is none.

    Raises:
        RefusedError: a character that cannot be stored.
    """
    if any("\x00" in text for name in given for text in (name, *given.getlist(name))):
        raise bad(_("Leave out the character U+0000."))
    values = {name: (given.get(name) or "").strip() for name in given}
    return {name: value for name, value in values.items() if value}


def moment(text: str, zone: str, *, is_end: bool = False) -> dt.datetime:
    """A W3C date and time; one without a zone is the town's, a mere day begins or ends there.

    Raises:
        RefusedError: it is none.
    """
    try:
        # A plus sign that nobody escaped arrives as a blank.
        found = dt.datetime.fromisoformat(_BLANK_ZONE.sub(r"+\1", text))
    except ValueError as error:
        message = _("“%(text)s” is no date. Write 2026-01-31T08:00:00Z.") % {"text": text[:40]}
        raise bad(message) from error
    if not 1900 <= found.year <= 2200:
        raise bad(_("Give a year between 1900 and 2200."))
    if is_end and len(text) <= len("2026-01-31"):
        found += dt.timedelta(days=1)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def span(given: Mapping[str, str], zone: str, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From when until when; 90 days where one end is open, and never more.

    Raises:
        RefusedError: no dates, the wrong way round, or too far apart.
    """
    start = moment(given["start_date"], zone) if "start_date" in given else None
    end = moment(given["end_date"], zone, is_end=True) if "end_date" in given else None
    if start is not None and end is None:
        end = start + SPAN
    end = end or now
    start = start or end - SPAN
    if end < start:
        raise bad(_("The end lies before the beginning."))
    if end - start > SPAN + dt.timedelta(days=1):
        raise bad(_("Ask for at most 90 days at once."))
    return start, end


def whole(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """A counting number.

    Raises:
        RefusedError: it is none, or too large.
    """
    text = given.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= most):
        message = _("%(name)s is a whole number from 1 to %(most)d.")
        raise bad(message % {"name": name, "most": most})
    return int(text)


def box(given: Mapping[str, str]) -> Polygon | None:
    """The extension `bbox`: west, south, east, north.

    Raises:
        RefusedError: no box.
    """
    try:
        return box_of(given.get("bbox", ""))
    except Http404 as error:
        raise bad(_("bbox is west, south, east and north in degrees.")) from error


def report(
    given: Mapping[str, str],
    every: QueryDict,
    files: MultiValueDict[str, UploadedFile[bytes]],
    category: Category,
    language: str,
) -> ProgramReport:
    """A report as a program sent it.

    Raises:
        RefusedError: what is missing or wrong.
    """
    town = category.municipality
    email = given.get("email", "")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise bad(_("This is no e-mail address.")) from error
    elif category.reporter != Category.Reporter.ANONYMOUS:
        raise bad(_("This service needs the e-mail address of whoever reports."))
    words = given.get("description", "")
    name = " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
    for text, most in ((words, LONGEST_TEXT), (name, 120), (given.get("phone", ""), 40)):
        if len(text) > most:
            raise bad(_("A text is longer than %(most)d characters.") % {"most": most})
    if len(email) > 254:
        raise bad(_("This is no e-mail address."))
    return ProgramReport(
        category=category,
        point=place(given, town),
        words=words,
        name=name,
        email=email,
        phone=given.get("phone", ""),
        language=language,
        answers=answers(every, category),
        pictures=pictures(files),
    )


def place(given: Mapping[str, str], town: Municipality) -> Point:
    """Where it is: by degrees, by a number of the town's register, or by an address in words.

    Raises:
        RefusedError: no place, not found, or outside the town.
    """
    if "lat" in given or "long" in given:
        within = shapely.from_wkb(bytes(town.outline.wkb)) if town.outline else None
        try:
            found = parse_point(given.get("long", ""), given.get("lat", ""), within=within)
        except ValidationError as error:
            raise bad(" ".join(error.messages)) from error
        return Point(found.x, found.y, srid=STORAGE_SRID)
    if "address_id" in given:
        return _registered(given["address_id"], town)
    if "address_string" in given:
        return _written(given["address_string"], town)
    raise bad(_("Say where it is: lat and long, address_string or address_id."))


def _registered(text: str, town: Municipality) -> Point:
    own = Address.objects.in_municipality(town)
    is_number = text.isascii() and text.isdecimal() and len(text) <= 12
    address = own.filter(pk=int(text)).first() if is_number else None
    if address is None:
        raise bad(_("No such address is known"))
    return address.location


def _written(text: str, town: Municipality) -> Point:
    try:
        found = geocode_text(town, text[:LONGEST_PLACE], limit=2)
    except OutsideGeocoderError as error:
        raise bad(_("No such address is known")) from error
    exact = [one for one in found if one.precision in EXACT]
    if not exact:
        raise bad(_("No such address is known"))
    if exact[0].ambiguous:
        raise bad(_("Several places are called so. Give lat and long."))
    return Point(exact[0].longitude, exact[0].latitude, srid=STORAGE_SRID)


def answers(every: QueryDict, category: Category) -> dict[str, Any]:
    """The answers to the questions of a service; others are refused, required ones asked for.

    Raises:
        RefusedError: what is missing or wrong.
    """
    known = {str(row["code"]): row for row in category.questions}
    data: MultiValueDict[str, str] = MultiValueDict()
    for name in every:
        matched = _ATTRIBUTE.fullmatch(name)
        if matched is None:
            continue
        code = matched[1]
        if code not in known:
            raise bad(_("This service has no attribute “%(code)s”.") % {"code": code})
        values = [value for value in every.getlist(name) if value]
        if known[code].get("datatype") == "datetime":
            values = [value[:10] for value in values]
        data.setlist(f"answer-{category.code}-{code}", values)
    form = QuestionsForm(category, data)
    if not form.is_valid():
        code, errors = next(iter(form.errors.items()))
        raise bad(f"attribute[{code}]: {' '.join(str(error) for error in errors)}")
    return form.answers()


def pictures(files: MultiValueDict[str, UploadedFile[bytes]]) -> list[bytes]:
    """Pictures sent along as `media`; none is ever fetched from an address.

    Raises:
        RefusedError: too many or too large.
    """
    sent = files.getlist("media")
    if len(sent) > MOST_PICTURES:
        raise bad(_("Send at most %(most)d pictures.") % {"most": MOST_PICTURES})
    if any((one.size or 0) > PHOTO.largest_bytes for one in sent):
        raise bad(_("A picture is too large."))
    return [one.read() for one in sent]
