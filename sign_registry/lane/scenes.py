"""What the page of one sign shows, read as the role for ratings and kept for five seconds."""

import base64
import datetime as dt
import io
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from sign_registry import intake, intake_sql
from sign_registry.workflow import ANSWERING, State
from zones.models.municipality import BUILT_MODULES

_FRESH_S = 5.0
_ARMS_FRESH_S = 600.0
_MOST_KEPT = 4096
_ARMS_PIXELS = 72
_ARMS_BYTES = 8000


class Door(StrEnum):
    """What the code of a sign opens."""

    OPEN = "open"
    MOVED = "moved"  # replaced beyond its grace, or retired
    NOT_YET = "not_yet"  # printed, not hung
    HELD = "held"  # on hold, missing, suspected of tampering
    CLOSED = "closed"  # the place itself
    OTHER = "other"  # registration, report, consultation


_NOT_YET = frozenset({State.PLANNED, State.APPROVED, State.PRINTED, State.LOST_IN_STORE})
_GONE = frozenset({State.REPLACED, State.RETIRED})


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason offered for scores of a band."""

    number: int
    names: dict[str, str]
    band: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something the town did here."""

    names: dict[str, str]
    since: dt.date


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the pages of one code need; `parts` keeps what was drawn of it."""

    token: str
    door: Door
    row: dict[str, Any]
    read_at: dt.datetime
    zone: ZoneInfo
    reasons: tuple[Reason, ...] = ()
    changes: tuple[Change, ...] = ()
    living_token: str = ""
    arms: str = ""
    parts: dict[Any, Any] = field(default_factory=dict)

    @property
    def site(self) -> int:
        """Number of the rated place."""
        return int(self.row["site_id"])

    def moment(self, now: dt.datetime) -> dt.datetime:
        """The wall clock of the town."""
        return now.astimezone(self.zone)


class Scenes:
    """The scenes of this process."""

    def __init__(self) -> None:
        """Empty."""
        self._known: dict[str, Scene] = {}
        self._arms: dict[int, tuple[dt.datetime, str]] = {}
        self._lock = threading.Lock()

    def of(self, token: str, now: dt.datetime) -> Scene | None:
        """The scene of a code; None where no sign ever had it.

        Raises:
            intake.IntakeError: the database cannot be reached.
        """
        known = self._known.get(token)
        if known and 0 <= (now - known.read_at).total_seconds() < _FRESH_S:
            return known
        return self.reread(token, now)

    def reread(self, token: str, now: dt.datetime) -> Scene | None:
        """The scene as it is this very moment."""
        found = intake.rows(intake_sql.SCENE, {"token": token, "now": now})
        if not found:
            self._known.pop(token, None)
            return None
        scene = self._made(token, found[0], now)
        with self._lock:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[token] = scene
        return scene

    def _made(self, token: str, row: dict[str, Any], now: dt.datetime) -> Scene:
        # A door that was never built stays shut, whatever a row says.
        row["modules"] = [module for module in row["modules"] if module in BUILT_MODULES]
        door = door_of(row)
        zone = ZoneInfo(row["timezone"])
        arms = self._arms_of(row["town_id"], now)
        if door is not Door.OPEN:
            living = ""
            if row["site_id"]:
                asked = {"site": row["site_id"], "purpose": row["purpose"]}
                living = next(
                    (one["token"] for one in intake.rows(intake_sql.LIVING_CODE, asked)), ""
                )
            return Scene(token, door, row, now, zone, living_token=living, arms=arms)
        reasons = intake.rows(intake_sql.REASONS, {"category": row["category_id"]})
        today = now.astimezone(zone).date()
        works = intake.rows(intake_sql.WORKS_HERE, {"site": row["site_id"], "today": today})
        return Scene(
            token,
            door,
            row,
            now,
            zone,
            reasons=tuple(Reason(one["id"], one["names"], one["band"]) for one in reasons),
            changes=tuple(Change(one["names"], one["starts_on"]) for one in works),
            arms=arms,
        )

    def _arms_of(self, town: int, now: dt.datetime) -> str:
        known = self._arms.get(town)
        if known and 0 <= (now - known[0]).total_seconds() < _ARMS_FRESH_S:
            return known[1]
        found = intake.rows(intake_sql.ARMS, {"town": town})
        drawn = small_picture(bytes(found[0]["arms"])) if found and found[0]["arms"] else ""
        self._arms[town] = now, drawn
        return drawn


def door_of(row: dict[str, Any]) -> Door:
    """What a code opens, by its sign, its place and itself."""
    state = State(row["state"])
    if row["is_closed"]:
        return Door.CLOSED
    if row["purpose"] == "rating" and "ratings" not in row["modules"]:
        return Door.NOT_YET
    if row["purpose"] != "rating":
        answers = row["ended_at"] is None and state in ANSWERING
        return Door.OTHER if answers else _shut(state, has_ended=row["ended_at"] is not None)
    if row["is_open"]:
        return Door.OPEN
    return _shut(state, has_ended=row["ended_at"] is not None)


def _shut(state: State, *, has_ended: bool) -> Door:
    if has_ended or state in _GONE:
        return Door.MOVED
    return Door.NOT_YET if state in _NOT_YET else Door.HELD


def small_picture(raw: bytes) -> str:
    """The arms as a data address light enough for the page; empty where they cannot be."""
    try:
        with Image.open(io.BytesIO(raw)) as picture:
            small = picture.convert("RGBA")
            small.thumbnail((_ARMS_PIXELS, _ARMS_PIXELS))
            out = io.BytesIO()
            small.quantize(64).save(out, "PNG", optimize=True)
    except (OSError, ValueError):
        return ""
    if out.tell() > _ARMS_BYTES:
        return ""
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
