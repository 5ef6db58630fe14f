"""What an administrator sets, and pictures handed in as arms."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from tests.factories.accounts import UserFactory
from tests.factories.zones import LOADED_AT, MunicipalityFactory
from zones.models import Municipality, SettingChange
from zones.services.town_settings import (
    ARMS_SIDE,
    LARGEST_ARMS_BYTES,
    TownChoices,
    reencode_arms,
    set_town,
)


def picture(format_name: str = "JPEG", side: int = 600) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "navy").save(out, format_name, comment=b"where I live")
    return out.getvalue()


def test_arms_become_a_small_png_without_what_was_hidden_in_them() -> None:
    clean = reencode_arms(picture())
    with Image.open(io.BytesIO(clean)) as arms:
        assert (arms.format, arms.size) == ("PNG", (ARMS_SIDE, ARMS_SIDE))
    assert b"where I live" not in clean


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"<svg onload='alert(1)'/>", "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "not_a_picture"),
        (picture("GIF"), "not_a_picture"),
        (picture("PNG")[:200], "not_a_picture"),
        (b"\xff" * (LARGEST_ARMS_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_small_picture_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        reencode_arms(raw)
    assert refused.value.code == code


@pytest.mark.django_db
def test_a_refused_setting_stores_nothing() -> None:
    town = MunicipalityFactory.create()
    choices = TownChoices({"ro": "Alt"}, "red", [], "")
    with pytest.raises(ValidationError) as refused:
        set_town(municipality=town, choices=choices, actor=None, now=LOADED_AT)
    assert list(refused.value.error_dict) == ["accent"]
    assert Municipality.objects.get(pk=town.pk).names == town.names


@pytest.mark.django_db
def test_arms_are_kept_when_none_are_given() -> None:
    town = MunicipalityFactory.create()
    for sender, arms in (("", picture()), ("town@town.example", None)):
        choices = TownChoices({"ro": "Alt"}, "#aa0000", ["notices"], sender, arms)
        set_town(municipality=town, choices=choices, actor=None, now=LOADED_AT)
    stored = Municipality.objects.get(pk=town.pk)
    assert stored.arms
    assert (stored.accent, stored.mail_sender) == ("#aa0000", "town@town.example")


@pytest.mark.django_db
def test_the_history_keeps_what_was_set_and_by_whom() -> None:
    town = MunicipalityFactory.create(names={"ro": "Piatra"}, accent="#aa0000")
    user = UserFactory.create()
    choices = TownChoices({"ro": "Piatra"}, "#00aa00", town.modules, town.mail_sender)
    for _again in range(2):
        set_town(municipality=town, choices=choices, actor=user, now=LOADED_AT)
    change = SettingChange.objects.get()
    assert (change.before, change.after) == ({"accent": "#aa0000"}, {"accent": "#00aa00"})
    assert (change.changed_by, change.changed_at) == (user, LOADED_AT)
