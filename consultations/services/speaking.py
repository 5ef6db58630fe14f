"""Somebody says something in a consultation; where it is meant and as whom the town decides."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from consultations.models import (
    Contribution,
    Phase,
    Process,
    ProjectLayer,
    ProjectPart,
    Standing,
)
from consultations.named_places import MOST_VERTICES
from consultations.opening_words import closed_words, moment_words
from consultations.phases import Action, opening
from consultations.services.homes import home_of, reference_of, residence_of
from consultations.voicing import PLACED, action_of, phases_by_kind
from geo.intake import AREAS, LINES
from submissions.services import take_text
from zones.days import civil_day
from zones.describe import describe
from zones.models import Zone

ORIGIN = "consultation"
#: So many contributions of one account are taken in an hour.
MOST_IN_AN_HOUR = 10
HOUR = dt.timedelta(hours=1)
LONGEST_ORGANISATION = 120
LONGEST_PLACE_WORDS = 400
#: What a place may be.
SHAPES = frozenset({"Point"}) | LINES | AREAS
DECLARED = (Standing.BUSINESS, Standing.ASSOCIATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What somebody wants to say.

    Attributes:
        speaks_as: `business` or `association` by the person's own word; "" is the person alone.
        organisation: the name of the business or association.
        parent: what it answers to; an answer to an answer goes to the same thread.
        place: a point, line or area, in EPSG:4326.
        place_words: the place as it was named, by language; found in the register where empty.
    """

    text: str
    kind: str = Contribution.Kind.COMMENT
    speaks_as: str = ""
    organisation: str = ""
    layer: ProjectLayer | None = None
    part: ProjectPart | None = None
    parent: Contribution | None = None
    place: GEOSGeometry | None = None
    place_words: Mapping[str, str] = field(default_factory=dict)

    def placed_by(self, words: Mapping[str, str]) -> "Saying":
        """The same with its place in words."""
        return replace(self, place_words=dict(words))


@dataclass(frozen=True, slots=True)
class Voice:
    """As whom a person speaks by the home on the reference date."""

    standing: str
    zone: Zone | None = None
    assurance: int | None = None


@transaction.atomic
def say(*, process: Process, saying: Saying, author: User, now: dt.datetime) -> Contribution:
    """Keep what was said; nobody but its author sees it before a moderator released it.

    Raises:
        ValidationError: `closed`, `too_many`, `unknown`, `no_place`, `outside`, `required`, `twice`
            and what a submission refuses.
    """
    User.objects.select_for_update().get(pk=author.pk)
    phase = _phase_for(process, saying, now)
    _refuse_too_many(process, author, now)
    _check_what(process, saying)
    check_place(process, saying.place)
    if saying.kind in PLACED and saying.parent is None and saying.place is None:
        raise ValidationError(
            {"where": ValidationError(_("Say where your idea belongs."), code="no_place")}
        )
    standing, organisation = _declared(saying)
    voice = voice_of(author, process, now)
    submission = take_text(
        text=saying.text,
        origin=ORIGIN,
        received_on=civil_day(now, process.municipality.timezone),
    )
    _refuse_twice(process, author, submission.text)
    parent = saying.parent
    return Contribution.objects.create(
        process=process,
        phase=phase,
        kind=saying.kind if parent is None else Contribution.Kind.COMMENT,
        submission=submission,
        author=author,
        standing=standing or voice.standing,
        organisation=organisation,
        zone=voice.zone,
        assurance=voice.assurance,
        parent=parent and (parent.parent or parent),
        layer=saying.part.layer if saying.part else saying.layer,
        part=saying.part,
        geometry=saying.place,
        place_words=saying.place_words or place_words(process, saying.place, now),
        said_at=now,
    )


def place_words(process: Process, place: GEOSGeometry | None, now: dt.datetime) -> dict[str, str]:
    """A place as the register names it, by language of the town; nothing where it names nothing."""
    if place is None:
        return {}
    town, found = process.municipality, {}
    for code in town.languages:
        with override(code):
            on = civil_day(now, town.timezone)
            found[code] = describe(place, town, on=on)[:LONGEST_PLACE_WORDS]
    return {code: words for code, words in found.items() if words}


def voice_of(author: User, process: Process, now: dt.datetime) -> Voice:
    """Inside or outside by geometry, with the neighbourhood for figures; outside without a home."""
    on = reference_of(process, now)
    residence = residence_of(author, process, on)
    home = home_of(residence, process, on)
    if residence is None or home is None:
        return Voice(Standing.OUTSIDE)
    rows = Zone.objects.filter(pk__in=home.zones).areas().of_kind("neighbourhood")
    zone = rows.order_by("pk").first()
    standing = Standing.INSIDE if home.is_in_area else Standing.OUTSIDE
    return Voice(standing, zone, residence.assurance)


def ground_of(process: Process) -> GEOSGeometry | None:
    """The area of a consultation; nothing where it is the whole town."""
    return process.area.geometry if process.area is not None else None


def check_place(process: Process, place: GEOSGeometry | None) -> None:
    """Refuse what is no plain place, or does not lie wholly in the area and in the town.

    Raises:
        ValidationError: `outside` or `shape`, at `where`.
    """
    if place is None:
        return
    if place.geom_type not in SHAPES or place.num_coords > MOST_VERTICES:
        sentence = _("Mark one place: a point, a line or an area.")
        raise ValidationError({"where": ValidationError(sentence, code="shape")})
    outline = process.municipality.outline
    if outline is not None and not outline.covers(place):
        sentence = _("This place is outside the municipality. Choose a place inside the border.")
    elif (ground := ground_of(process)) is not None and not ground.covers(place):
        sentence = _(
            "This place is outside the area of the consultation. Choose one inside it, or say it "
            "without a place."
        )
    else:
        return
    raise ValidationError({"where": ValidationError(sentence, code="outside")})


def _phase_for(process: Process, saying: Saying, now: dt.datetime) -> Phase:
    """The phase that takes it now."""
    phases = list(process.phases.all())
    is_reply = saying.parent is not None
    action = Action.COMMENT if is_reply else action_of(saying.kind)
    window = opening(action, phases, now)
    taking = phases_by_kind(phases, now)
    found = next(iter(taking.values()), None) if is_reply else taking.get(saying.kind)
    if not window.is_open or not isinstance(found, Phase):
        if window.is_open:
            raise ValidationError(_("This is not said in this phase."), code="closed")
        raise ValidationError(closed_words(window, process.municipality.timezone), code="closed")
    return found


def _refuse_too_many(process: Process, author: User, now: dt.datetime) -> None:
    said = Contribution.objects.filter(author=author, said_at__gt=now - HOUR).order_by("said_at")
    moments = list(said.values_list("said_at", flat=True))
    if len(moments) >= MOST_IN_AN_HOUR:
        again = moment_words(moments[-MOST_IN_AN_HOUR] + HOUR, process.municipality.timezone)
        raise ValidationError(
            _("You said a lot in the last hour. Go on at %(when)s, please.") % {"when": again},
            code="too_many",
        )


def _check_what(process: Process, saying: Saying) -> None:
    """Alternatives, sections and answered contributions must be those of this consultation."""
    layer, part, parent = saying.layer, saying.part, saying.parent
    fits = (
        (layer is None or layer.process_id == process.pk)
        and (part is None or part.layer.process_id == process.pk)
        and (part is None or layer is None or part.layer_id == layer.pk)
        and (parent is None or _is_answerable(parent, process))
    )
    if not fits:
        raise ValidationError(_("Choose what it is about from the list."), code="unknown")


def _is_answerable(parent: Contribution, process: Process) -> bool:
    is_there = parent.submission.state == "released" and parent.taken_back_at is None
    return parent.process_id == process.pk and is_there


def _declared(saying: Saying) -> tuple[str, str]:
    """As what somebody speaks by the own word; empty for a person."""
    if saying.speaks_as not in DECLARED:
        return "", ""
    name = " ".join(saying.organisation.replace("\x00", "").split())
    if not name or len(name) > LONGEST_ORGANISATION:
        raise ValidationError(
            {
                "organisation": ValidationError(
                    _("Write the name of the business or association."), code="required"
                )
            }
        )
    return saying.speaks_as, name


def _refuse_twice(process: Process, author: User, text: str) -> None:
    if Contribution.objects.filter(process=process, author=author, submission__text=text).exists():
        raise ValidationError(_("You said just this already. Thank you."), code="twice")
