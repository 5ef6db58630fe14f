"""What a town's administrator sets: names, colour, arms, modules and the sender of e-mail."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from submissions.pictures import PictureRules
from submissions.services import take_clean
from zones.models import Municipality
from zones.names import in_language
from zones.services.history import Subject, record_change

if TYPE_CHECKING:
    from accounts.models import User

_COLUMNS = ("names", "accent", "modules", "mail_sender", "sign_origin")
LARGEST_ARMS_BYTES = 2_000_000
ARMS_SIDE = 256
ARMS = PictureRules(largest_bytes=LARGEST_ARMS_BYTES, longest_side=ARMS_SIDE, is_png=True)


@dataclass(frozen=True)
class TownChoices:
    """What the form of the town's settings asks for; what is None stays as it is."""

    names: Mapping[str, str]
    accent: str
    modules: Sequence[str]
    mail_sender: str = ""
    arms: bytes | None = None
    sign_origin: str | None = None


def reencode_arms(raw: bytes) -> bytes:
    """Make a small PNG of an uploaded picture; its metadata and anything hidden in it are lost.

    Raises:
        ValidationError: `too_large`, or `not_a_picture` for anything but PNG, JPEG or WebP.
    """
    return take_clean(raw, ARMS).content


@transaction.atomic
def set_town(
    *, municipality: Municipality, choices: TownChoices, actor: "User | None", now: dt.datetime
) -> Municipality:
    """Store what the town decided about itself, and that it did.

    Raises:
        ValidationError: with the field that is wrong; nothing is stored then.
    """
    town = Municipality.objects.select_for_update().get(pk=municipality.pk)
    before = town_values(town)
    town.names = dict(choices.names)
    town.accent = choices.accent
    town.modules = list(choices.modules)
    town.mail_sender = choices.mail_sender
    if choices.sign_origin is not None:
        town.sign_origin = choices.sign_origin
    if choices.arms is not None:
        try:
            town.arms = reencode_arms(choices.arms)
        except ValidationError as refused:
            raise ValidationError({"arms": refused}) from refused
    town.full_clean(exclude=["outline", "arms"])
    town.save(update_fields=[*_COLUMNS, "arms"])
    record_change(
        municipality=town,
        subject=Subject("town", town.slug, in_language(town.names, town.languages)),
        before=before,
        after=town_values(town),
        actor=actor,
        now=now,
    )
    return town


def town_values(town: Municipality) -> dict[str, Any]:
    """What a town sets about itself, as plain values; of the arms only a mark of the picture."""
    picture = bytes(town.arms) if town.arms else b""
    return {
        "names": dict(town.names),
        "accent": town.accent,
        "modules": sorted(town.modules),
        "mail_sender": town.mail_sender,
        "sign_origin": town.sign_origin,
        "arms": hashlib.sha256(picture).hexdigest()[:8] if picture else None,
    }
