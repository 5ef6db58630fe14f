"""What phones of the crew hand in: recorded once, refused with a sentence, and no track kept."""

import datetime as dt
import io
import json
import logging
from typing import Any

import pytest
import qrcode
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from outbox.models import OutboxMessage
from sign_registry.codes import sign_url
from sign_registry.models import Inspection, RoundStop, Sign, SignEvent, Site, SitePeriod
from submissions import pictures
from tests.factories.crew import (
    NOW,
    ORIGIN,
    crew_member,
    entry,
    printed_sign,
    round_of,
    signed_in,
    spare_sign,
)
from tests.factories.departments import DepartmentFactory
from tests.factories.sites import SiteCategoryFactory, SiteFactory, SitePeriodFactory
from tests.factories.zones import CELL, SOUTH, WEST, MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db

HERE = [WEST + 0.5 * CELL, SOUTH + 0.5 * CELL]
FAR = [WEST + 0.6 * CELL, SOUTH + 0.5 * CELL]


@pytest.fixture
def town() -> Municipality:
    """A town whose signs lead to its own host."""
    return MunicipalityFactory.create(slug="roman", sign_origin=ORIGIN)


@pytest.fixture
def phone(town: Municipality) -> Client:
    """The phone of somebody of the crew."""
    return signed_in(crew_member(town))


def send(phone: Client, item: dict[str, Any], photo: bytes | None = None) -> dict[str, str]:
    """Hand one entry in, as the page does."""
    with time_machine.travel(NOW, tick=False):
        if photo is None:
            answer = phone.post("/roman/crew/sync/", item, content_type="application/json")
        else:
            upload = SimpleUploadedFile("photo.jpg", photo, content_type="image/jpeg")
            body = {"entry": json.dumps(item), "photo": upload}
            answer = phone.post("/roman/crew/sync/", body)
    assert answer.status_code == 200, answer.content
    found: dict[str, str] = answer.json()
    return found


def photo_of(text: str) -> bytes:
    """A photo on which a code can be seen."""
    page = Image.new("RGB", (600, 600), "white")
    page.paste(qrcode.make(text).get_image().convert("RGB").resize((400, 400)), (100, 100))
    kept = io.BytesIO()
    page.save(kept, "JPEG")
    return kept.getvalue()


def code_of(sign: Sign) -> str:
    """The web address on a sign."""
    return sign_url(ORIGIN, sign.codes.get().token)


def test_a_sign_that_was_hung_is_recorded_and_ticked_off(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town)
    round_of(town, [sign])

    answer = send(phone, entry(sign=sign.pk, to="installed", point=HERE))

    sign.refresh_from_db()
    assert answer == {"result": "recorded", "sentence": ""}
    assert sign.state == "installed"
    assert RoundStop.objects.get().done_on == NOW.date()
    assert sign.events.get().happened_at == NOW - dt.timedelta(hours=1)


def test_the_same_entry_twice_is_recorded_once(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town)
    item = entry(sign=sign.pk, to="installed", point=HERE)

    results = [send(phone, item)["result"] for _ in range(3)]

    assert results == ["recorded", "already", "already"]
    assert SignEvent.objects.filter(sign=sign).count() == 1


def test_far_from_its_place_a_sign_needs_a_reason(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town)

    refused = send(phone, entry(sign=sign.pk, to="installed", point=FAR))
    recorded = send(phone, entry(sign=sign.pk, to="installed", point=FAR, reason="Better seen"))

    assert refused["result"] == "refused"
    assert "76 m" in refused["sentence"]
    assert recorded["result"] == "recorded"
    assert sign.events.get().distance_m == pytest.approx(76, abs=2)


@pytest.mark.parametrize("age", [dt.timedelta(days=-1), dt.timedelta(days=15)])
def test_a_clock_that_cannot_be_right_is_replaced_by_the_arrival(
    town: Municipality, phone: Client, age: dt.timedelta
) -> None:
    sign = printed_sign(town)
    made = (NOW - age).isoformat()

    send(phone, entry(sign=sign.pk, to="installed", point=HERE) | {"happened_at": made})

    assert sign.events.get().happened_at == NOW


def test_who_comes_second_is_told_that_it_is_done(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town, state="installed")

    answer = send(phone, entry(sign=sign.pk, to="installed", point=HERE))

    assert answer["result"] == "refused"
    assert "already" in answer["sentence"]


def test_a_sign_of_another_town_is_not_known(phone: Client) -> None:
    foreign = printed_sign(MunicipalityFactory.create())

    answer = send(phone, entry(sign=foreign.pk, to="installed", point=HERE))

    assert answer["result"] == "refused"
    assert not SignEvent.objects.exists()


def test_entries_of_somebody_else_wait_for_them(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town)
    other = crew_member(town)

    answer = send(phone, entry(sign=sign.pk, to="installed", point=HERE, member=other.pk))

    assert answer["result"] == "other"
    assert not SignEvent.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"key": "no uuid"},
        {"point": [1]},
        {"point": ["x", "y"]},
        {"sign": "1"},
        {"sign": True},
        {"sign": 10**30},
        {"kind": "vote"},
        {"reason": "x" * 301},
        {"reason": "\x00"},
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(phone: Client, broken: Any) -> None:
    item = entry(sign=1, to="installed") | broken if isinstance(broken, dict) else broken

    assert send(phone, item)["result"] == "refused"


def test_a_spare_is_bound_to_a_place_and_hung(town: Municipality, phone: Client) -> None:
    sign, site = spare_sign(town), SiteFactory.create(municipality=town)

    answer = send(phone, entry("bind", sign=sign.pk, site=site.pk, point=HERE))

    sign.refresh_from_db()
    assert answer["result"] == "recorded"
    assert (sign.site, sign.state) == (site, "installed")


def test_a_place_added_on_the_spot_takes_a_spare(town: Municipality, phone: Client) -> None:
    sign = spare_sign(town)
    SiteCategoryFactory.create(municipality=town, code="playground")
    place = entry("site", name="Leagăn nou", category="playground", point=HERE)

    made = [send(phone, place)["result"] for _ in range(2)]
    bound = send(phone, entry("bind", sign=sign.pk, site_key=place["key"], point=HERE))

    site = Site.objects.in_municipality(town).get()
    assert made == ["recorded", "already"]
    assert bound["result"] == "recorded"
    assert site.names == {"ro": "Leagăn nou"}
    assert SitePeriod.objects.get(site=site).category.code == "playground"


def test_a_new_place_outside_the_town_is_refused(town: Municipality, phone: Client) -> None:
    SiteCategoryFactory.create(municipality=town, code="playground")

    answer = send(phone, entry("site", name="X", category="playground", point=[0.0, 0.0]))

    assert answer["result"] == "refused"
    assert not Site.objects.exists()


def test_a_new_sign_takes_the_place_of_the_old_one(town: Municipality, phone: Client) -> None:
    old, fresh = printed_sign(town, state="damaged"), spare_sign(town)
    round_of(town, [old])
    RoundStop.objects.update(task="replace")

    send(phone, entry("bind", sign=fresh.pk, replaces=old.pk, point=HERE))

    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.state, fresh.state, fresh.replaces) == ("replaced", "installed", old)
    assert RoundStop.objects.get().done_on == NOW.date()


def test_a_photo_of_the_right_code_is_an_inspection(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town, state="installed")
    item = entry("inspect", sign=sign.pk)

    results = [send(phone, item, photo_of(code_of(sign)))["result"] for _ in range(2)]

    look = Inspection.objects.get()
    sign.refresh_from_db()
    assert results == ["recorded", "already"]
    assert (look.is_read, look.is_host_right, look.is_code_right) == (True, True, True)
    assert sign.state == "installed"


@pytest.mark.parametrize("forged", ["https://evil.example/S/0000000011", "https://evil.example/x"])
def test_a_foreign_code_closes_the_sign_and_alerts_the_head(
    town: Municipality, phone: Client, forged: str
) -> None:
    sign = printed_sign(town, state="installed")
    head = crew_member(town, "crew_lead")

    send(phone, entry("inspect", sign=sign.pk), photo_of(forged))

    sign.refresh_from_db()
    assert sign.state == "suspected_tampered"
    assert OutboxMessage.objects.filter(recipient=head.user.email, kind="alert").count() == 1


def test_the_code_of_another_sign_is_no_proof(town: Municipality, phone: Client) -> None:
    sign, other = printed_sign(town, state="installed"), printed_sign(town, state="installed")

    send(phone, entry("inspect", sign=sign.pk), photo_of(code_of(other)))

    look = Inspection.objects.get()
    assert (look.is_host_right, look.is_code_right) == (True, False)


def test_a_photo_without_a_code_is_kept_as_such(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town, state="installed")
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "grey").save(blank, "JPEG")

    send(phone, entry("inspect", sign=sign.pk), blank.getvalue())

    sign.refresh_from_db()
    assert Inspection.objects.get().is_read is False
    assert sign.state == "installed"


def test_a_file_that_is_no_picture_is_refused(town: Municipality, phone: Client) -> None:
    sign = printed_sign(town, state="installed")

    answer = send(phone, entry("inspect", sign=sign.pk), b"%PDF-1.4 no picture")

    assert answer["result"] == "refused"
    assert not Inspection.objects.exists()


def test_a_photo_that_comes_while_others_are_read_waits_on_the_phone(
    town: Municipality, phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "WAIT_S", 0.05)
    sign = printed_sign(town, state="installed")
    form = {
        "entry": json.dumps(entry("inspect", sign=sign.pk)),
        "photo": SimpleUploadedFile("photo.jpg", b"waits"),
    }
    with pictures._places, pictures._places, time_machine.travel(NOW, tick=False):
        answer = phone.post("/roman/crew/sync/", form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert answer.json()["result"] == "later"
    assert not Inspection.objects.exists()


def test_no_table_and_no_log_keeps_where_the_phone_was(
    town: Municipality, phone: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Numbers nobody else has are sent from everywhere; a sign without a point is the hard case."""
    caplog.set_level(logging.DEBUG)
    longitude, latitude = WEST + 0.0050123, SOUTH + 0.0050456
    printed, spare = printed_sign(town), spare_sign(town)
    site = SiteFactory.create(municipality=town)
    send(phone, entry(sign=printed.pk, to="installed", point=[longitude, latitude]))
    send(phone, entry("bind", sign=spare.pk, site=site.pk, point=[longitude, latitude]))

    assert SignEvent.objects.filter(distance_m__isnull=False).count() == 2
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT to_jsonb(row)::text FROM "{table}" row')
            kept = " ".join(text for (text,) in cursor.fetchall())
        for number in (longitude, latitude):
            assert f"{number:.7f}"[:9] not in kept, table
    assert f"{longitude:.6f}"[:9] not in caplog.text


def test_who_is_no_crew_is_refused(town: Municipality) -> None:
    press = signed_in(crew_member(town, "press"))

    assert press.get("/roman/crew/").status_code == 403
    assert press.post("/roman/crew/sync/", {}, content_type="application/json").status_code == 403


def test_who_is_signed_out_is_sent_to_sign_in(town: Municipality, client: Client) -> None:
    answer = client.post("/roman/crew/sync/", {}, content_type="application/json")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/")


def test_a_phone_without_the_token_of_its_page_is_refused(town: Municipality) -> None:
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(crew_member(town).user)
    token = phone.get("/roman/crew/data.json").json()["csrf"]
    item = entry(sign=printed_sign(town).pk, to="installed", point=HERE)
    given = {"content_type": "application/json"}

    assert phone.post("/roman/crew/sync/", item, **given).status_code == 403  # type: ignore[arg-type]
    held = phone.post("/roman/crew/sync/", item, headers={"X-CSRFToken": token}, **given)  # type: ignore[arg-type]
    assert held.json()["result"] == "recorded"


def test_a_phone_gets_its_rounds_and_all_signs(
    town: Municipality, django_assert_max_num_queries: Any
) -> None:
    member = crew_member(town)
    signs = [printed_sign(town, column / 10) for column in range(1, 6)]
    own = round_of(town, signs, member=member)
    round_of(town, [], name="Round 2", member=crew_member(town))
    printed_sign(MunicipalityFactory.create())
    phone = signed_in(member)

    with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(12):
        data = phone.get("/roman/crew/data.json").json()

    assert [row["id"] for row in data["rounds"]] == [own.pk]
    assert [row["id"] for row in data["signs"]] == [sign.pk for sign in signs]
    assert {"to": "installed", "needs": ["point"]} in data["moves"]["printed"]
    assert len(data["sites"]) == 5


def test_a_crew_of_one_office_works_at_its_places_only(town: Municipality) -> None:
    office = DepartmentFactory.create(municipality=town)
    member = crew_member(town, department=office)
    own, foreign = printed_sign(town), printed_sign(town)
    SitePeriodFactory.create(site=own.site, owner=office)
    phone = signed_in(member)

    signs = [row["id"] for row in phone.get("/roman/crew/data.json").json()["signs"]]
    results = [
        send(phone, entry(sign=sign.pk, to="installed", point=HERE))["result"]
        for sign in (own, foreign)
    ]

    assert signs == [own.pk]
    assert results == ["recorded", "refused"]


def test_a_form_without_an_entry_is_refused_with_a_sentence(
    phone: Client, town: Municipality
) -> None:
    answer = phone.post("/roman/crew/sync/")

    assert answer.status_code == 200
    assert answer.json()["result"] == "refused"
