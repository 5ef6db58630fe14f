"""The database itself refuses shapes that no parser should ever have let through."""

from collections.abc import Iterator

import pytest
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, models, transaction

from geo.constraints import geometry_checks


class Probe(models.Model):  # noqa: DJ008 - never shown to anybody
    """A table of its own, so that the test needs no town."""

    shape = GeometryField(srid=4326, null=True)
    objects: models.Manager["Probe"] = models.Manager()

    class Meta:
        app_label = "probe"
        constraints = geometry_checks("shape", "probe_shape")


@pytest.fixture
def table(db: None) -> Iterator[None]:
    """The probe's table, made by the owner and rolled back with the test."""
    with transaction.atomic(using="owner"):
        with connections["owner"].schema_editor(atomic=False) as editor:
            editor.create_model(Probe)
        yield
        transaction.set_rollback(True, using="owner")


pytestmark = pytest.mark.django_db(databases=["default", "owner"])

REFUSED = {
    "NaN point": ("ST_MakePoint('NaN'::float8, 'NaN'::float8)", "bounds"),
    "NaN latitude": ("ST_MakePoint(26, 'NaN'::float8)", "bounds"),
    "infinite point": ("ST_MakePoint('Infinity'::float8, 46)", "bounds"),
    "huge point": ("ST_MakePoint(1e308, 46)", "bounds"),
    "latitude over the pole": ("ST_MakePoint(26, 90.0001)", "bounds"),
    "NaN inside a line": (
        "ST_MakeLine(ARRAY[ST_MakePoint(26,46), ST_MakePoint(1,'NaN'), ST_MakePoint(27,46)])",
        "valid",
    ),
    "NaN in a multipoint": (
        "ST_Collect(ST_MakePoint(26, 46), ST_MakePoint(1, 'NaN'::float8))",
        "valid",
    ),
    "bow-tie": ("ST_GeomFromText('POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))')", "valid"),
    "empty": ("ST_GeomFromText('POLYGON EMPTY')", "filled"),
    "strip over the date line": ("ST_MakeEnvelope(170, 0, 190, 1)", "bounds"),
}


def insert(expression: str) -> None:
    """Write one shape past every parser, as a careless script would."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"INSERT INTO probe_probe (shape) VALUES (ST_SetSRID({expression}, 4326))")


@pytest.mark.parametrize("case", REFUSED)
def test_the_database_refuses(table: None, case: str) -> None:
    expression, constraint = REFUSED[case]
    with pytest.raises(IntegrityError, match=f"probe_shape_{constraint}"):
        insert(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "ST_MakePoint(26.37, 46.93)",
        "ST_MakePoint(180, -90)",
        "ST_MakeEnvelope(26, 46, 27, 47)",
        "NULL::geometry",
    ],
)
def test_the_database_takes_sound_shapes(table: None, expression: str) -> None:
    insert(expression)
    assert Probe.objects.using("owner").count() == 1


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))", "geometry_invalid"),
        ("POINT(26 91)", "geometry_bounds"),
        ("POINT EMPTY", "geometry_empty"),
    ],
)
def test_full_clean_says_the_same_in_words(table: None, wkt: str, code: str) -> None:
    probe = Probe(shape=GEOSGeometry(wkt, srid=4326))
    with pytest.raises(ValidationError) as refusal:
        probe.validate_constraints()
    assert [error.code for error in refusal.value.error_dict["__all__"]] == [code]
