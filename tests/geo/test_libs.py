"""GDAL and GEOS come from the wheels, locked down, and a wrong one is named with its cure."""

import os
import subprocess
import sys

import pyogrio
import pytest

from geo import libs
from geo.checks import libraries_compute
from geo.libs import KEPT_DRIVERS, LibraryError, library_paths, self_test


def test_the_wheels_are_taken() -> None:
    paths = library_paths()
    assert paths.gdal is not None
    assert paths.geos is not None
    assert "pyogrio.libs" in paths.gdal
    assert "shapely.libs" in paths.geos


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    gdal = library_paths().gdal
    assert gdal is not None
    monkeypatch.setenv("GDAL_LIBRARY_PATH", gdal)
    monkeypatch.setenv("GEOS_LIBRARY_PATH", "/opt/town/libgeos_c.so")
    assert library_paths.__wrapped__() == (gdal, "/opt/town/libgeos_c.so")


def test_a_gdal_that_cannot_be_loaded_is_named() -> None:
    code = "from geo.libs import library_paths; library_paths()"
    environment = {**os.environ, "GDAL_LIBRARY_PATH": "/nowhere/libgdal.so"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert "LibraryError: GDAL could not be loaded from /nowhere/libgdal.so" in ended.stderr
    assert "point GDAL_LIBRARY_PATH at" in ended.stderr


def test_only_three_drivers_are_left_and_stay_so() -> None:
    assert set(pyogrio.list_drivers()) == KEPT_DRIVERS


def test_the_self_test_passes_here() -> None:
    self_test()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GDAL_FLOOR", (99, 0), "GDAL .* is older than 99.0"),
        ("GEOS_FLOOR", (99, 0), "GEOS .* is older than 99.0"),
        ("_PROBE_EASTING_M", 604_300.0, "A known point came out at"),
        ("KEPT_DRIVERS", frozenset({"GeoJSON"}), "follow paths and addresses: ESRI"),
    ],
)
def test_the_self_test_can_fail(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, sentence: str
) -> None:
    monkeypatch.setattr(libs, name, value)
    with pytest.raises(LibraryError, match=sentence):
        self_test()


def test_the_system_check_says_what_the_self_test_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert libraries_compute() == []
    monkeypatch.setattr(libs, "GDAL_FLOOR", (99, 0))
    (error,) = libraries_compute()
    assert error.id == "geo.E001"
    assert "is older than 99.0" in error.msg
