"""What a town's administrator sets: names, colour, arms, modules and the sender of e-mail."""

import io
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from zones.models import Municipality

LARGEST_ARMS_BYTES = 2_000_000
LARGEST_ARMS_PIXELS = 20_000_000
ARMS_SIDE = 256
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP")


def reencode_arms(raw: bytes) -> bytes:
    """Make a small PNG of an uploaded picture; its metadata and anything hidden in it are lost.

    Raises:
        ValidationError: `too_large`, or `not_a_picture` for anything but PNG, JPEG or WebP.
    """
    if len(raw) > LARGEST_ARMS_BYTES:
        raise ValidationError(
            _("The picture is larger than 2 MB. Save it smaller and try again."), code="too_large"
        )
    try:
        with Image.open(io.BytesIO(raw), formats=PICTURE_FORMATS) as picture:
            if picture.width * picture.height > LARGEST_ARMS_PIXELS:
                raise ValidationError(
                    _("The picture has too many pixels. Save it smaller and try again."),
                    code="too_large",
                )
            clean = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This is not a picture we can read. Give a PNG, JPEG or WebP file."),
            code="not_a_picture",
        ) from error
    clean.thumbnail((ARMS_SIDE, ARMS_SIDE))
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


@transaction.atomic
def set_town(
    *,
    municipality: Municipality,
    names: Mapping[str, str],
    accent: str,
    modules: Sequence[str],
    mail_sender: str,
    arms: bytes | None = None,
) -> Municipality:
    """Store what the town decided about itself.

    Args:
        arms: an uploaded picture; None keeps the one there is.

    Raises:
        ValidationError: with the field that is wrong; nothing is stored then.
    """
    town = Municipality.objects.select_for_update().get(pk=municipality.pk)
    town.names = dict(names)
    town.accent = accent
    town.modules = list(modules)
    town.mail_sender = mail_sender
    if arms is not None:
        try:
            town.arms = reencode_arms(arms)
        except ValidationError as refused:
            raise ValidationError({"arms": refused}) from refused
    town.full_clean(exclude=["outline", "arms"])
    town.save(update_fields=["names", "accent", "modules", "mail_sender", "arms"])
    return town
