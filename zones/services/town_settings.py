"""What a town's administrator sets: names, colour, arms, modules and the sender of e-mail."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from submissions.pictures import PictureRules
from submissions.services import take_clean
from zones.models import Municipality
from zones.names import in_language
from zones.services.history import Subject, record_change

if TYPE_CHECKING:
    from accounts.models import User

_COLUMNS = ("names", "accent", "modules", "mail_sender", "sign_origin")
#: What was decided about residents and notices, each kept as it is where nobody asks for another.
_RESIDENT_COLUMNS = (
    "least_age",
    "app_needs_registration",
    "second_person_above",
    "notice_delay_minutes",
    "privacy_contact",
    "desk_texts",
)
OLDEST_LEAST_AGE = 18
LONGEST_DELAY_MINUTES = 24 * 60
LARGEST_ARMS_BYTES = 2_000_000
ARMS_SIDE = 256
ARMS = PictureRules(largest_bytes=LARGEST_ARMS_BYTES, longest_side=ARMS_SIDE, is_png=True)


@dataclass(frozen=True)
class ResidentRules:
    """Who may register, and what holds for notices."""

    least_age: int
    app_needs_registration: bool
    second_person_above: int
    notice_delay_minutes: int
    privacy_contact: str = ""
    desk_texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TownChoices:
    """What the form of the town's settings asks for; what is None stays as it is."""

    names: Mapping[str, str]
    accent: str
    modules: Sequence[str]
    mail_sender: str = ""
    arms: bytes | None = None
    sign_origin: str | None = None
    residents: ResidentRules | None = None


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
    if choices.residents is not None:
        _set_resident_rules(town, choices.residents)
    if choices.arms is not None:
        try:
            town.arms = reencode_arms(choices.arms)
        except ValidationError as refused:
            raise ValidationError({"arms": refused}) from refused
    town.full_clean(exclude=["outline", "arms"])
    town.save(update_fields=[*_COLUMNS, *_RESIDENT_COLUMNS, "arms"])
    record_change(
        municipality=town,
        subject=Subject("town", town.slug, in_language(town.names, town.languages)),
        before=before,
        after=town_values(town),
        actor=actor,
        now=now,
    )
    return town


def _set_resident_rules(town: Municipality, rules: ResidentRules) -> None:
    """Take the rules over.

    Raises:
        ValidationError: at `least_age` or `notice_delay_minutes`, `too_large`.
    """
    if rules.least_age > OLDEST_LEAST_AGE:
        refused = ValidationError(
            _("Set a least age of %(most)d or less: every adult may register."),
            code="too_large",
            params={"most": OLDEST_LEAST_AGE},
        )
        raise ValidationError({"least_age": refused})
    if rules.notice_delay_minutes > LONGEST_DELAY_MINUTES:
        refused = ValidationError(
            _("Let notices wait %(most)d minutes, a day, at the most."),
            code="too_large",
            params={"most": LONGEST_DELAY_MINUTES},
        )
        raise ValidationError({"notice_delay_minutes": refused})
    for column, value in asdict(rules).items():
        setattr(town, column, value)


def town_values(town: Municipality) -> dict[str, Any]:
    """What a town sets about itself, as plain values; of the arms only a mark of the picture."""
    picture = bytes(town.arms) if town.arms else b""
    return {
        "names": dict(town.names),
        "accent": town.accent,
        "modules": sorted(town.modules),
        "mail_sender": town.mail_sender,
        "sign_origin": town.sign_origin,
        **{column: getattr(town, column) for column in _RESIDENT_COLUMNS},
        "arms": hashlib.sha256(picture).hexdigest()[:8] if picture else None,
    }
