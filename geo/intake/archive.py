"""Takes the one Shapefile out of a zip without trusting a single name or size in it."""

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geo.errors import GeometryRefused
from geo.intake.limits import Limits

ZIP_MAGIC = b"PK\x03\x04"
PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})

_MOST_MEMBERS = 100
_ENCRYPTED = 0x1
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".zst"})
_CHUNK = 1 << 16

# What zipfile raises on bytes that are not a sound zip. It reads from memory, so that a ValueError
# for an impossible offset is never mistaken for a fault of the disk.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)


def unpack_shapefile(archive: Path, into: Path, limits: Limits) -> None:
    """Write the parts of the only Shapefile in `archive` as `into`/layer.shp, .shx, ….

    No name of the archive becomes a path, links are refused, and the bytes are counted while they
    are unpacked, whatever the directory of the zip claims.

    Raises:
        GeometryRefused: file_damaged, zip_path, zip_link, zip_nested, zip_bomb, zip_encrypted,
            zip_content.
    """
    packed = io.BytesIO(archive.read_bytes())
    try:
        with zipfile.ZipFile(packed) as opened:
            members = _only_shapefile(opened)
            contents = _contents(opened, members, limits.size_bytes)
    except _DAMAGE as error:
        raise GeometryRefused("file_damaged", name=archive.name) from error
    for suffix, content in contents.items():
        (into / f"layer{suffix}").write_bytes(content)


def _only_shapefile(opened: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members = [member for member in opened.infolist() if not member.filename.endswith("/")]
    if len(members) > _MOST_MEMBERS:
        raise GeometryRefused("zip_bomb")
    for member in members:
        _require_harmless(member)
    main = [member for member in members if _suffix(member) == ".shp"]
    if len(main) != 1:
        raise GeometryRefused("zip_content", found=len(main))
    stem = PurePosixPath(main[0].filename).with_suffix("").as_posix().lower()
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        path = PurePosixPath(member.filename)
        if path.with_suffix("").as_posix().lower() == stem and _suffix(member) in PARTS:
            if _suffix(member) in found:
                raise GeometryRefused("zip_content", found=2)
            found[_suffix(member)] = member
    return found


def _require_harmless(member: zipfile.ZipInfo) -> None:
    # The original name too: zipfile itself cuts a name at a NUL and turns backslashes round.
    name = member.orig_filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or any(mark in name for mark in ("\\", "\x00", ":")):
        raise GeometryRefused("zip_path")
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise GeometryRefused("zip_link")
    if member.flag_bits & _ENCRYPTED:
        raise GeometryRefused("zip_encrypted")
    if _suffix(member) in _ARCHIVES:
        raise GeometryRefused("zip_nested")


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _contents(
    opened: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], most: int
) -> dict[str, bytes]:
    """Unpack the members, at most `most` bytes together: counted, not believed."""
    contents = {}
    for suffix, member in members.items():
        if member.file_size > most:
            raise GeometryRefused("zip_bomb")
        chunks = bytearray()
        with opened.open(member) as source:
            while chunk := source.read(_CHUNK):
                chunks += chunk
                if len(chunks) > most:
                    raise GeometryRefused("zip_bomb")
        if chunks.startswith(ZIP_MAGIC):
            raise GeometryRefused("zip_nested")
        most -= len(chunks)
        contents[suffix] = bytes(chunks)
    return contents
