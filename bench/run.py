"""Run the named bench areas (all by default): `python -m bench.run [--smoke] [area ...]`."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

#: Modules of this folder with a `main(smoke)`; one that is not there yet is said, not hidden.
AREAS = (
    "placing",
    "search",
    "tiles",
    "ratings",
    "figures",
    "surface",
    "reach",
    "members",
    "outbox",
    "reports",
    "competence",
    "counting",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run.sh", description=__doc__)
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], help="default: all")
    parser.add_argument("--smoke", action="store_true", help="small sizes, about a minute")
    chosen = parser.parse_args()
    areas = chosen.areas or AREAS
    for area in areas:
        if not (Path(__file__).parent / f"{area}.py").exists():
            print(f"{area}: this bench is not written yet.", file=sys.stderr)
            continue
        print(f"== {area}", flush=True)
        if len(areas) > 1:
            # Each area sets up Django on a database of its own, which one process can do once.
            subprocess.run(
                [sys.executable, "-m", "bench.run", *["--smoke"] * chosen.smoke, area], check=True
            )
            continue
        importlib.import_module(f"bench.{area}").main(smoke=chosen.smoke)
    return 0


if __name__ == "__main__":
    sys.exit(main())
