"""Layers and parts of a project: drawn, typed, imported; told apart by more than colour."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from consultations.drawing import marks_of
from consultations.models import Process, ProjectLayer, ProjectPart
from consultations.present.drawing import collection_of, drawing_of
from consultations.services import drawing_up
from consultations.services.drawing_up import LayerText, PartText, shape_of
from tests.consultations.preparation import consulting_town, draft
from tests.factories.consultations import LayerFactory, PartFactory, ProcessFactory
from tests.factories.departments import member

LINE = {"type": "LineString", "coordinates": [[26.301, 46.901], [26.305, 46.905]]}
WORDS = {"ro": "Pe bulevard"}


def layer_text(**fields: Any) -> LayerText:
    """What is said of a layer."""
    return LayerText(**{"kind": "alternative", "names": WORDS, "descriptions": WORDS, **fields})


def part_text(**fields: Any) -> PartText:
    """What is said of a section."""
    return PartText(**{"kind": "section", "names": WORDS, "shape": json.dumps(LINE), **fields})


def features(*found: tuple[dict[str, Any], dict[str, Any]]) -> str:
    """A file."""
    rows = [{"type": "Feature", "geometry": shape, "properties": facts} for shape, facts in found]
    return json.dumps({"type": "FeatureCollection", "features": rows})


def test_each_alternative_has_a_letter_and_a_dash_of_its_own() -> None:
    marks = marks_of(["alternative", "shared", *["alternative"] * 26])
    assert [(one.letter, one.style) for one in marks[:4]] == [("A", 1), ("", 0), ("B", 2), ("C", 3)]
    assert marks[-1].letter == "AA"
    assert len({one.style for one in marks[2:6]}) == 4


@pytest.mark.django_db
def test_a_layer_without_words_is_refused() -> None:
    process = draft()
    for descriptions in ({}, {"en": "Along the main street"}):
        with pytest.raises(ValidationError) as error:
            drawing_up.add_layer(process=process, text=layer_text(descriptions=descriptions))
        assert "descriptions_ro" in error.value.message_dict
    with pytest.raises(ValidationError) as error:
        drawing_up.add_layer(process=process, text=layer_text(names={}))
    assert "names_ro" in error.value.message_dict
    with pytest.raises(ValidationError) as error:
        drawing_up.add_layer(process=process, text=layer_text(kind="dream"))
    assert "kind" in error.value.message_dict


@pytest.mark.django_db
def test_layers_are_added_at_the_end_and_moved() -> None:
    process = draft(consulting_town())
    process.layers.all().delete()
    first, second = (drawing_up.add_layer(process=process, text=layer_text()) for _ in range(2))
    assert (first.code, second.code) == ("layer-1", "layer-2")
    drawing_up.move_layer(layer=second, by=-1)
    drawing_up.move_layer(layer=second, by=-1)
    assert list(process.layers.order_by("position")) == [second, first]
    drawing_up.remove_layer(layer=second)
    assert drawing_up.add_layer(process=process, text=layer_text()).code == "layer-2"


@pytest.mark.django_db
def test_there_are_not_too_many_layers() -> None:
    process = draft()
    LayerFactory.create_batch(10, process=process)
    with pytest.raises(ValidationError) as error:
        drawing_up.add_layer(process=process, text=layer_text())
    assert error.value.code == "too_many"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "text", "shape"),
    [
        ("section", json.dumps(LINE), "LineString"),
        ("section", "26.301 46.901\n26.305 46.905", "LineString"),
        ("section", "26.301, 46.901; 26.305, 46.905", "LineString"),
        ("section", "LINESTRING (26.301 46.901, 26.305 46.905)", "LineString"),
        ("stop", "26.301 46.901", "Point"),
        ("area", "26.301 46.901\n26.305 46.901\n26.305 46.905", "Polygon"),
    ],
)
def test_a_part_is_taken_as_it_is_drawn_or_typed(kind: str, text: str, shape: str) -> None:
    found = shape_of(text, kind, consulting_town())
    assert (found.geom_type, found.srid) == (shape, 4326)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"shape": " "}, "shape"),
        ({"shape": "nonsense"}, "shape"),
        ({"shape": ";", "kind": "area"}, "shape"),
        ({"shape": "46.901 26.301\n46.905 26.305"}, "shape"),
        ({"shape": "2.3 48.8\n2.4 48.9"}, "shape"),
        ({"shape": "26.301 46.901"}, "shape"),
        ({"kind": "stop"}, "shape"),
        ({"kind": "dream"}, "kind"),
        ({"names": {"en": "Centre"}}, "names_ro"),
    ],
)
def test_a_part_that_cannot_be_is_refused_at_its_field(fields: dict[str, Any], field: str) -> None:
    layer = draft().layers.get(code="a")
    with pytest.raises(ValidationError) as error:
        drawing_up.add_part(layer=layer, text=part_text(**fields))
    assert field in error.value.message_dict


@pytest.mark.django_db
def test_a_part_is_changed_and_removed() -> None:
    layer = draft().layers.get(code="a")
    part = drawing_up.add_part(layer=layer, text=part_text())
    assert part.code == "section-2"
    changed = drawing_up.change_part(part=part, text=part_text(kind="stop", shape="26.301 46.901"))
    assert (changed.pk, changed.kind, changed.geometry.geom_type) == (part.pk, "stop", "Point")
    drawing_up.remove_part(part=part)
    assert layer.parts.count() == 1


@pytest.mark.django_db
def test_a_file_goes_to_its_layers() -> None:
    process = draft()
    stop = {"type": "Point", "coordinates": [26.301, 46.901]}
    made = drawing_up.import_parts(
        layer=process.layers.get(code="a"),
        raw=features(
            (LINE, {"name": "Centru"}),
            (stop, {"name_ro": "Gara", "name_en": "Station", "kind": "stop", "layer": "b"}),
        ),
    )
    assert [(one.layer.code, one.kind, one.names["ro"]) for one in made] == [
        ("a", "section", "Centru"),
        ("b", "stop", "Gara"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "Centru", "kind": "stop"}, "kind"),
        ({"name": "Centru", "layer": "z"}, "layer"),
    ],
)
def test_a_file_with_one_wrong_shape_is_refused_whole(facts: dict[str, Any], code: str) -> None:
    layer = draft().layers.get(code="a")
    with pytest.raises(ValidationError) as error:
        drawing_up.import_parts(layer=layer, raw=features((LINE, {"name": "Bun"}), (LINE, facts)))
    assert error.value.code == code
    assert layer.parts.count() == 1


@pytest.mark.django_db
def test_a_published_drawing_stays_as_it_is() -> None:
    part: ProjectPart = PartFactory.create(layer__process=ProcessFactory.create())
    layer: ProjectLayer = part.layer
    verbs: list[Callable[[], Any]] = [
        lambda: drawing_up.add_layer(process=layer.process, text=layer_text()),
        lambda: drawing_up.change_layer(layer=layer, text=layer_text()),
        lambda: drawing_up.remove_layer(layer=layer),
        lambda: drawing_up.move_layer(layer=layer, by=1),
        lambda: drawing_up.add_part(layer=layer, text=part_text()),
        lambda: drawing_up.change_part(part=part, text=part_text()),
        lambda: drawing_up.remove_part(part=part),
        lambda: drawing_up.import_parts(layer=layer, raw=features((LINE, {"name": "Centru"}))),
    ]
    for verb in verbs:
        with pytest.raises(ValidationError) as error:
            verb()
        assert error.value.code == "fixed"
    assert ProjectPart.objects.get() == part


@pytest.mark.django_db
def test_the_list_says_what_the_map_shows() -> None:
    process = draft()
    process = Process.objects.select_related("municipality", "area").get(pk=process.pk)
    drawn, said = collection_of(process), drawing_of(process)
    on_map = {one["properties"].get("id") for one in drawn["features"]} - {None}
    in_words = {part["pk"] for layer in said["layers"] for part in layer["parts"]}
    assert on_map == in_words
    assert all(layer["description"] and layer["letter"] for layer in said["layers"])
    assert drawn["features"][-1]["properties"]["layer_kind"] == "target"


@pytest.mark.django_db
def test_everybody_gets_a_published_drawing_and_only_planners_a_draft(client: Client) -> None:
    process = draft()
    town = process.municipality
    public = reverse("consultations:layers", args=[town.slug, process.pk])
    planning = reverse("consultations:plan_layers", args=[town.slug, process.pk])
    assert client.get(public).status_code == 404
    assert client.get(planning).status_code == 302
    client.force_login(member(town, "planner").user)
    assert client.get(public).status_code == 404
    assert len(client.get(planning).json()["features"]) == 3
    Process.objects.update(state="published", published_at=process.created_at)
    client.logout()
    answer = client.get(public)
    assert answer["Content-Type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 3
    other = consulting_town()
    assert client.get(public.replace(town.slug, other.slug)).status_code == 404
