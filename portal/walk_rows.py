"""Finds the rows of one town that a way names, and the step somebody is at."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from consultations.models import CountRun, Process
from consultations.phases import PhaseKind
from portal.walks import Walk, walk_called
from satisfaction.models import Snapshot
from sign_registry.models import Sign, SignCode
from zones.models import Municipality, TargetArea

Finder = Callable[[Municipality], str]

#: Key of the session: the way and the step somebody is at.
WALK_MARK = "demo_walk"


def _sign(town: Municipality) -> str:
    codes = SignCode.objects.filter(sign__municipality=town, ended_at__isnull=True)
    hung = codes.filter(sign__state=Sign.State.INSTALLED, sign__purpose=Sign.Purpose.RATING)
    return hung.order_by("pk").values_list("token", flat=True).first() or ""


def _figures(town: Municipality) -> str:
    return _number(Snapshot.objects.filter(municipality=town).values_list("pk", flat=True).first())


def _area(town: Municipality) -> str:
    own = TargetArea.objects.filter(municipality=town)
    return _number(own.order_by("-pk").values_list("pk", flat=True).first())


def _project(town: Municipality) -> str:
    own = Process.objects.in_municipality(town).published().filter(layers__isnull=False)
    return _number(own.values_list("pk", flat=True).first())


def _budget(town: Municipality) -> str:
    open_ones = Process.objects.in_municipality(town).published().open_first(timezone.now())
    with_money = open_ones.filter(phases__kind=PhaseKind.PROPOSALS)
    return _number(with_money.values_list("pk", flat=True).first())


def _counted(town: Municipality) -> str:
    runs = CountRun.objects.filter(phase__process__municipality=town)
    public = runs.filter(phase__process__state=Process.State.PUBLISHED)
    newest = public.order_by("-counted_at").values_list("phase__process_id", flat=True).first()
    return _number(newest)


def _number(found: int | None) -> str:
    return "" if found is None else str(found)


FINDERS: dict[str, Finder] = {
    "sign": _sign,
    "area": _area,
    "figures": _figures,
    "project": _project,
    "budget": _budget,
    "counted": _counted,
}


def paths_of(walk: Walk, town: Municipality) -> list[str]:
    """The address of each step; empty where the town has no such row. One query for each name."""
    joined = " ".join(f"{step.path} {{{step.needs}}}" for step in walk.steps)
    found = {name: find(town) for name, find in FINDERS.items() if f"{{{name}}}" in joined}
    return [
        _path(step.path, town, found) if not step.needs or found[step.needs] else ""
        for step in walk.steps
    ]


def _path(path: str, town: Municipality, found: dict[str, str]) -> str:
    if path == "{sign}":
        return f"/S/{found['sign']}" if found["sign"] else ""
    if any(f"{{{name}}}" in path and not row for name, row in found.items()):
        return ""
    return f"/{town.slug}/{path.format(**found)}"


def walk_under_way(request: HttpRequest) -> dict[str, Any] | None:
    """What the strip over the page says; nothing outside a demonstration or without a way."""
    session = getattr(request, "session", None)
    if not settings.MEGDAN_DEMO or session is None or WALK_MARK not in session:
        return None
    slug, code, number = session[WALK_MARK]
    town = getattr(request, "municipality", None)
    if town is None or town.slug != slug:
        town = Municipality.objects.filter(slug=slug).first()
    walk = walk_called(code, town.modules) if town else None
    if town is None or walk is None or number > len(walk.steps):
        return None
    paths = paths_of(walk, town)
    going = [at for at, path in enumerate(paths, start=1) if path]
    step = walk.steps[number - 1]
    return {
        "town": town,
        "walk": walk,
        "text": step.text,
        "outside": paths[number - 1] if step.is_outside else "",
        "place": going.index(number) + 1 if number in going else number,
        "count": len(going),
        "before": max((at for at in going if at < number), default=0),
        "after": min((at for at in going if at > number), default=0),
    }
