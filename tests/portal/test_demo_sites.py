"""Sites of the demonstration: real ones first, about 600 in all, the invented ones labelled."""

import csv
import json
from pathlib import Path

from django.conf import settings

STARA_ZAGORA = Path(settings.BASE_DIR) / "fixtures" / "geojson" / "stara-zagora"


def test_stara_zagora_has_about_six_hundred_sites_and_each_has_two_names() -> None:
    rows: list[dict[str, str]] = []
    for name in ("sites_public.csv", "sites_SYNTHETIC.csv"):
        with (STARA_ZAGORA / name).open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    shapes = json.loads((STARA_ZAGORA / "sites_shapes_SYNTHETIC.geojson").read_text("utf-8"))
    rows += [feature["properties"] for feature in shapes["features"]]
    assert 590 <= len(rows) <= 610
    assert len({row["code"] for row in rows}) == len(rows)
    assert all(row["name_bg"] and row["name_en"] and row["category"] for row in rows)


def test_invented_sites_stand_in_files_and_data_sets_that_say_so() -> None:
    facts = json.loads((STARA_ZAGORA / "town.json").read_text("utf-8"))
    for part in facts["sites"]:
        is_synthetic = facts["datasets"][part["dataset"]].get("is_synthetic", False)
        assert ("SYNTHETIC" in part["file"]) == is_synthetic
