"""“Not right?”: filed for the town, settled once, never public."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from tests.factories.accounts import UserFactory
from tests.factories.zones import MunicipalityFactory, spot
from zones.models import Correction
from zones.services import corrections
from zones.services.corrections import file_correction, settle_correction

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)


def test_a_remark_waits_for_its_town() -> None:
    town = MunicipalityFactory.create()
    filed = file_correction(
        municipality=town, location=spot(1, 1), said="A", text="It is B.", now=NOW
    )
    waiting = Correction.objects.in_municipality(town).waiting()
    assert [row.pk for row in waiting] == [filed.pk]
    assert not Correction.objects.in_municipality(MunicipalityFactory.create()).exists()


def test_a_remark_about_a_place_outside_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        file_correction(
            municipality=MunicipalityFactory.create(),
            location=spot(9, 9),
            said="A",
            text="It is B.",
            now=NOW,
        )
    assert refused.value.code == "outside"


def test_a_flooded_queue_refuses_more(monkeypatch: pytest.MonkeyPatch) -> None:
    town = MunicipalityFactory.create()
    monkeypatch.setattr(corrections, "MOST_OPEN", 1)
    file_correction(municipality=town, location=spot(1, 1), said="A", text="B", now=NOW)
    with pytest.raises(ValidationError) as refused:
        file_correction(municipality=town, location=spot(1, 1), said="A", text="B", now=NOW)
    assert refused.value.code == "queue_full"


def test_a_remark_is_settled_once() -> None:
    filed = file_correction(
        municipality=MunicipalityFactory.create(),
        location=spot(1, 1),
        said="A",
        text="It is B.",
        now=NOW,
    )
    person = UserFactory.create()
    state = Correction.State.ACCEPTED
    settled = settle_correction(correction=filed, state=state, note="", actor=person, now=NOW)
    assert (settled.state, settled.handled_by) == (state, person)
    with pytest.raises(ValidationError) as refused:
        settle_correction(correction=filed, state=state, note="", actor=person, now=NOW)
    assert refused.value.code == "already_settled"
