"""Runs in a child process: answers one line of JSON per piece, and has to live to the last one."""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

# Only to put sentences into words; no database is opened.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

import shapely  # noqa: E402 - after the settings have chosen GDAL and GEOS

from geo.intake import (  # noqa: E402 - as above
    ANY_SHAPE,
    GeometryRefused,
    parse_features,
    parse_geojson,
)
from geo.intake.files import open_vector_file  # noqa: E402 - as above

TOWN = shapely.box(26.2, 46.8, 26.5, 47.0)


def read(enters: str, path: Path, *, within: bool) -> list[str]:
    """Take one piece in the way it enters; the codes of its rows at fault."""
    if enters == "file":
        opened = open_vector_file(path)
        assert all(fault.refusal.messages[0] for fault in opened.faults)
        return [str(fault.refusal.code) for fault in opened.faults]
    parse = parse_geojson if enters == "geojson" else parse_features
    parse(path.read_bytes(), accept=ANY_SHAPE, within=TOWN if within else None)
    return []


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Verdict, faults, sentence, and what one piece cost."""
    started, busy = time.perf_counter(), time.process_time()
    faults: list[str] = []
    sentence = ""
    try:
        faults = read(question["enters"], Path(question["path"]), within=question["within"])
        verdict = "accepted"
    except GeometryRefused as refusal:
        verdict, sentence = str(refusal.code), refusal.messages[0]
    return {
        "verdict": verdict,
        "faults": faults,
        "sentence": sentence,
        "wall_s": time.perf_counter() - started,
        "cpu_s": time.process_time() - busy,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
