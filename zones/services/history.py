"""Writes down what was set; called in the transaction of the change it tells of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zones.models import Municipality, SettingChange

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Subject:
    """What a change is about: kind of thing, its lasting key, and how people call it."""

    kind: str
    key: str = ""
    label: str = ""


def record_change(  # noqa: PLR0913 - a change has this many sides
    *,
    municipality: Municipality,
    subject: Subject,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    actor: "User | None",
    now: dt.datetime,
    origin: str = "",
) -> SettingChange | None:
    """Append one change; equal values before and after are no change and write nothing.

    Args:
        before, after: plain JSON values of the fields that can be set; None where it did not exist.
    """
    if before == after:
        return None
    if before is not None and after is not None:
        changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        before = {key: value for key, value in before.items() if key in changed}
        after = {key: value for key, value in after.items() if key in changed}
    return SettingChange.objects.create(
        municipality=municipality,
        subject=subject.kind,
        subject_key=subject.key,
        label=subject.label[:200],
        changed_at=now,
        changed_by=actor,
        origin=origin,
        before=before,
        after=after,
    )
