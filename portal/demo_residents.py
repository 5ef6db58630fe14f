"""Fills a demonstration with invented residents, news, areas, and what one of them hears.

They can be told from real people: their addresses end in `.invalid`, to which no letter can go, and
none of them can sign in; those of `.example` are shown on the sign-in page of the demonstration.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import GEOSGeometry, LineString

from accounts.models import User
from departments.models import Department, Membership, Works
from notifications.models import Announcement, FollowedArea, Notice, Preference
from notifications.services.following import AreaWish, follow
from portal.around import Around
from portal.nearby import find_told
from portal.reach import publish
from residents.models import Residence, Resident
from residents.placing import place_residents
from zones.days import civil_day
from zones.models import Address, Municipality, Street, TargetArea, Zone, ZoneShape
from zones.services.target_areas import freeze, save_area

Say = Callable[[str], None]
NOBODYS = "residents.invalid"
#: Rows that are written by one statement.
BATCH = 500
#: By which way every tenth registered: most at a sign or at home, some at the desk.
ORIGINS = ("web", "sign", "web", "sign", "web", "desk", "sign", "web", "sign", "web")
#: Homes behind one entrance of a block, against one behind a house number.
ENTRANCE_HOMES = 8
NEAR_HOME_M = 100


@dataclass(frozen=True)
class _Demo:
    """What all parts of the load need."""

    municipality: Municipality
    facts: Mapping[str, Any]
    now: dt.datetime
    random: Random

    @property
    def today(self) -> dt.date:
        """The civil day of the town."""
        return civil_day(self.now, self.municipality.timezone)


def load_demo_residents(
    *, path: Path, municipality: Municipality, now: dt.datetime, say: Say
) -> None:
    """Load invented residents and news once; a town that has them keeps them as they are."""
    if Announcement.objects.in_municipality(municipality).exists():
        return
    facts = json.loads(path.read_text(encoding="utf-8"))
    demo = _Demo(municipality, facts, now, Random(municipality.slug))  # noqa: S311 - no secret
    say(f"{municipality.slug}: {_load_crowd(demo)} invented residents")
    areas = _load_areas(demo)
    say(f"{municipality.slug}: {_load_news(demo, areas)} pieces of news")
    _load_resident(demo)
    place_residents(municipality=municipality, now=now)
    publish(municipality=municipality, now=now)


def invent_crowd(*, municipality: Municipality, count: int, now: dt.datetime) -> int:
    """Invent so many residents of a town, at addresses of its register; none can sign in."""
    random = Random(municipality.slug)  # noqa: S311 - no secret
    return _load_crowd(_Demo(municipality, {"count": count}, now, random))


def _load_crowd(demo: _Demo) -> int:
    """Residents spread over the register, more of them where more homes are."""
    town, count = demo.municipality, int(demo.facts["count"])
    known = Address.objects.in_municipality(town).filter(street__isnull=False).order_by("pk")
    addresses = list(known.only("pk", "location", "entrance"))
    weights = [ENTRANCE_HOMES if address.entrance else 1 for address in addresses]
    homes = demo.random.choices(addresses, weights, k=count)
    users = User.objects.bulk_create(
        [_person(demo, number) for number in range(1, count + 1)], batch_size=BATCH
    )
    since = [demo.now - dt.timedelta(days=demo.random.randint(5, 300)) for _user in users]
    residents = Resident.objects.bulk_create(
        [
            Resident(
                municipality=town,
                user=user,
                birth_year=demo.random.randint(1940, 2005),
                registered_at=moment,
                finished_at=moment,
                origin=ORIGINS[number % len(ORIGINS)],
            )
            for number, (user, moment) in enumerate(zip(users, since, strict=True))
        ],
        batch_size=BATCH,
    )
    Residence.objects.bulk_create(
        [_residence(resident, home, demo) for resident, home in zip(residents, homes, strict=True)],
        batch_size=BATCH,
    )
    Preference.objects.bulk_create(
        [
            Preference(
                municipality=town,
                user=user,
                by_email=False,
                by_letter=demo.random.random() < 0.6,
                changed_at=demo.now,
            )
            for user in users
            if demo.random.random() < 0.3
        ],
        batch_size=BATCH,
    )
    return count


def _person(demo: _Demo, number: int) -> User:
    user = User(
        email=f"r{number}@{demo.municipality.slug}.{NOBODYS}",
        full_name=f"Demo {number}",
        language=demo.municipality.languages[0],
    )
    user.password = User.no_password()
    return user


def _residence(resident: Resident, home: Address, demo: _Demo) -> Residence:
    return Residence(
        resident=resident,
        address=home,
        location=home.location,
        valid_from=civil_day(resident.registered_at, demo.municipality.timezone),
        assurance=demo.random.choices([1, 2, 3], [6, 3, 1])[0],
        declared_at=resident.registered_at,
    )


def _load_areas(demo: _Demo) -> dict[str, TargetArea]:
    found = {}
    for part in demo.facts["areas"]:
        lines: list[object] = [_line(demo, line) for line in part["lines"]]
        area = save_area(
            municipality=demo.municipality,
            name=part["name"],
            recipe=lines,
            on=demo.today,
            actor=_planner(demo),
            now=demo.now,
        )
        found[part["key"]] = freeze(area=area, now=demo.now)
    return found


def _line(demo: _Demo, part: Mapping[str, Any]) -> dict[str, Any]:
    """A line of an area, with the numbers of rows for the codes of the file."""
    if part["kind"] == "zones":
        own = Zone.objects.in_municipality(demo.municipality).filter(code__in=part["zones"])
        return {"op": "add", "kind": "zones", "zones": list(own.values_list("pk", flat=True))}
    street = _street(demo, part["street"]).pk
    if part["kind"] == "streets":
        return {"op": "add", "kind": "streets", "street": street, "side": "any"}
    of = {"street": street, "side": "any"}
    return {"op": "add", "kind": "around", "of": of, "metres": part["metres"]}


def _load_news(demo: _Demo, areas: Mapping[str, TargetArea]) -> int:
    for part in demo.facts["news"]:
        published = demo.now - dt.timedelta(days=part["days_ago"], hours=2)
        starts, ends = _period(demo, part)
        geometry = _where(demo, part)
        Announcement.objects.create(
            municipality=demo.municipality,
            topic=part["topic"],
            urgency=part.get("urgency", "normal"),
            titles=part["titles"],
            texts=part["texts"],
            target=areas.get(part.get("area", "")),
            geometry=geometry,
            works=_works(demo, part, geometry),
            starts_at=starts,
            ends_at=ends,
            place_words=part.get("place", {}),
            state=Announcement.State.SENT,
            created_at=published,
            changed_at=published,
            created_by=_planner(demo),
            send_at=published,
            published_at=published,
            finished_at=published,
        )
    return len(demo.facts["news"])


def _period(demo: _Demo, part: Mapping[str, Any]) -> tuple[dt.datetime | None, dt.datetime | None]:
    if "starts_in" not in part:
        return None, None
    day = demo.today + dt.timedelta(days=part["starts_in"])
    zone = ZoneInfo(demo.municipality.timezone)
    starts = dt.datetime.combine(day, dt.time(9), zone)
    return starts, starts + dt.timedelta(days=part["lasts"] - 1, hours=8)


def _where(demo: _Demo, part: Mapping[str, Any]) -> GEOSGeometry | None:
    """The street's line, a point inside the zone, or nothing for the whole town."""
    if code := part.get("street"):
        street = _street(demo, code)
        return street.axis or _line_of_addresses(street)
    if code := part.get("zone"):
        shapes = ZoneShape.objects.in_municipality(demo.municipality).in_force(demo.today)
        return shapes.get(zone__code=code).geometry.point_on_surface
    return None


def _line_of_addresses(street: Street) -> LineString:
    """Where a street has no line: from one end of its addresses to the other."""
    west, south, east, north = street.addresses.aggregate(box=Extent("location"))["box"]
    return LineString((west, south), (east, north), srid=4326)


def _works(demo: _Demo, part: Mapping[str, Any], geometry: GEOSGeometry | None) -> Works | None:
    if "works" not in part or geometry is None:
        return None
    first = demo.today + dt.timedelta(days=part["starts_in"])
    return Works.objects.create(
        municipality=demo.municipality,
        owner=Department.objects.get(municipality=demo.municipality, code=part["works"]["owner"]),
        kind=part["works"]["kind"],
        names=part["titles"],
        texts={code: text[:300] for code, text in part["texts"].items()},
        geometry=geometry,
        starts_on=first,
        ends_on=first + dt.timedelta(days=part["lasts"]),
        created_at=demo.now,
    )


def _load_resident(demo: _Demo) -> None:
    """Somebody of the demonstration to sign in as, with a home, areas and notices."""
    town, facts = demo.municipality, demo.facts["resident"]
    user = User.objects.filter(email=facts["email"]).first() or User.objects.create_user(
        facts["email"], full_name=facts["name"], language=facts["language"]
    )
    registered = demo.now - dt.timedelta(days=60)
    resident, _is_new = Resident.objects.get_or_create(
        municipality=town,
        user=user,
        defaults={
            "birth_year": facts["birth_year"],
            "registered_at": registered,
            "finished_at": registered,
        },
    )
    street = _street(demo, facts["street"])
    home = street.addresses.exclude(address_number="").order_by("pk")[:2][1]
    _residence(resident, home, demo).save()
    Preference.objects.create(municipality=town, user=user, changed_at=demo.now)
    for part in demo.facts["followed"]:
        wish = AreaWish(part["name"], _line(demo, part), part["topics"])
        follow(municipality=town, user=user, wish=wish, now=demo.now)
    _tell(demo, user, home)


def _tell(demo: _Demo, user: User, home: Address) -> None:
    """What that person was told; the two newest are unread."""
    followed = list(FollowedArea.objects.in_municipality(demo.municipality).of(user))
    around = Around(demo.municipality, home.location, NEAR_HOME_M, demo.now, when="lately")
    near = {row.url: row for row in find_told(around)}
    own = Announcement.objects.in_municipality(demo.municipality).select_related("target")
    for number, news in enumerate(own.order_by("-published_at")):
        reason = _reason(news, home, followed, is_near=_path(demo, news) in near)
        if reason is not None:
            told = news.published_at or demo.now
            Notice.objects.create(
                announcement=news,
                user=user,
                way=Notice.Way.DIGEST,
                reason=reason,
                told_at=told,
                digested_at=told,
                read_at=None if number < 2 else told + dt.timedelta(hours=5),
            )


def _reason(
    news: Announcement, home: Address, followed: list[FollowedArea], *, is_near: bool
) -> dict[str, Any] | None:
    target = news.target.geometry if news.target else None
    if target is None and news.geometry is None:
        return {"why": "town"}
    if is_near and news.geometry is not None:
        return {"why": "near", "metres": NEAR_HOME_M, "of": "works" if news.works_id else ""}
    if target is not None and target.covers(home.location):
        return {"why": "home"}
    for area in followed:
        if (not area.topics or news.topic in area.topics) and any(
            shape is not None and area.geometry.intersects(shape)
            for shape in (news.geometry, target)
        ):
            return {"why": "follow", "name": area.name}
    return None


def _path(demo: _Demo, news: Announcement) -> str:
    return f"/{demo.municipality.slug}/news/{news.pk}/"


def _street(demo: _Demo, code: str) -> Street:
    return Street.objects.in_municipality(demo.municipality).get(code=code)


def _planner(demo: _Demo) -> User:
    held = Membership.objects.in_municipality(demo.municipality)
    return held.filter(role=Membership.Role.PLANNER).select_related("user").order_by("pk")[0].user
