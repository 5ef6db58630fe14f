"""Run the named bench areas (all by default): `python -m bench.run [--smoke] [area ...]`."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

#: Modules of this folder with a `main(smoke)`; one that is not there yet is said, not hidden.
AREAS = ("placing", "search", "tiles")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run.sh", description=__doc__)
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], help="default: all")
    parser.add_argument("--smoke", action="store_true", help="small sizes, about a minute")
    chosen = parser.parse_args()
    for area in chosen.areas or AREAS:
        if not (Path(__file__).parent / f"{area}.py").exists():
            print(f"{area}: this bench is not written yet.", file=sys.stderr)
            continue
        print(f"== {area}", flush=True)
        importlib.import_module(f"bench.{area}").main(smoke=chosen.smoke)
    return 0


if __name__ == "__main__":
    sys.exit(main())
