"""Writes the corpus beside itself, the same each time: `python -m tests.data.hostile.make`.

What is large is packed with gzip; the tests unpack it. manifest.json says how each file enters and
what must come of it.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path

from tests.data.hostile import files, texts

PACKED_FROM_BYTES = 20_000
HERE = Path(__file__).parent


def make(folder: Path) -> None:
    """Write pieces/ and manifest.json into `folder`, replacing what was there."""
    pieces = folder / "pieces"
    shutil.rmtree(pieces, ignore_errors=True)
    pieces.mkdir(parents=True)
    manifest = []
    for case in [*texts.cases(), *files.cases()]:
        packed = _write(pieces / case.name, case.content)
        manifest.append(_entry(packed, case.enters, case.verdict, case.faults))
    for name, verdict, parts, faults in files.shapefiles():
        for suffix, content in parts.parts().items():
            (pieces / f"shape_{name}{suffix}").write_bytes(content)
        manifest.append(_entry(f"shape_{name}.shp", "file", verdict, faults))
    if len({entry["file"] for entry in manifest}) < len(manifest):
        raise ValueError("two pieces have the same name")
    lines = ",\n".join(json.dumps(entry) for entry in manifest)
    (folder / "manifest.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _write(target: Path, content: bytes) -> str:
    """Write one piece, packed when large; gives the name it got."""
    if len(content) < PACKED_FROM_BYTES:
        target.write_bytes(content)
        return target.name
    packed = target.with_name(f"{target.name}.gz")
    packed.write_bytes(gzip.compress(content, mtime=0))
    return packed.name


def _entry(name: str, enters: str, verdict: str, faults: tuple[str, ...]) -> dict[str, object]:
    entry: dict[str, object] = {"file": name, "enters": enters, "expected": verdict}
    return {**entry, "faults": list(faults)} if faults else entry


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
