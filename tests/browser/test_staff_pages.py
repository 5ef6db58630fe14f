"""Every page of a town as its administrator sees it, from the list of addresses itself."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connections
from django.db.models import Model
from django.utils import timezone
from playwright.sync_api import Browser, StorageState

from departments.models import Calendar, Department, Membership, Works
from incidents.models import Incident
from notifications.models import Announcement, Notice
from residents.models import AddressQuestion
from satisfaction.models import Alert
from satisfaction.services.report_maps import ReportKind
from sign_registry.models import (
    BatchSign,
    CrewRound,
    PrintBatch,
    RoundStop,
    Sign,
    Site,
    SiteCategory,
)
from sign_registry.services.install_links import make_install_link
from tests.browser.conftest import OpenPage
from tests.browser.consulted_rows import FILES as CONSULTED_FILES
from tests.browser.consulted_rows import consultation_of, consulted_rows
from tests.browser.looks import AUDIT, LOOKS, Look, faults_of_keyboard, turn_of
from tests.browser.reported_rows import busy_office, reported_rows
from tests.browser.test_accessibility import POINTS, TOWNS, faults_of
from tests.factories.accounts import UserFactory
from tests.factories.comments import comment_in
from tests.factories.notifications import FollowedAreaFactory
from tests.factories.outbox import OutboxMessageFactory
from tests.factories.questions import asked
from tests.factories.ratings import RatingTallyFactory, SetAsideCaseFactory, votes
from tests.factories.residents import ResidenceFactory, ResidentFactory
from tests.factories.satisfaction import AlertFactory, GroupFigureFactory, SnapshotFactory
from tests.permissions.matrix import Entry, entries
from tests.routes import every_route
from zones.importing.handed_in import HandedIn
from zones.models import (
    Address,
    Correction,
    Municipality,
    Street,
    TargetArea,
    TownLoad,
    Zone,
    ZoneDraft,
    ZoneKind,
    ZoneShape,
)
from zones.services.drafts import begin_draft
from zones.services.target_areas import save_area
from zones.services.town_loads import hand_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Files, and what programs read.
FILES = CONSULTED_FILES | {
    "<slug:slug>/town/practice/state.json",
    "<slug:slug>/brand.css",
    "<slug:slug>/arms.png",
    "<slug:slug>/sw.js",
    "<slug:slug>/app.webmanifest",
    "<slug:slug>/phone/ground.json",
    "<slug:slug>/phone/icon-192.png",
    "<slug:slug>/phone/icon-512.png",
    "<slug:slug>/phone/maskable-512.png",
    "<slug:slug>/report/sync/",
    "<slug:slug>/news.rss",
    "<slug:slug>/news.ics",
    "<slug:slug>/news/<int:pk>/event.ics",
    "<slug:slug>/news/files/<int:pk>/",
    "<slug:slug>/notices/files/<int:pk>/",
    "<slug:slug>/notices/paper/<int:pk>.pdf",
    # A letter, shown in a frame; and a page behind a signed link.
    "<slug:slug>/notices/<int:pk>/letter/<str:language>/",
    "<slug:slug>/unsubscribe/<str:token>/",
    "<slug:slug>/crew/data.json",
    "<slug:slug>/press/map.json",
    "<slug:slug>/plan/zones/<int:pk>/zones.json",
    "<slug:slug>/press/surface.png",
    "<slug:slug>/press/picture.<str:form>",
    "<slug:slug>/press/text.txt",
    "<slug:slug>/press/table.csv",
    "<slug:slug>/press/table.geojson",
    "<slug:slug>/press/table.parquet",
    "<slug:slug>/signs/print/<int:pk>/signs.pdf",
    "<slug:slug>/signs/print/<int:pk>/nfc.csv",
    "<slug:slug>/signs/print/<int:pk>/proof.csv",
    "<slug:slug>/embed/ratings.png",
    "<slug:slug>/mine/<int:pk>/notice.pdf",
    "<slug:slug>/plan/areas/<int:pk>/dossier.pdf",
    "<slug:slug>/zones/<int:pk>/dossier.pdf",
    "<slug:slug>/town/setup/files/<int:pk>/state.json",
    "<slug:slug>/open/catalog.jsonld",
    "<slug:slug>/open/geodata/<str:month>/<slug:collection>.<str:file_format>",
    "<slug:slug>/open/geodata/now/<slug:collection>.<str:file_format>",
    "<slug:slug>/open/ratings/catalog.jsonld",
    "<slug:slug>/open/ratings/dictionary.<str:language>.csv",
    "<slug:slug>/open/ratings/<str:code>.<str:file_format>",
    "<slug:slug>/press/digest/<str:monday>.pdf",
    "<slug:slug>/press/year/<int:year>.pdf",
    # Reports: files, answers to programs, and pages behind a secret, opened by their own tests.
    "<slug:slug>/report/categories/",
    "<slug:slug>/reports/places.geojson",
    "<slug:slug>/reports/times.csv",
    "<slug:slug>/reports/pictures/<int:pk>/",
    "<slug:slug>/ledger/roots.json",
    "<slug:slug>/desk/register/numbers.csv",
    "<slug:slug>/desk/letters/<int:pk>/pictures/<uuid:picture>/",
    "<slug:slug>/desk/to-send/<int:pk>/letter/<int:answer>/",
    "<slug:slug>/desk/<int:pk>/photos/<int:photo>/",
    "<slug:slug>/desk/<int:pk>/answer/<int:answer>/letter/",
    "<slug:slug>/desk/release/pictures/<int:pk>/",
    "<slug:slug>/desk/release/pictures/<int:pk>/cover/",
    # Worlds of their own, opened by tests/browser/test_report_maps.py.
    *(f"<slug:slug>/press/reports/{kind}/file.html" for kind in ReportKind),
}
#: Of figures that each town is given here; old enough not to be shown where nobody asks for them.
YEAR = 2020
HERE = "<slug:slug>/here/"
#: Words of addresses that are the same in every town.
WORDS = {
    "<int:year>": str(YEAR),
    "<slug:topic>": "without-a-phone",
    "<slug:walk>": "office",
    "<slug:template>": "ratings",
    "<slug:kind>": "zones",
    "<slug:collection>": "addresses",
}
TILES = "<slug:slug>/tiles/"
#: Opened by their own tests: behind a secret, or answers to programs.
SECRETS = ("<slug:slug>/track/", "<slug:slug>/partner/", "<slug:slug>/open311/")
# Long forms, tables with buttons and a calendar: tried by keyboard in every run.
BY_KEYBOARD = {
    "<slug:slug>/town/",
    "<slug:slug>/town/departments/<int:pk>/",
    "<slug:slug>/town/staff/<int:pk>/",
    "<slug:slug>/town/calendars/<int:pk>/publish/",
    "<slug:slug>/town/sites/<int:pk>/",
    "<slug:slug>/signs/<int:pk>/",
    "<slug:slug>/signs/plan/",
    "<slug:slug>/town/ratings/",
    "<slug:slug>/crew/plan/",
    "<slug:slug>/press/",
}


def pages() -> list[Entry]:
    """Addresses below a town that answer with a page; one without an entry is a KeyError."""
    table = entries()
    of_towns = [route.path for route in every_route() if route.path.startswith("<slug:slug>/")]
    shown = [
        path for path in of_towns if path not in FILES and not path.startswith((TILES, *SECRETS))
    ]
    # Only a practice copy has pages of its own.
    return [table[path] for path in shown if table[path].get not in ("-", "practice")]


@dataclass(frozen=True, slots=True)
class Visit:
    """One town, who is signed in there, and a row for each kind of page."""

    slug: str
    state: StorageState
    rows: dict[str, str]

    def path(self, entry: Entry) -> str:
        """The address of a page; a row nobody thought of is a KeyError."""
        route = entry.route
        if entry.row == "process":
            route = consultation_of(route, self.rows)
        path = route.replace("<slug:slug>", self.slug)
        for parameter, word in WORDS.items():
            path = path.replace(parameter, word)
        path = path.replace("<int:feature>", self.rows["address"])
        path = path.replace("<slug:reference>", self.rows["reference"])
        path = path.replace("<slug:code>", self.rows["office"])
        for parameter in ("<int:pk>", "<uuid:pk>", "<str:secret>"):
            if parameter in path:
                path = path.replace(parameter, self.rows[entry.row or "secret"])
        asked = f"?{POINTS[self.slug]}" if entry.route == HERE else ""
        return f"/{path}{asked}"


def _homes(town: Municipality) -> dict[str, Any]:
    """Somebody at an address, and somebody whose address is looked up."""
    resident = ResidentFactory.create(municipality=town)
    ResidenceFactory.create(
        resident=resident, address=Address.objects.in_municipality(town).order_by("pk")[0]
    )
    unknown = ResidenceFactory.create(
        resident=ResidentFactory.create(municipality=town),
        address=None,
        location=resident.residences.get().location,
        written="The new house behind the mill",
    )
    question = AddressQuestion.objects.create(residence=unknown, asked_at=timezone.now())
    return {"resident": resident, "question": question}


def _judged(town: Municipality, site: Site, day: dt.date) -> None:
    """Votes and a comment at one place, and the figures of a year."""
    for back in range(1, 6):
        RatingTallyFactory.create(site=site, day=day - dt.timedelta(days=back), counted=votes(s8=9))
    year = SnapshotFactory.create(
        municipality=town,
        span="year",
        first_day=dt.date(YEAR, 1, 1),
        until=dt.date(YEAR + 1, 1, 1),
        public_from=dt.date(YEAR + 1, 1, 8),
    )
    GroupFigureFactory.create(snapshot=year)
    comment_in("received", "Пейката е счупена. Banca este ruptă.", site=site)


def rows_of(town: Municipality) -> dict[str, str]:
    """Rows of the demonstration, and what it has not got yet."""
    day = timezone.localdate()
    signs = list(Sign.objects.filter(municipality=town, state="printed").order_by("number")[:8])
    site = Site.objects.filter(municipality=town, kind="point").order_by("pk")[0]
    place = site.geometry
    assert place is not None
    _judged(town, site, day)
    remark = Correction.objects.create(
        municipality=town, location=place, said="Zone", text="Other zone", created_at=timezone.now()
    )
    made = {
        **_homes(town),
        **_planned(town),
        **_told(town),
        **reported_rows(town),
        "remark": remark,
        "town_question": asked(town),
        "case": SetAsideCaseFactory.create(site=site, day=day, moved=votes(s1=12)),
        "round": _round(town, signs),
        "batch": _batch(town, signs),
        "sign": signs[0],
        "site": site,
        "alert": Alert.objects.filter(municipality=town).first()
        or AlertFactory.create(municipality=town, site=site),
        "works": _works(town, place),
        "category": SiteCategory.objects.filter(municipality=town).first(),
        "department": Department.objects.filter(municipality=town, parent__isnull=False).first(),
        "calendar": Calendar.objects.filter(municipality=town).first(),
        "member": Membership.objects.filter(municipality=town, role="handler").first(),
        "zone": Zone.objects.filter(kind__municipality=town).first(),
        "street": Street.objects.filter(municipality=town).first(),
        "address": Address.objects.filter(municipality=town).first(),
        "town_load": _handed_in(town),
    }
    administrator = Membership.objects.get(
        municipality=town, role="administrator", user__email__endswith=".example"
    )
    link = make_install_link(
        sign=signs[1], recipient="Kolena", actor=administrator, now=timezone.now()
    )
    shown = Incident.objects.filter(municipality=town, is_released=True).latest("pk")
    words = {"secret": link.secret, "reference": shown.reference, "office": busy_office(town)}
    numbers = {name: str(row.pk) for name, row in made.items() if row}
    return {**words, **numbers, **consulted_rows(town)}


def _handed_in(town: Municipality) -> TownLoad:
    """A file of zones that somebody has to look at."""
    holder = Membership.objects.get(
        municipality=town, role="administrator", user__email__endswith=".example"
    )
    return hand_in(
        municipality=town,
        kind="zones",
        file=HandedIn(b'{"type": "FeatureCollection", "features": []}', "zones.geojson"),
        language="en",
        actor=holder.user,
        now=timezone.now(),
    )


def _planned(town: Municipality) -> dict[str, Model]:
    """What planners draw, what is told by it, and a letter that did not arrive."""
    letter = OutboxMessageFactory.create(
        queue=town.slug, kind="invitation", state="dead", last_error="550 5.1.1 No such user"
    )
    return {"area": _area(town), "draft": _draft(town), "letter": letter}


def _told(town: Municipality) -> dict[str, Model]:
    """News of the demonstration, and what the administrator hears of and follows."""
    Municipality.objects.filter(pk=town.pk).update(app_needs_registration=False)
    reader = Membership.objects.get(
        municipality=town, role="administrator", user__email__endswith=".example"
    ).user
    news = Announcement.objects.filter(municipality=town, state="sent").order_by("pk")[0]
    notice = Notice.objects.create(
        announcement=news, user=reader, way="page", reason={"why": "town"}, told_at=timezone.now()
    )
    followed = FollowedAreaFactory.create(municipality=town, user=reader, name="School")
    zone = ZoneShape.objects.in_municipality(town).order_by("pk")[0]
    followed.geometry = zone.geometry
    followed.save()
    return {"announcement": news, "notice": notice, "followed": followed}


def _area(town: Municipality) -> TargetArea:
    zone = Zone.objects.in_municipality(town).areas().filter(shapes__isnull=False)[0]
    street = Street.objects.in_municipality(town).filter(addresses__isnull=False)[0]
    lines: list[object] = [
        {"kind": "zones", "zones": [zone.pk]},
        {"kind": "around", "of": {"street": street.pk}, "metres": 60},
    ]
    now = timezone.now()
    return save_area(
        municipality=town, name="Works", recipe=lines, on=now.date(), actor=None, now=now
    )


def _draft(town: Municipality) -> ZoneDraft:
    kind = ZoneKind.objects.in_municipality(town).areas().order_by("pk")[0]
    now = timezone.now()
    return begin_draft(municipality=town, kind=kind, actor=UserFactory.create(), now=now)


def _round(town: Municipality, signs: list[Sign]) -> CrewRound:
    made = CrewRound.objects.create(municipality=town, name="1", planned_on=timezone.localdate())
    for position, sign in enumerate(signs, 1):
        RoundStop.objects.create(round=made, sign=sign, position=position)
    return made


def _batch(town: Municipality, signs: list[Sign]) -> PrintBatch:
    found = PrintBatch.objects.filter(municipality=town).first()
    if found is not None:
        return found
    made = PrintBatch.objects.create(
        municipality=town, format="a5", ordered_at=timezone.now(), origin="https://megdan.example"
    )
    for position, sign in enumerate(signs, 1):
        code = sign.codes.living().get()
        BatchSign.objects.create(batch=made, sign=sign, code=code, page=1, position=position)
    return made


def _works(town: Municipality, place: Point) -> Works:
    return Works.objects.create(
        municipality=town,
        owner=Department.objects.filter(municipality=town)[0],
        kind=Works.Kind.REPAIR,
        names={"en": "New sand", "bg": "Нов пясък", "ro": "Nisip nou"},
        geometry=place,
        starts_on=timezone.localdate(),
        created_at=timezone.now(),
    )


@pytest.fixture(scope="module")
def visits(browser: Browser, server: str) -> dict[str, Visit]:
    """Each town with its administrator signed in by one click."""
    made = {}
    for slug in set(TOWNS.values()):
        with ThreadPoolExecutor(1) as thread:  # the driver of the browser keeps this thread busy
            town = thread.submit(Municipality.objects.get, slug=slug).result()
            rows = thread.submit(rows_of, town).result()
            thread.submit(connections.close_all).result()
        with browser.new_context(base_url=server) as context:
            page = context.new_page()
            page.goto("/demo/")
            page.locator(f"form:has(input[value='/{slug}/town/']) button").first.click()
            page.wait_for_url(f"**/{slug}/town/")
            made[slug] = Visit(slug, context.storage_state(), rows)
    return made


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_of_a_town_is_accessible(
    open_page: OpenPage, visits: dict[str, Visit], look: Look
) -> None:
    visit = visits[TOWNS[look.language]]
    options = {"width": look.width, "color_scheme": look.theme, "locale": look.language}
    page = open_page("/demo/", storage_state=visit.state, **options)

    faults = []
    for entry in turn_of(look, pages()):
        faults += faults_of(page, visit.path(entry), look.language)
        if AUDIT or entry.route in BY_KEYBOARD:
            faults += faults_of_keyboard(page)

    assert faults == []
