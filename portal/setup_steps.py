"""The way of a town from nothing to its first sign, as a checklist: what is there, what is next."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.models import Calendar, Department, Membership
from incidents.models import Category, Incident
from portal.loading import placed_share
from sign_registry.models import PrintBatch, Sign, SiteCategory
from zones.importing.quality import Level
from zones.models import (
    Municipality,
    Place,
    Street,
    TileBake,
    Zone,
    ZoneEdition,
    ZoneKind,
)

SKIPPABLE = frozenset(
    {"zones", "streets", "addresses", "places", "offices", "people", "faults", "ratings", "sign"}
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a step: a link with its words."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist.

    `state`: done, warn (done, with something to look at), todo or skipped.
    """

    code: str
    title: str
    said: str
    state: str
    ways: Sequence[Way] = ()
    remarks: Sequence[str] = field(default_factory=list)
    is_next: bool = False
    can_skip: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing has to be done for it."""
        return self.state != "todo"


def steps_of(municipality: Municipality, today: dt.date) -> list[Step]:
    """All steps with their state; the first that is open is marked. About twenty counts."""
    skipped = set(municipality.setup_skipped)
    steps = [_skipped(step, skipped) for step in _steps(municipality, today)]
    # What the worker does alone is nobody's next step.
    first = next((step.code for step in steps if not step.is_over and step.ways), "")
    return [replace(step, is_next=step.code == first) for step in steps]


def _skipped(step: Step, skipped: set[str]) -> Step:
    step = replace(step, can_skip=step.code in SKIPPABLE and step.state == "todo")
    if step.state == "todo" and step.code in skipped:
        return replace(step, state="skipped")
    return step


def _steps(town: Municipality, today: dt.date) -> Iterator[Step]:
    yield _outline(town)
    yield _zones(town, today)
    yield _streets(town)
    yield _addresses(town)
    yield _places(town)
    yield _tiles(town)
    yield _offices(town)
    yield _people(town)
    yield _faults(town)
    yield _ratings(town)
    yield _modules(town)
    yield _sign(town)
    yield _used(town)


def _outline(town: Municipality) -> Step:
    there = town.outline is not None
    said = _("The border is drawn; distances are measured by EPSG:%(srid)d.") % {
        "srid": town.metric_srid
    }
    missing = _("The border of the municipality: everything else is looked for inside it.")
    return Step(
        "outline",
        _("Border"),
        said if there else missing,
        "done" if there else "todo",
        (
            _way(town, "setup_file_new", _("From an OpenStreetMap extract"), "osm"),
            _way(town, "setup_outline", _("Draw it, or hand in a file")),
        ),
    )


def _zones(town: Municipality, today: dt.date) -> Step:
    count = Zone.objects.in_municipality(town).in_force(today).exclude(kind__code=ZoneKind.STREET)
    number = count.count()
    remarks = list(_to_look_at(town)) if number else []
    said = ngettext("%(n)d area", "%(n)d areas", number) % {"n": number}
    missing = _("Neighbourhoods, villages or other areas that people belong to.")
    return Step(
        "zones",
        _("Zones"),
        said if number else missing,
        ("warn" if remarks else "done") if number else "todo",
        (
            _way(town, "setup_file_new", _("From an OpenStreetMap extract"), "osm"),
            _way(town, "setup_file_new", _("From a file"), "zones"),
            _way(town, "zone_editor", _("Draw them")),
        ),
        remarks,
    )


def _to_look_at(town: Municipality) -> Iterator[str]:
    """What the quality report warns of, kind by kind."""
    editions = ZoneEdition.objects.in_municipality(town).newest_of_each_kind()
    for edition in editions.select_related("kind"):
        found = [
            finding
            for finding in edition.report.get("findings", [])
            if finding.get("level") != Level.NOTE
        ]
        if found:
            counted = ngettext("%(n)d thing to look at", "%(n)d things to look at", len(found))
            yield f"{edition.kind.plural}: {counted % {'n': len(found)}}"


def _streets(town: Municipality) -> Step:
    number = Street.objects.in_municipality(town).count()
    return Step(
        "streets",
        _("Streets"),
        _count(number, ngettext("%(n)d street", "%(n)d streets", number))
        or _("Load streets before addresses: an address belongs to the street it names."),
        "done" if number else "todo",
        (
            _way(town, "setup_file_new", _("From an OpenStreetMap extract"), "osm"),
            _way(town, "setup_file_new", _("From a file"), "streets"),
        ),
    )


def _addresses(town: Municipality) -> Step:
    share = placed_share(town)
    said = _("Every address with a number; a table with any columns will do.")
    state = "todo"
    if share.total:
        counted = ngettext("%(n)d address", "%(n)d addresses", share.total) % {"n": share.total}
        part = _("%(percent)s %% placed") % {"percent": localize(share.percent)}
        said, state = f"{counted}, {part}", "done" if share.placed == share.total else "warn"
    left = share.total - share.placed
    remark = ngettext("%(n)d address lies in no zone", "%(n)d addresses lie in no zone", left) % {
        "n": left
    }
    return Step(
        "addresses",
        _("Addresses"),
        said,
        state,
        (
            _way(town, "setup_file_new", _("From an OpenStreetMap extract"), "osm"),
            _way(town, "setup_file_new", _("From a file"), "addresses"),
        ),
        [remark] if share.total and left else [],
    )


def _places(town: Municipality) -> Step:
    number = Place.objects.in_municipality(town).count()
    return Step(
        "places",
        _("Places"),
        _count(number, ngettext("%(n)d place", "%(n)d places", number))
        or _("Schools, parks, stops and offices, by name."),
        "done" if number else "todo",
        (
            _way(town, "setup_file_new", _("From an OpenStreetMap extract"), "osm"),
            _way(town, "setup_file_new", _("From a file"), "places"),
        ),
    )


def _tiles(town: Municipality) -> Step:
    bakes = TileBake.objects.in_municipality(town).filter(version=town.register_version)
    done = bakes.filter(finished_at__isnull=False).count()
    total = max(bakes.count(), 1)
    ready = done == total
    return Step(
        "tiles",
        _("Map"),
        _("The map is drawn.")
        if ready
        else _("The map is being drawn: %(done)d of %(total)d layers.")
        % {"done": done, "total": total},
        "done" if ready else "todo",
        (Way(reverse("portal:town", args=[town.slug]), _("Look at the map")),) if ready else (),
    )


def _offices(town: Municipality) -> Step:
    number = Department.objects.in_municipality(town).count()
    calendars = Calendar.objects.in_municipality(town).count()
    counted = ngettext("%(n)d department", "%(n)d departments", number) % {"n": number}
    days = ngettext("%(n)d calendar", "%(n)d calendars", calendars) % {"n": calendars}
    return Step(
        "offices",
        _("Departments and working days"),
        f"{counted}, {days}" if number else _("Who works here, and on which days."),
        "done" if number and calendars else "todo",
        (
            _way(town, "setup_template", _("Start from a template"), "offices"),
            Way(reverse("departments:departments_load", args=[town.slug]), _("From a file")),
        ),
    )


def _people(town: Municipality) -> Step:
    number = Membership.objects.in_municipality(town).values("user").distinct().count()
    said = ngettext("%(n)d person has a role", "%(n)d people have a role", number) % {"n": number}
    return Step(
        "people",
        _("People"),
        said,
        "done" if number > 1 else "todo",
        (
            Way(reverse("departments:invite", args=[town.slug]), _("Invite by e-mail")),
            Way(reverse("departments:staff_load", args=[town.slug]), _("From a file")),
        ),
    )


def _faults(town: Municipality) -> Step:
    number = Category.objects.in_municipality(town).count()
    return Step(
        "faults",
        _("Kinds of faults"),
        _count(number, ngettext("%(n)d kind of fault", "%(n)d kinds of faults", number))
        or _("What residents can report, and which office answers."),
        "done" if number else "todo",
        (_way(town, "setup_template", _("Start from a template"), "faults"),),
    )


def _ratings(town: Municipality) -> Step:
    number = SiteCategory.objects.in_municipality(town).count()
    return Step(
        "ratings",
        _("Kinds of rated places"),
        _count(number, ngettext("%(n)d kind of place", "%(n)d kinds of places", number))
        or _("What people can rate, and which question they are asked."),
        "done" if number else "todo",
        (_way(town, "setup_template", _("Start from a template"), "ratings"),),
    )


def _modules(town: Municipality) -> Step:
    number = len(town.modules)
    return Step(
        "modules",
        _("What is switched on"),
        _count(number, ngettext("%(n)d module is on", "%(n)d modules are on", number))
        or _("Reports, ratings, consultations and notices: each can wait."),
        "done" if number else "todo",
        (_way(town, "setup_modules", _("Choose")),),
    )


def _sign(town: Municipality) -> Step:
    printed = PrintBatch.objects.in_municipality(town).filter(state=PrintBatch.State.DONE).exists()
    number = Sign.objects.in_municipality(town).count()
    said = _("The first place with a sign: its sheet is printed from here.")
    if number:
        said = ngettext("%(n)d sign", "%(n)d signs", number) % {"n": number}
        said = said if printed else _("%(signs)s, not printed yet") % {"signs": said}
    ways = [_way(town, "setup_sign", _("First place and sign"))]
    if number:
        ways = [Way(reverse("signs:print", args=[town.slug]), _("Print signs"))]
    return Step("sign", _("First sign"), said, "done" if printed else "todo", ways)


def _used(town: Municipality) -> Step:
    reports = Incident.objects.in_municipality(town).exists()
    said = _("Report a fault yourself, and scan the sign: then the town is open.")
    if reports:
        said = _("The first report has come in.")
    ways = []
    if "reports" in town.modules:
        ways.append(Way(f"/{town.slug}/report/", _("Report a fault")))
    return Step("used", _("First report"), said, "done" if reports else "todo", ways)


def _count(number: int, words: str) -> str:
    """The words with their number; nothing for none."""
    return words % {"n": number} if number else ""


def _way(town: Municipality, name: str, label: str, *values: str) -> Way:
    return Way(reverse(f"portal:{name}", args=[town.slug, *values]), label)
