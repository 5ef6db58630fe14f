"""Founding a town by command, with sentences for what does not fit."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import box, mapping

from zones.models import Municipality

pytestmark = pytest.mark.django_db

FACTS = {
    "slug": "roman",
    "country": "ro",
    "languages": "ro,en",
    "timezone": "Europe/Bucharest",
    "metric-srid": 3844,
}


def found(**facts: object) -> str:
    out = StringIO()
    options = [f"--{name}={value}" for name, value in {**FACTS, **facts}.items()]
    names = ["--name=ro=Roman", "--name=en=Roman"]
    call_command("create_municipality", *names, *options, stdout=out)
    return out.getvalue()


def test_a_town_is_founded_and_brought_up_to_date(tmp_path: Path) -> None:
    assert "founded" in found()
    outline = tmp_path / "outline.geojson"
    shapes = [box(26.9, 46.9, 26.95, 46.95), box(26.95, 46.9, 27.0, 46.95)]
    features = [
        {"type": "Feature", "properties": {}, "geometry": mapping(shape)} for shape in shapes
    ]
    outline.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert "up to date" in found(outline=outline)
    town = Municipality.objects.get()
    assert (town.country, town.languages) == ("RO", ["ro", "en"])
    assert town.outline is not None
    assert town.outline.extent == pytest.approx((26.9, 46.9, 27.0, 46.95))
    version = town.register_version
    found(outline=outline)
    assert Municipality.objects.get().register_version == version


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"metric-srid": 4326}, "EPSG:4326 does not measure in metres"),
        ({"metric-srid": 1}, "EPSG:1 does not measure in metres"),
        ({"slug": "api"}, "is an address of the program"),
        ({"timezone": "Neamt"}, "is not a time zone"),
        ({"languages": "fr"}, "Name one or more of these languages"),
        ({"languages": " "}, "Name at least one language"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        found(**facts)
    assert refused.value.returncode == 2
    assert not Municipality.objects.exists()
