"""A town with one row of everything; each text holds one word, and all lie on the same ground."""

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator

from accounts.models import User
from departments.models import (
    Calendar,
    CalendarVersion,
    Department,
    Invitation,
    Membership,
    Works,
)
from satisfaction.models import Alert, Snapshot, VoteBlock
from satisfaction.services.open_files import freeze_open_files
from sign_registry.models import (
    BatchSign,
    Comment,
    CrewRound,
    PrintBatch,
    ReasonTag,
    RoundStop,
    SetAsideCase,
    Sign,
    SignCode,
    Site,
    SiteCategory,
    SitePeriod,
)
from submissions.models import Submission
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.outbox import OutboxMessageFactory
from tests.factories.questions import answered, asked
from tests.factories.satisfaction import (
    GroupFigureFactory,
    SiteFigureFactory,
    SnapshotFactory,
)
from tests.factories.zones import (
    LOADED_AT,
    VALID_FROM,
    AddressFactory,
    DatasetFactory,
    MunicipalityFactory,
    PlaceFactory,
    StreetFactory,
    spot,
    square,
    zone_with_shape,
)
from tests.routes import Route, tile_of_the_grid
from tests.whole_town_consultations import consultations_of
from tests.whole_town_incidents import reports_of
from tests.whole_town_notices import heard_in
from tests.whole_town_residents import residents_of
from zones.importing.handed_in import HandedIn
from zones.models import Correction, Dataset, Municipality, Zone
from zones.services.drafts import begin_draft
from zones.services.target_areas import save_area
from zones.services.town_loads import hand_in

DECIDED_ON = dt.date(2026, 5, 4)
RELEASED_ON = DECIDED_ON + dt.timedelta(weeks=1)  # a Monday
YEAR = 2025
# One white dot, as PNG.
DRAWN = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGNnLBQAAAABJRU5ErkJggg=="
)
#: The second row of an address of a consultation, and the name under which a town knows it.
SECOND = {
    "project": "project",
    "contribution": "contribution",
    "question": "survey_question",
    "proof": "proof",
    "phase": "vote_phase",
    "part": "project_part",
}
#: Of each collection of open geodata the name of a row that it shows.
PUBLISHED = {
    "zones-neighbourhood": "zone",
    "streets": "street",
    "addresses": "address",
    "places": "place",
    "works": "works",
    "sites": "site",
    "news": "announcement",
    "reports": "incident",
    "consultations": "process",
    "project-parts": "project_part",
}
#: The month of a frozen edition of open geodata, where a test has one written.
EDITION = f"{RELEASED_ON:%Y-%m}"
NO_SECRET = "nobody-was-ever-given-this"


@dataclass(frozen=True, slots=True)
class Town:
    """A town, its administrator, and the number of each of its rows by the row's name."""

    row: Municipality
    administrator: User
    numbers: dict[str, str]
    department: Department


def town_with(canary: str, slug: str) -> Town:
    """Found a town where every kind of row names the canary."""
    row = MunicipalityFactory.create(
        slug=slug,
        arms=DRAWN,
        modules=["ratings", "notices", "reports", "consultations"],
        app_needs_registration=False,
    )
    dataset = DatasetFactory.create(
        source=f"{canary} source", attribution=f"{canary} attribution", municipality=row
    )
    person = UserFactory.create(full_name=f"{canary} person")
    member = MembershipFactory.create(user=person, municipality=row)
    passkey = Authenticator.objects.create(
        user=UserFactory.create(), type=Authenticator.Type.WEBAUTHN, data={"name": f"{canary} key"}
    )
    rows = {"passkey": passkey, **_ground(canary, row, dataset)}
    kind = rows["zone"].kind
    rows["draft"] = begin_draft(municipality=row, kind=kind, actor=person, now=LOADED_AT)
    rows["area"] = save_area(
        municipality=row,
        name=f"{canary} area",
        recipe=[{"kind": "zones", "zones": [rows["zone"].pk]}],
        on=LOADED_AT.date(),
        actor=person,
        now=LOADED_AT,
    )
    rows["town_load"] = hand_in(
        municipality=row,
        kind="zones",
        file=HandedIn(canary.encode(), f"{canary}.geojson"),
        language="en",
        actor=person,
        now=LOADED_AT,
    )
    offices = _offices(canary, row, member)
    rows |= offices
    rows |= _signs(canary, row, dataset, offices["department"])
    rows |= _ratings(canary, rows["site"], rows["sign"])
    rows |= _worsening(canary, rows["site"])
    rows |= residents_of(canary, row, rows["address"], rows["zone"], person)
    rows |= heard_in(canary, row, rows["works"], person)
    rows["town_question"] = asked(row, f"{canary} question")
    answered(row, f"{canary} asks?", f"{canary} answers.")
    rows |= reports_of(canary, row, rows["department"], person)
    rows |= consultations_of(canary, row, rows, person)
    numbers = {name: str(found.pk) for name, found in rows.items()}
    numbers["service"] = rows["report_category"].code
    numbers["reference"] = rows["incident"].reference
    return Town(row, person, numbers, offices["department"])


def path_of(route: Route, town: Town, given: dict[str, str]) -> str:
    """An address of the town, with a tile of its ground; a parameter nobody thought of fails."""
    zoom, column, row = tile_of_the_grid()
    values = {
        "slug": town.row.slug,
        "layer": "zones",
        "z": str(zoom),
        "x": str(column),
        "y": str(row),
        "secret": NO_SECRET,
        "token": NO_SECRET,
        "name": NO_SECRET,
        "number": town.numbers["attachment"],
        "code": "month-2026-10-v1",
        "file_format": "csv",
        "month": EDITION,
        "language": "en",
        "form": "png",
        "year": str(YEAR),
        "monday": f"{RELEASED_ON:%Y-%m-%d}",
        "suffix": "json",
        "topic": "my-data",
        "walk": "office",
        "template": "ratings",
        "kind": "zones",
        "signed": NO_SECRET,
        "reference": town.numbers["reference"],
        "photo": town.numbers["report_photo"],
        "collection": "addresses",
        "feature": town.numbers["address"],
        "answer": town.numbers["answer"],
        "picture": town.numbers["letter_picture"],
        **{name: town.numbers[row] for name, row in SECOND.items()},
        **given,
        **_of_route(route, town),
    }
    missing = [name for name in route.parameters if not values.get(name)]
    if missing:
        raise AssertionError(f"{route.path}: nothing is known to fill in for {missing}.")
    return route.filled([values[name] for name in route.parameters])


def _of_route(route: Route, town: Town) -> dict[str, str]:
    """What the same name means elsewhere."""
    if "/departments/<slug:code>/" in route.path:
        return {"code": town.department.code}
    if "/services/<slug:code>" in route.path:
        return {"code": town.numbers["service"]}
    if "<int:pk>/answer/<int:answer>/" in route.path:
        return {"answer": town.numbers["sent_answer"]}
    if "consultations/<int:pk>" in route.path and "<int:layer>" in route.path:
        return {"layer": town.numbers["project_layer"]}
    if "<str:token>/photo/<int:pk>" in route.path:
        return {"pk": town.numbers["report_photo"]}
    return {}


def _named(canary: str) -> dict[str, str]:
    return {"en": f"{canary} name", "ro": f"{canary} name"}


def _ground(canary: str, row: Municipality, dataset: Dataset) -> dict[str, Any]:
    """Zones, streets, addresses, places and what residents said of them."""
    given = {"municipality": row, "dataset": dataset}
    zone = zone_with_shape(row, code=f"{canary}-zone", geometry=square(0, 0))
    for named in (zone, zone.kind):
        named.names = _named(canary)
        named.save()
    long_street = {"names": {"ro": "Strada Lungă"}, "locality": canary, "variants": [canary]}
    street = StreetFactory.create(zone=zone, **long_street, **given)
    house = {"thoroughfare": "Strada Lungă", "address_number": "7", "locality": canary}
    remark = Correction.objects.create(
        municipality=row,
        location=spot(0.5, 0.5),
        said=f"{canary} said",
        text=f"{canary} text",
        created_at=LOADED_AT,
    )
    letter = OutboxMessageFactory.create(
        queue=row.slug, kind="invitation", state="dead", attempts=10, last_error=f"{canary} refused"
    )
    return {
        "letter": letter,
        "zone": zone,
        "street": street,
        "address": AddressFactory.create(street=street, **house, **given),
        "place": PlaceFactory.create(names=_named(canary), **given),
        "remark": remark,
    }


def _offices(canary: str, row: Municipality, member: Membership) -> dict[str, Any]:
    """A department, its calendar and its works, and who works there."""
    calendar = Calendar.objects.create(
        municipality=row, code=f"{canary}-days".lower(), names=_named(canary), country="RO"
    )
    CalendarVersion.objects.create(
        calendar=calendar, number=1, published_at=LOADED_AT, source=f"{canary} act"
    )
    department = Department.objects.create(
        municipality=row,
        code=f"{canary}-office".lower(),
        names=_named(canary),
        email=f"{canary}@town.example".lower(),
        calendar=calendar,
    )
    Invitation.objects.create(membership=member, sent_at=LOADED_AT)
    works = Works.objects.create(
        municipality=row,
        owner=department,
        kind=Works.Kind.REPAIR,
        names=_named(canary),
        geometry=spot(0.5, 0.5),
        starts_on=VALID_FROM,
        created_at=LOADED_AT,
    )
    return {"department": department, "calendar": calendar, "works": works, "member": member}


def _signs(canary: str, row: Municipality, dataset: Dataset, owner: Department) -> dict[str, Any]:
    """A site of a category, its sign with a code, a print run and a round of the crew."""
    category = SiteCategory.objects.create(
        municipality=row,
        code=f"{canary}-kind".lower(),
        names=_named(canary),
        questions=_named(canary),
        aspect=SiteCategory.Aspect.QUALITY,
    )
    site = Site.objects.create(
        municipality=row,
        kind=Site.Kind.POINT,
        code=f"{canary}-site",
        names=_named(canary),
        geometry=spot(0.5, 0.5),
        address_text=f"{canary} street",
        note=f"{canary} note",
        dataset=dataset,
    )
    SitePeriod.objects.create(site=site, category=category, owner=owner, valid_from=VALID_FROM)
    sign = Sign.objects.create(
        municipality=row,
        number=1,
        site=site,
        purpose=Sign.Purpose.RATING,
        state=Sign.State.INSTALLED,
        mount_point=spot(0.5, 0.5),
        mount_note=f"{canary} pole",
    )
    code = SignCode.objects.create(sign=sign, token=f"T{row.pk:08d}"[:9], issued_at=LOADED_AT)
    batch = PrintBatch.objects.create(
        municipality=row,
        format="a5",
        ordered_at=LOADED_AT,
        state=PrintBatch.State.DONE,
        origin=f"https://{canary}.example".lower(),
        problem=f"{canary} problem",
        decoder_version=f"{canary} decoder",
    )
    BatchSign.objects.create(batch=batch, sign=sign, code=code, page=1, position=1)
    walk = CrewRound.objects.create(municipality=row, name=f"{canary} round", planned_on=VALID_FROM)
    RoundStop.objects.create(round=walk, sign=sign, position=1)
    return {"category": category, "site": site, "sign": sign, "batch": batch, "round": walk}


def _ratings(canary: str, site: Site, sign: Sign) -> dict[str, Any]:
    """Votes set aside, a reason, and a comment that waits to be looked at."""
    case = SetAsideCase.objects.create(
        site=site, day=DECIDED_ON, day_part=1, moved=[9] * 10, rule="burst", reason=f"{canary} why"
    )
    category = site.periods.get().category
    reason = ReasonTag.objects.create(
        category=category, code="dirty", names=_named(canary), band=ReasonTag.Band.LOW
    )
    text = Submission.objects.create(
        kind=Submission.Kind.TEXT, origin="rating", received_on=DECIDED_ON, text=f"{canary} comment"
    )
    comment = Comment.objects.create(site=site, month=DECIDED_ON.replace(day=1), submission=text)
    return {"case": case, "reason": reason, "comment": comment, "submission": text}


def _worsening(canary: str, site: Site) -> dict[str, Any]:
    """Released votes of the site, and a fall in them that waits for its answer."""
    block = VoteBlock.objects.create(
        municipality=site.municipality,
        level=VoteBlock.Level.PLACE,
        site=site,
        category=site.periods.get().category,
        first_day=DECIDED_ON,
        until=DECIDED_ON + dt.timedelta(weeks=1),
        month=DECIDED_ON.replace(day=1),
        counted=[0, 0, 2, 4, 4, 2, 0, 0, 0, 0],
        released_on=RELEASED_ON,
    )
    alert = Alert.objects.create(
        municipality=site.municipality,
        site=site,
        block=block,
        found_on=block.released_on,
        since=DECIDED_ON,
        score_before=7.4,
        score_after=4.5,
        change=-2.9,
        change_low=-3.6,
        change_high=-2.2,
        q=0.01,
        answer_due_on=block.released_on + dt.timedelta(weeks=2),
        reply_until=block.released_on + dt.timedelta(weeks=1),
        replies={"en": f"{canary} reply"},
        reason=f"{canary} reason",
    )
    _figures(site)
    return {"block": block, "alert": alert}


def _figures(site: Site) -> None:
    """Published figures of October and of last year, and their files: town, kind, zone, site."""
    category = site.periods.get().category
    zone = Zone.objects.in_municipality(site.municipality).earliest("pk")
    year = {
        "span": Snapshot.Span.YEAR,
        "first_day": dt.date(YEAR, 1, 1),
        "until": dt.date(YEAR + 1, 1, 1),
        "public_from": dt.date(YEAR + 1, 1, 8),
    }
    for period in ({}, year):
        snapshot = SnapshotFactory.create(municipality=site.municipality, **period)
        GroupFigureFactory.create(snapshot=snapshot)
        GroupFigureFactory.create(snapshot=snapshot, kind="category", category=category)
        GroupFigureFactory.create(snapshot=snapshot, kind="zone", zone=zone)
        SiteFigureFactory.create(snapshot=snapshot, site=site, category=category)
    freeze_open_files(municipality=site.municipality)
