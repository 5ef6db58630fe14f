"""Words that everybody reads: places in the language of the town, sentences that end once."""

import pytest
from django.utils.translation import override

from incidents.incident_words import sentence
from tests.factories.incidents import reported
from tests.factories.zones import MunicipalityFactory, square, zone_with_shape


@pytest.mark.django_db
def test_a_place_is_written_in_the_language_of_the_town_whoever_reports() -> None:
    town = MunicipalityFactory.create(modules=["reports"], languages=["bg", "en"])
    zone = zone_with_shape(town, code="slaveykov", geometry=square(0, 0, 4, 4))
    zone.names = {"bg": "Славейков", "en": "Slaveykov"}
    zone.save()
    with override("en"):
        assert "Славейков" in reported(town).place_text


def test_a_day_that_ends_in_a_full_stop_ends_the_sentence_once() -> None:
    facts = {"number": "10145", "on": "17.11.2026 г."}
    assert sentence("registered", facts).endswith("17.11.2026 г.")
