"""Run alone in a guarded child: makes shapes valid; standard input and output are JSON of WKB."""

import json
import sys

import shapely


def main() -> None:
    """Answer each shape with its valid form."""
    mended = [
        shapely.make_valid(shapely.from_wkb(text), method="structure", keep_collapsed=False)
        for text in json.load(sys.stdin)
    ]
    json.dump([shapely.to_wkb(shape, hex=True) for shape in mended], sys.stdout)


if __name__ == "__main__":
    main()
