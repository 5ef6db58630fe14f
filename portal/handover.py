"""A leaver's hand-over through all apps, in layer order and in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from departments.acts import Act
from departments.services import Passed, hand_over
from sign_registry.services.leaving import pass_rounds
from zones.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User

Follow = Callable[[Sequence[Passed], Act], int]


@dataclass(frozen=True, slots=True)
class Held:
    """A kind of thing that passes with a role, and how many of it did."""

    label: StrOrPromise
    count: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Everything that ended or passed."""

    roles: Sequence[Passed]
    held: Sequence[Held]


def hand_all_over(
    *,
    municipality: Municipality,
    leaver: "User",
    successor: "User | None",
    act: Act,
    is_trial: bool = False,
) -> HandedOver:
    """End a person's roles in a town and pass on what hangs on them.

    Args:
        is_trial: take everything back at the end; the summary before it is confirmed.

    Raises:
        ValidationError: what `departments.services.hand_over` refuses; nothing is changed then.
    """
    with transaction.atomic():
        roles = hand_over(municipality=municipality, leaver=leaver, successor=successor, act=act)
        held = [Held(label, follow(roles, act)) for label, follow in FOLLOWERS]
        if is_trial:
            transaction.set_rollback(True)
    return HandedOver(roles, held)


def _rounds(roles: Sequence[Passed], act: Act) -> int:
    return sum(pass_rounds(leaver=one.old, successor=one.new) for one in roles)


# What hangs on a membership in the apps above departments; each has one public function.
FOLLOWERS: Sequence[tuple[StrOrPromise, Follow]] = ((_("Unfinished sign rounds"), _rounds),)
