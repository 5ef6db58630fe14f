"""Following places beside the home: a zone, a street, what lies around a point, a drawn shape."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import FollowedArea
from notifications.topics import Topic
from zones.days import civil_day
from zones.models import Municipality
from zones.recipes import parse_recipe
from zones.services.target_areas import evaluate

MOST_AREAS = 20
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class AreaWish:
    """What somebody wants to follow: one line as of target areas, a name, and topics or all."""

    name: str
    line: dict[str, Any]
    topics: Sequence[str] = ()


@transaction.atomic
def follow(
    *, municipality: Municipality, user: User, wish: AreaWish, now: dt.datetime
) -> FollowedArea:
    """Follow an area from now on; its shape is kept as it is today.

    Raises:
        ValidationError: `too_many` beyond twenty areas, `name`, `unknown_topic`, `empty` when
            nothing is there, or as zones.recipes refuses the line.
    """
    # The rows of the person are counted under a lock, so that two taps do not go over the limit.
    User.objects.select_for_update().get(pk=user.pk)
    own = FollowedArea.objects.in_municipality(municipality).of(user)
    if own.count() >= MOST_AREAS:
        raise ValidationError(
            _("You follow %(most)d areas, which is as many as possible. Stop following one first."),
            code="too_many",
            params={"most": MOST_AREAS},
        )
    _check(wish.name, wish.topics)
    recipe = parse_recipe([wish.line])
    on = civil_day(now, municipality.timezone)
    found = evaluate(recipe=recipe, municipality=municipality, on=on)
    if found.geometry is None:
        raise ValidationError(
            _("There is nothing in this area. Choose a larger one or other numbers."), code="empty"
        )
    return FollowedArea.objects.create(
        municipality=municipality,
        user=user,
        name=wish.name.strip(),
        recipe=recipe.as_json(),
        geometry=found.geometry,
        topics=sorted(wish.topics),
        created_at=now,
    )


@transaction.atomic
def change_followed(*, area: FollowedArea, name: str, topics: Sequence[str]) -> FollowedArea:
    """Give a followed area another name, or other topics; none is every topic."""
    _check(name, topics)
    area.name = name.strip()
    area.topics = sorted(topics)
    area.save(update_fields=["name", "topics"])
    return area


def stop_following(*, area: FollowedArea) -> None:
    """Hear no more of an area; what was told stays on the own page."""
    area.delete()


def _check(name: str, topics: Sequence[str]) -> None:
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise ValidationError(
            {"name": ValidationError(_("Give the area a name, such as “School”."), code="name")}
        )
    if set(topics) - set(Topic.values):
        raise ValidationError(
            {"topics": ValidationError(_("Choose topics from the list."), code="unknown_topic")}
        )
