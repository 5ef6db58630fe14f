"""Hostile and telling pictures come out clean or not at all, and bring nothing down."""

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from geo.guarded import Bounds, GuardedError, run_guarded
from submissions import pictures
from submissions.pictures import BOUNDS, MOST_AT_ONCE, PictureRefusedError, clean_picture
from tests.data.hostile_pictures import CLEANED, PLANTED, REFUSED, sheet, telling_jpeg, written

FALSE = '{"content_type": "image/jpeg", "width": 9, "height": 9}'
SOUND = f"import sys; sys.stdout.buffer.write({FALSE.encode()!r} + b'\\n\\xff\\xd8\\xff')"
KNOWN = {"JPEG": "image/jpeg", "WEBP": "image/webp"}


@pytest.mark.parametrize("name", CLEANED)
def test_nothing_hidden_is_left_in_a_picture(name: str) -> None:
    clean = clean_picture(CLEANED[name])
    assert not [planted for planted in PLANTED if planted in clean.content]
    with Image.open(io.BytesIO(clean.content)) as seen:
        seen.load()
        assert KNOWN[str(seen.format)] == clean.content_type
        assert seen.size == (clean.width, clean.height) == (64, 64)
        assert not seen.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(seen.info)
        assert getattr(seen, "n_frames", 1) == 1


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sound_picture_is_refused(name: str) -> None:
    raw, code = REFUSED[name]
    with pytest.raises(PictureRefusedError) as refused:
        clean_picture(raw)
    assert refused.value.code == code


def test_the_corpus_is_planted() -> None:
    telling = [name for name, raw in CLEANED.items() if any(mark in raw for mark in PLANTED)]
    assert len(telling) == len(CLEANED) - 1  # the one with a palette hides nothing


def test_a_turned_photo_is_set_upright() -> None:
    clean = clean_picture(telling_jpeg())
    with Image.open(io.BytesIO(clean.content)) as seen:
        right, left = seen.getpixel((60, 4)), seen.getpixel((4, 60))
    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert right[2] > 90  # the navy corner was above on the left before it was turned
    assert left[2] < 40


@pytest.mark.parametrize(("width", "height"), [(4000, 1000), (1000, 4000), (4001, 9), (9, 9)])
def test_a_large_picture_becomes_small_and_keeps_its_form(width: int, height: int) -> None:
    clean = clean_picture(written(Image.new("RGB", (width, height)), "JPEG"))
    assert max(clean.width, clean.height) == min(2048, max(width, height))
    assert clean.width / clean.height == pytest.approx(width / height, rel=0.25)


def test_what_is_see_through_stays_so() -> None:
    clean = clean_picture(written(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"))
    with Image.open(io.BytesIO(clean.content)) as seen:
        assert (clean.content_type, seen.mode) == ("image/webp", "RGBA")


@pytest.mark.parametrize(
    ("program", "bounds"),
    [
        ("while True: pass", Bounds(1, 20, 10**9)),
        ("import time; time.sleep(60)", Bounds(10, 0.5, 10**9)),
        ("held = bytearray(2_000_000_000)", BOUNDS),
        ("import os; os.kill(os.getpid(), 11)", BOUNDS),
        (f"import submissions\n{SOUND}", BOUNDS),
        (f"import os\nos.environ['MEGDAN_SECRET_KEY']\n{SOUND}", BOUNDS),
        ("", BOUNDS),
        ("print('[]')", BOUNDS),
        ("print('{}')", BOUNDS),
        (f"print({FALSE!r}); print('<script>')", BOUNDS),
        (f"print({FALSE.replace('jpeg', 'svg+xml')!r}); print('<svg>')", BOUNDS),
    ],
)
def test_a_child_that_goes_wrong_harms_nobody(
    program: str, bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(program)
    monkeypatch.setattr(pictures, "PROGRAM", file)
    monkeypatch.setattr(pictures, "BOUNDS", bounds)
    monkeypatch.setenv("MEGDAN_SECRET_KEY", "secret")
    with pytest.raises(PictureRefusedError):
        clean_picture(written(sheet(), "JPEG"))


def test_a_child_can_leave_nothing_on_the_disk(tmp_path: Path) -> None:
    left, file = tmp_path / "left.txt", tmp_path / "leaving.py"
    file.write_text(f"open({str(left)!r}, 'wb', buffering=0).write(b'x')")
    with pytest.raises(GuardedError):
        run_guarded(file, b"", bounds=BOUNDS)
    assert not left.read_bytes()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(CLEANED)), st.data())
def test_altered_bytes_are_refused_or_come_out_clean(name: str, data: st.DataObject) -> None:
    raw = bytearray(CLEANED[name])
    for _change in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        clean = clean_picture(bytes(raw))
    except PictureRefusedError:
        return
    assert not [planted for planted in PLANTED if planted in clean.content]


def test_only_so_many_pictures_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "WAIT_S", 0.05)
    raw = written(sheet(), "JPEG")
    with ExitStack() as others:
        for _ in range(MOST_AT_ONCE):
            others.enter_context(pictures._places)
        with pytest.raises(PictureRefusedError) as refused:
            clean_picture(raw)
        assert refused.value.code == "busy"
    assert clean_picture(raw).content_type == "image/jpeg"


def test_a_refused_picture_gives_its_place_back() -> None:
    for _ in range(MOST_AT_ONCE + 1):
        with pytest.raises(PictureRefusedError) as refused:
            clean_picture(b"no picture")
        assert refused.value.code == "not_a_picture"
