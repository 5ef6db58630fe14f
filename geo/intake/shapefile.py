"""Checks the parts of a Shapefile against each other before GDAL sees them, and finds its letters.

Header layouts: ESRI Shapefile Technical Description (1998) and the dBASE III table header.
"""

import re
import shutil
from pathlib import Path

from geo.errors import GeometryRefused
from geo.intake.archive import PARTS
from geo.intake.limits import Limits

SHP_MAGIC = b"\x00\x00\x27\x0a"

_SHP_HEADER = 100
_SHX_RECORD = 8
_NEEDED = (".shp", ".shx", ".dbf", ".prj")

_CPG = re.compile(
    r"(?:(?P<utf8>UTF-?8|65001)|(?:CP|WINDOWS-?|ANSI )?(?P<page>125[0-8]|437|85[0257]|866)"
    r"|ISO[- _]?8859[- _]?(?P<iso>\d{1,2}))",
    re.IGNORECASE,
)

# Language driver ids that dBASE and FoxPro define for the letters of our two countries and Latin 1.
_LANGUAGE_DRIVERS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x26: "cp866",
    0x64: "cp852",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
}


def copy_parts(main: Path, into: Path, limits: Limits) -> None:
    """Copy the parts that belong to `main` as `into`/layer.shp, .shx, …; other files stay behind.

    Raises:
        GeometryRefused: file_incomplete, too_large.
    """
    left = limits.size_bytes
    for sibling in main.parent.iterdir():
        suffix = sibling.suffix.lower()
        if sibling.stem.lower() != main.stem.lower() or suffix not in PARTS:
            continue
        if not sibling.is_file():
            raise GeometryRefused("file_incomplete", name=main.name, part=suffix)
        left -= sibling.stat().st_size
        if left < 0:
            raise GeometryRefused(
                "too_large", found=limits.size_bytes - left, limit=limits.size_bytes
            )
        shutil.copyfile(sibling, into / f"layer{suffix}")


def require_sound_parts(folder: Path, name: str, limits: Limits) -> None:
    """Check presence, lengths and record counts of `folder`/layer.*, which are quick to lie about.

    Raises:
        GeometryRefused: file_incomplete, crs_missing, file_damaged, too_many_features.
    """
    for suffix in _NEEDED:
        if not (folder / f"layer{suffix}").is_file():
            if suffix == ".prj":
                raise GeometryRefused("crs_missing")
            raise GeometryRefused("file_incomplete", name=name, part=suffix)
    records = _shx_records(folder, name)
    if records > limits.features:
        raise GeometryRefused("too_many_features", limit=limits.features)
    if _dbf_records(folder, name) != records:
        raise GeometryRefused("file_damaged", name=name)


def take_crs(folder: Path) -> str:
    """The text of `folder`/layer.prj, which is taken away: GDAL need not interpret it as well.

    Raises:
        GeometryRefused: crs_unknown.
    """
    prj = folder / "layer.prj"
    try:
        text = prj.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise GeometryRefused("crs_unknown") from error
    prj.unlink()
    return text


def letters_of(folder: Path, name: str) -> str:
    """The Python codec of the texts: by .cpg, by the dBASE header, or because they are plain.

    Raises:
        GeometryRefused: file_encoding_unknown rather than a guess that garbles names.
    """
    cpg = folder / "layer.cpg"
    if cpg.is_file():
        with cpg.open("rb") as opened:
            named = _CPG.fullmatch(opened.read(64).decode("ascii", "replace").strip())
        if named is None:
            raise GeometryRefused("file_encoding_unknown", name=name)
        if named["utf8"]:
            return "utf-8"
        return f"cp{named['page']}" if named["page"] else f"iso8859-{int(named['iso'])}"
    table = (folder / "layer.dbf").read_bytes()
    if table[29] in _LANGUAGE_DRIVERS:
        return _LANGUAGE_DRIVERS[table[29]]
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise GeometryRefused("file_encoding_unknown", name=name) from error
    return "utf-8"


def _shx_records(folder: Path, name: str) -> int:
    for suffix in (".shp", ".shx"):
        part = folder / f"layer{suffix}"
        with part.open("rb") as opened:
            header = opened.read(_SHP_HEADER)
        # The header counts 16-bit words.
        claimed = 2 * int.from_bytes(header[24:28], "big")
        if header[:4] != SHP_MAGIC or claimed != part.stat().st_size:
            raise GeometryRefused("file_damaged", name=name)
    size = (folder / "layer.shx").stat().st_size
    return (size - _SHP_HEADER) // _SHX_RECORD


def _dbf_records(folder: Path, name: str) -> int:
    table = folder / "layer.dbf"
    with table.open("rb") as opened:
        header = opened.read(32)
    records = int.from_bytes(header[4:8], "little")
    needed = int.from_bytes(header[8:10], "little") + records * int.from_bytes(
        header[10:12], "little"
    )
    if len(header) < 32 or needed > table.stat().st_size:
        raise GeometryRefused("file_damaged", name=name)
    return records
