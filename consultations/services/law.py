"""The legal notice of a consultation: what the law still misses, set, overridden, and proven."""

import datetime as dt
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from consultations.models import Process


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the law asks for and the plan does not give; what blocks stops publishing."""

    code: str
    is_blocking: bool
    words: StrOrPromise


def faults(process: Process, now: dt.datetime) -> list[Fault]:  # noqa: ARG001
    """What stands against publishing a consultation, by the law chosen for it."""
    return []
