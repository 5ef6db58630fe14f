"""Pictures that mean harm or tell too much, made by code so that each can be read and doubted."""

import io
import struct
import zipfile
import zlib

from PIL import Image, TiffImagePlugin
from PIL.PngImagePlugin import PngInfo

#: Planted in everything that is hidden; none of it may be left in a clean picture.
PLANTED = (b"PLANTED-46.9275N-26.3811E", b"<script>alert(1)</script>", b"PK\x03\x04", b"onload")
PLACE, SCRIPT = PLANTED[0], PLANTED[1]
_GPS = 0x8825


def sheet(side: int = 64, mode: str = "RGB") -> Image.Image:
    """A small picture with something to see on it."""
    picture = Image.new(mode, (side, side))
    picture.paste(Image.new(mode, (side // 2, side // 4), "navy" if mode == "RGB" else 1), (0, 0))
    return picture


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def telling_exif() -> Image.Exif:
    """Where and with what the photo was taken, by whom, and turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = PLACE.decode()
    exif[0x013B] = PLACE.decode()
    exif[0x9286] = PLACE.decode()
    degrees = tuple(TiffImagePlugin.IFDRational(part) for part in (46, 55, 39))
    exif.get_ifd(_GPS).update({1: "N", 2: degrees, 3: "E", 4: degrees, 27: PLACE})
    return exif


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with more segments before its tables, behind those it has."""
    place = jpeg.index(b"\xff\xdb")
    return jpeg[:place] + b"".join(segments) + jpeg[place:]


def telling_jpeg() -> bytes:
    """A photo as a telephone writes it, with all that hides in such a file."""
    jpeg = written(
        sheet(), "JPEG", exif=telling_exif(), comment=PLACE, icc_profile=b"ICC " + PLACE * 4
    )
    return with_segments(
        jpeg,
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"),
        segment(0xED, b"Photoshop 3.0\x00" + PLACE),
        segment(0xE1, b"Exif\x00\x00" + thumbnail()),
        segment(0xEA, PLACE),
    )


def thumbnail() -> bytes:
    """The small picture inside a photo, with notes of its own."""
    return written(sheet(16), "JPEG", comment=PLACE)


def telling_png() -> bytes:
    """A screenshot with notes and a place in its text chunks."""
    notes = PngInfo()
    notes.add_text("Comment", PLACE.decode())
    notes.add_itxt("XML:com.adobe.xmp", PLACE.decode(), zip=False)
    notes.add_text("Title", SCRIPT.decode())
    return written(sheet(), "PNG", pnginfo=notes, exif=telling_exif())


def telling_webp() -> bytes:
    """A WebP with EXIF, XMP and a profile."""
    return written(sheet(), "WEBP", exif=telling_exif(), xmp=PLACE, icc_profile=b"ICC " + PLACE * 4)


def moving_webp() -> bytes:
    """Several pictures in one; only the first is ever seen."""
    frames = [sheet(), Image.new("RGB", (64, 64), "red")]
    return written(frames[0], "WEBP", save_all=True, append_images=frames[1:], xmp=PLACE)


def archive() -> bytes:
    """A ZIP archive with a page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("index.html", SCRIPT)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\x00" * 1_000_000, 9)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def text_bomb() -> bytes:
    """A PNG whose note is a hundred megabytes once it is unpacked."""
    packed = zlib.compress(b"\x00" * 100_000_000, 9)
    note = chunk(b"zTXt", b"Comment\x00\x00" + packed)
    png = written(sheet(), "PNG")
    return png[:33] + note + png[33:]


def svg_script() -> bytes:
    """A drawing that would run a script; it calls itself a PNG only by its name."""
    return b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + SCRIPT + b"</svg>"


#: What comes out clean.
CLEANED = {
    "photo with place, thumbnail, profile and notes": telling_jpeg(),
    "photo with notes that cannot be read": with_segments(
        written(sheet(), "JPEG"), segment(0xE1, b"Exif\x00\x00" + PLACE + thumbnail())
    ),
    "screenshot with notes": telling_png(),
    "webp with place": telling_webp(),
    "webp that moves": moving_webp(),
    "jpeg that is a page as well": with_segments(
        written(sheet(), "JPEG"), segment(0xFE, b"*/=" + SCRIPT + b"/*")
    ),
    "jpeg with a page behind it": written(sheet(), "JPEG") + SCRIPT,
    "jpeg with an archive behind it": written(sheet(), "JPEG") + archive(),
    "png with an archive behind it": written(sheet(), "PNG") + archive(),
    "webp with a page behind it": written(sheet(), "WEBP") + SCRIPT,
    "png with a palette": written(sheet(mode="P"), "PNG"),
    "jpeg for printers": written(sheet().convert("CMYK"), "JPEG", comment=PLACE),
}

#: What is refused, with the code of the refusal.
REFUSED = {
    "nothing": (b"", "not_a_picture"),
    "one byte": (b"\xff", "not_a_picture"),
    "beginning of a jpeg": (b"\xff\xd8\xff\xe0", "not_a_picture"),
    "drawing with a script": (svg_script(), "not_a_picture"),
    "page": (b"<!doctype html>" + SCRIPT, "not_a_picture"),
    "archive": (archive(), "not_a_picture"),
    "gif": (written(sheet(), "GIF"), "not_a_picture"),
    "tiff": (written(sheet(), "TIFF"), "not_a_picture"),
    "bmp": (written(sheet(), "BMP"), "not_a_picture"),
    "icon": (written(sheet(), "ICO"), "not_a_picture"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_a_picture"),
    "pdf": (b"%PDF-1.7\n" + SCRIPT, "not_a_picture"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "not_a_picture"),
    "half a jpeg": (telling_jpeg()[:-400], "not_a_picture"),
    "half a png": (telling_png()[:-60], "not_a_picture"),
    "half a webp": (telling_webp()[:60], "not_a_picture"),
    "png of 50,000 by 50,000": (bomb(50_000, 50_000), "too_large"),
    "png of one long line": (bomb(2_000_000_000, 1), "too_large"),
    "png that lacks most of itself": (bomb(7_000, 7_000), "not_a_picture"),
    "png without width": (bomb(0, 9), "not_a_picture"),
    "png with a note of 100 megabytes": (text_bomb(), "not_a_picture"),
    "more than twelve megabytes": (b"\xff\xd8" * 6_000_001, "too_large"),
}
