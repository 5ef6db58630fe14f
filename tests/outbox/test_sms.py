"""Text messages through a gateway: in its own shape, to which no text adds a field."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from outbox.checks import delivery_settings
from outbox.delivery import Outcome, deliver_next
from outbox.models import Outage, OutboxMessage
from outbox.retrying import OUTAGE_WAIT
from outbox.services import MOST_CODES, enqueue_sms
from tests.factories.outbox import WRITTEN_AT
from tests.outbox.http_server import HttpServer, running_http_server
from tests.outbox.mail_server import free_port

pytestmark = pytest.mark.django_db
NOW = WRITTEN_AT
PHONE = "+40712345678"


@pytest.fixture
def gateway(settings: Settings) -> Iterator[HttpServer]:
    """A gateway that the settings point to."""
    with running_http_server() as server:
        server.status = 200
        settings.MEGDAN_SMS_URL = f"http://127.0.0.1:{server.port}/send?account=7"
        settings.MEGDAN_SMS_AUTHORIZATION = "Bearer secret"
        yield server


def write(**changes: Any) -> OutboxMessage:
    """A code, changed as wanted."""
    fields = {"phone": PHONE, "text": "Codul tău: 1234-5678", "kind": "notice", "now": NOW}
    return enqueue_sms(**{**fields, **changes})


def test_the_gateway_gets_number_and_text(gateway: HttpServer) -> None:
    write()
    assert deliver_next(now=NOW) is Outcome.SENT
    posted = gateway.got[0]
    assert posted.path == "/send?account=7"
    assert posted.headers["Authorization"] == "Bearer secret"
    assert json.loads(posted.body) == {"to": PHONE, "text": "Codul tău: 1234-5678"}


@pytest.mark.parametrize("text", ['","to":"+4999', "{to}{text}{reference}", "a\nb", "😀\\"])
def test_no_text_changes_the_shape(gateway: HttpServer, settings: Settings, text: str) -> None:
    settings.MEGDAN_SMS_BODY = '{"messages": [{"to": "{to}", "body": "{text}"}], "test": false}'
    write(text=text)
    deliver_next(now=NOW)
    assert json.loads(gateway.got[0].body) == {
        "messages": [{"to": PHONE, "body": text}],
        "test": False,
    }


def test_a_gateway_may_take_a_form(gateway: HttpServer, settings: Settings) -> None:
    settings.MEGDAN_SMS_FORMAT = "form"
    settings.MEGDAN_SMS_BODY = '{"To": "{to}", "Body": "{text}", "From": "Primaria"}'
    write(text="a&To=b")
    deliver_next(now=NOW)
    fields = parse_qs(gateway.got[0].body.decode())
    assert fields == {"To": [PHONE], "Body": ["a&To=b"], "From": ["Primaria"]}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (202, Outcome.SENT),
        (302, Outcome.POSTPONED),
        (400, Outcome.GIVEN_UP),
        (401, Outcome.POSTPONED),
        (422, Outcome.GIVEN_UP),
        (429, Outcome.POSTPONED),
        (503, Outcome.POSTPONED),
    ],
)
def test_the_status_says_what_came_of_it(
    gateway: HttpServer, status: int, outcome: Outcome
) -> None:
    gateway.status = status
    message = write()
    assert deliver_next(now=NOW) is outcome
    message.refresh_from_db()
    assert PHONE not in message.last_error


@pytest.mark.parametrize("is_set", [True, False])
def test_without_a_gateway_messages_wait(settings: Settings, is_set: bool) -> None:
    settings.MEGDAN_SMS_URL = f"http://127.0.0.1:{free_port()}/" if is_set else ""
    message = write()
    assert deliver_next(now=NOW) is Outcome.UNREACHABLE
    assert deliver_next(now=NOW) is Outcome.NOTHING_DUE
    message.refresh_from_db()
    assert (message.attempts, message.next_attempt_at) == (0, NOW)
    assert Outage.objects.get().until == NOW + OUTAGE_WAIT


@pytest.mark.parametrize(
    "phone", ["", "0712345678", "+0712345678", "+40 712 345 678", "+407\n12345678", "+4071'--"]
)
def test_a_number_that_is_none_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        write(phone=phone)
    assert refusal.value.code in {"invalid_phone", "line_break"}


def test_nobody_is_bombed_with_codes() -> None:
    for number in range(MOST_CODES):
        write(kind="sign_in", now=NOW + dt.timedelta(minutes=number))
    with pytest.raises(ValidationError) as refusal:
        write(kind="sign_in", now=NOW + dt.timedelta(minutes=MOST_CODES))
    assert refusal.value.code == "too_many_codes"


def test_a_code_is_erased_once_sent(gateway: HttpServer) -> None:
    message = write(kind="sign_in", is_secret=True)
    deliver_next(now=NOW)
    message.refresh_from_db()
    assert message.body == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEGDAN_SMS_BODY", "{to} {text}"),
        ("MEGDAN_SMS_BODY", '{"to": "{to}"}'),
        ("MEGDAN_SMS_FORMAT", "xml"),
        ("MEGDAN_SMS_URL", "gateway.example"),
        ("MEGDAN_BOUNCE_DOMAIN", "bounces@town"),
    ],
)
def test_a_wrong_setting_is_named_at_start(settings: Settings, name: str, value: str) -> None:
    assert delivery_settings() == []
    setattr(settings, name, value)
    assert [name in problem.msg for problem in delivery_settings()] == [True]
