"""Letters kept, threaded, joined, worked off; and a real conversation with a mail server."""

import datetime as dt
import io
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils.translation import override
from PIL import Image

from incidents.letter_reading import Letter
from incidents.management.commands.receive_reports import ReportController
from incidents.models import Attachment, Incident, MailDraft, Remark
from incidents.services import letters
from incidents.services.letters import LetterReport, Received, TooManyLettersError
from incidents.services.recording import Actor
from incidents.services.reporting import NewReporter
from outbox.services import enqueue_mail
from submissions.models import Submission
from tests.factories.departments import NOON
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.zones import AddressFactory, MunicipalityFactory, StreetFactory, spot
from tests.outbox.mail_server import free_port
from zones.models import Municipality

pytestmark = pytest.mark.django_db
BOX = "reports@town.example"
CLERK = Actor("clerk")


@pytest.fixture
def town() -> Municipality:
    """A town with reports."""
    return MunicipalityFactory.create(modules=["reports"])


def letter(number: int = 1, **fields: Any) -> Letter:
    """A letter of Ana."""
    given = {
        "message_id": f"{number}@home.example",
        "sender": "ana@home.example",
        "sender_name": "Ana Ionescu",
        "subject": "Bec ars",
        "text": "Nu arde becul.",
    }
    return Letter(**{**given, **fields})


def receive(town: Municipality, one: Letter, now: dt.datetime = NOON) -> Received:
    """As the receiver hands it in."""
    return letters.receive_letter(municipality=town, letter=one, own=[BOX], now=now)


def picture() -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_letter_waits_with_what_it_seems_to_be_about(town: Municipality) -> None:
    street = StreetFactory.create(municipality=town, names={"ro": "Strada Lalelelor"})
    AddressFactory.create(
        municipality=town, street=street, address_number="3", location=spot(0.5, 0.5)
    )
    lamp = CategoryFactory.create(municipality=town, words={"ro": ["bec"]})
    CategoryFactory.create(municipality=town, words={"ro": ["groapă"]})
    text = "Bună ziua,\nPe strada Lalelelor 3, nu arde becul."
    assert receive(town, letter(text=text)) is Received.WAITS
    draft = MailDraft.objects.get()
    assert (draft.proposed_category, draft.state) == (lamp, "waiting")
    assert draft.proposed_place is not None
    assert draft.proposed_place.equals_exact(spot(0.5, 0.5), 1e-6)


def test_the_place_is_proposed_in_the_language_of_the_town(town: Municipality) -> None:
    names = {"ro": "Strada Lalelelor", "en": "Tulip Street"}
    street = StreetFactory.create(municipality=town, names=names)
    AddressFactory.create(
        municipality=town, street=street, address_number="3", location=spot(0.5, 0.5)
    )
    with override("en"):
        receive(town, letter(text="Pe strada Lalelelor 3 nu arde becul."))
    assert MailDraft.objects.get().proposed_text == "Strada Lalelelor 3"


def test_a_word_of_another_language_decides_nothing_where_the_own_says_something(
    town: Municipality,
) -> None:
    lamp = CategoryFactory.create(municipality=town, words={"ro": ["bec"]})
    CategoryFactory.create(municipality=town, words={"ro": ["crengi"], "en": ["trim"]})
    receive(town, letter(text="Al treilea e-mail pe care îl trimit: nu arde un bec."))
    assert MailDraft.objects.get().proposed_category == lamp


@pytest.mark.parametrize("is_reporter", [True, False])
def test_who_forges_one_letter_does_not_speak_for_the_reporter_in_the_next(
    town: Municipality, is_reporter: bool
) -> None:
    sender = "ana@home.example" if is_reporter else "ion@home.example"
    incident = reported(town, reporter=NewReporter(name="Ana", email="ana@home.example"))
    receive(town, letter(1, sender=sender))
    letters.join_letter(draft=MailDraft.objects.get(), incident=incident, actor=CLERK, now=NOON)
    assert receive(town, letter(2, sender=sender, cites=("1@home.example",))) is Received.WAITS
    later = MailDraft.objects.waiting().get()
    assert later.incident == incident  # proposed, for a person to decide


def test_the_same_letter_is_kept_once(town: Municipality) -> None:
    assert receive(town, letter()) is Received.WAITS
    assert receive(town, letter()) is Received.KNOWN
    assert MailDraft.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [{"why_ignored": "automatic"}, {"sender": BOX}, {"sender": BOX.upper().lower()}]
)
def test_programs_and_our_own_letters_are_not_kept(
    town: Municipality, fields: dict[str, Any]
) -> None:
    assert receive(town, letter(**fields)) is Received.IGNORED
    assert not MailDraft.objects.exists()


def test_one_sender_cannot_fill_the_desk(town: Municipality) -> None:
    for number in range(letters.MOST_OF_SENDER):
        receive(town, letter(number))
    with pytest.raises(TooManyLettersError):
        receive(town, letter(99))
    assert receive(town, letter(98, sender="ion@home.example")) is Received.WAITS
    assert receive(town, letter(97), NOON + dt.timedelta(hours=2)) is Received.WAITS


def test_a_reply_to_our_letter_by_the_reporter_is_joined(town: Municipality) -> None:
    incident = reported(town, reporter=NewReporter(name="Ana", email="Ana@home.example"))
    ours = enqueue_mail(
        recipient="Ana@home.example",
        subject=f"Report {incident.reference}",
        body="A question",
        kind="report",
        now=NOON,
        queue=town.slug,
    )
    reply = letter(cites=(f"{ours.reference}@town.example",), text="Da.\n> A question")
    assert receive(town, reply) is Received.JOINED
    remark = Remark.objects.get()
    assert (remark.kind, remark.text, remark.incident) == ("reply", "Da.", incident)


@pytest.mark.parametrize(
    "case", ["another sender", "a guessed number", "a number of another town", "number only"]
)
def test_nobody_else_speaks_for_the_reporter(town: Municipality, case: str) -> None:
    incident = reported(town, reporter=NewReporter(name="Ana", email="ana@home.example"))
    other = MunicipalityFactory.create(modules=["reports"])
    ours = enqueue_mail(
        recipient="ana@home.example",
        subject=f"Report {incident.reference}",
        body="A question",
        kind="report",
        now=NOON,
        queue=other.slug if case == "a number of another town" else town.slug,
    )
    cites = {
        "another sender": (f"{ours.reference}@x",),
        "a guessed number": ("00000000-0000-4000-8000-000000000000@x",),
        "a number of another town": (f"{ours.reference}@x",),
        "number only": (),
    }[case]
    sender = "eva@evil.example" if case == "another sender" else "ana@home.example"
    forged = letter(sender=sender, cites=cites, subject=f"Re: {incident.reference}")
    assert receive(town, forged) is Received.WAITS
    assert not Remark.objects.exists()
    assert MailDraft.objects.get().incident == incident  # proposed, for a person to decide


def test_letters_of_one_thread_become_one_report(town: Municipality) -> None:
    receive(town, letter(1))
    receive(town, letter(2, cites=("1@home.example",), text="Și al doilea."))
    first, second = MailDraft.objects.order_by("pk")
    assert second.follows == first
    report = LetterReport(None, spot(0.5, 0.5), "Nu arde becul.", "PS-1", NOON.date())
    incident = letters.make_report(draft=first, report=report, actor=CLERK, now=NOON)
    second.refresh_from_db()
    assert (second.state, second.incident) == ("joined", incident)
    assert (incident.source, incident.register_number) == ("email", "PS-1")
    assert Remark.objects.get().text == "Și al doilea."


def test_pictures_come_along_and_what_is_none_is_said(town: Municipality) -> None:
    receive(town, letter(pictures=(picture(), b"no picture"), left_out=1))
    draft = MailDraft.objects.get()
    assert len(draft.pictures) == 1
    assert "2" in draft.text
    report = LetterReport(None, None, "x")
    letters.make_report(draft=draft, report=report, actor=CLERK, now=NOON)
    assert Attachment.objects.filter(role="photo").count() == 1


def test_a_letter_of_somebody_else_becomes_a_note(town: Municipality) -> None:
    incident = reported(town, reporter=NewReporter(name="Ana", email="ana@home.example"))
    receive(town, letter(sender="ion@home.example"))
    letters.join_letter(draft=MailDraft.objects.get(), incident=incident, actor=CLERK, now=NOON)
    assert Remark.objects.get().kind == "note"


def test_a_letter_is_worked_off_once(town: Municipality) -> None:
    receive(town, letter(pictures=(picture(),)))
    draft = MailDraft.objects.get()
    letters.refuse_letter(draft=draft)
    assert Submission.objects.get(kind="picture").file.name == ""
    for verb in (
        lambda: letters.refuse_letter(draft=draft),
        lambda: letters.make_report(
            draft=draft, report=LetterReport(None, None, "x"), actor=CLERK, now=NOON
        ),
        lambda: letters.join_letter(draft=draft, incident=reported(town), actor=CLERK, now=NOON),
    ):
        with pytest.raises(ValidationError) as refused:
            verb()
        assert refused.value.code == "worked_off"


def test_a_letter_never_goes_to_another_town(town: Municipality) -> None:
    receive(town, letter())
    elsewhere = reported(MunicipalityFactory.create(modules=["reports"]))
    with pytest.raises(ValidationError) as refused:
        letters.join_letter(
            draft=MailDraft.objects.get(), incident=elsewhere, actor=CLERK, now=NOON
        )
    assert refused.value.code == "elsewhere"


# --- Conversations -------------------------------------------------------------------------------


@pytest.fixture
def caller(transactional_db: None) -> Iterator[Any]:
    """The town's mail server, which hands letters over."""
    MunicipalityFactory.create(slug="town", modules=["reports"])
    server = ReportController({BOX: "town"}, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        with smtplib.LMTP("127.0.0.1", server.port) as client:
            yield client
    finally:
        server.stop()


def written(**headers: str) -> EmailMessage:
    """A letter as a mail program writes it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ana <ana@home.example>", BOX, "Bec ars"
    made["Message-ID"] = "<1@home.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Nu arde becul de pe strada mea.\n")
    return made


def test_a_mail_server_hands_a_letter_over(caller: Any) -> None:
    made = written()
    made.add_attachment(picture(), maintype="image", subtype="jpeg", filename="a.jpg")
    caller.sendmail("ana@home.example", ["Reports+x@Town.example"], made.as_bytes(policy=SMTP))
    draft = MailDraft.objects.get()
    assert (draft.sender, draft.sender_name) == ("ana@home.example", "Ana")
    assert len(draft.pictures) == 1


def test_only_our_mailboxes_are_served_one_at_a_time(caller: Any) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        caller.sendmail(
            "ana@home.example", ["postmaster@town.example"], written().as_bytes(policy=SMTP)
        )
    refused = caller.sendmail(
        "ana@home.example", [BOX, "x@y.example"], written().as_bytes(policy=SMTP)
    )
    assert list(refused) == ["x@y.example"]
    assert MailDraft.objects.count() == 1


def test_what_programs_send_is_taken_and_dropped(caller: Any) -> None:
    caller.sendmail("", [BOX], written().as_bytes(policy=SMTP))
    caller.sendmail(
        "ana@home.example", [BOX], written(Auto_Submitted="auto-replied").as_bytes(policy=SMTP)
    )
    assert not MailDraft.objects.exists()


def test_too_large_and_too_deep_is_refused_for_good(caller: Any) -> None:
    deep = b"From: a@b.example\r\n"
    for number in range(200):
        deep += f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n".encode()
    for raw in (deep, written().as_bytes(policy=SMTP) + b"x" * 1000 * 1000 * 21):
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            caller.sendmail("ana@home.example", [BOX], raw)
        assert 500 <= refused.value.smtp_code < 600
    assert not MailDraft.objects.exists()


def test_too_many_are_asked_to_come_later(caller: Any) -> None:
    for number in range(letters.MOST_OF_SENDER + 1):
        made = written()
        made.replace_header("Message-ID", f"<{number}@home.example>")
        if number < letters.MOST_OF_SENDER:
            caller.sendmail("ana@home.example", [BOX], made.as_bytes(policy=SMTP))
            continue
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            caller.sendmail("ana@home.example", [BOX], made.as_bytes(policy=SMTP))
        assert refused.value.smtp_code == 450
    assert Incident.objects.count() == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--mailbox", "nobody"],
        ["--mailbox", "a@b.example=nowhere"],
        ["--mailbox", "a@b.example=town", "--listen", "here"],
    ],
)
def test_the_command_says_what_is_wrong(options: list[str]) -> None:
    MunicipalityFactory.create(slug="town")
    with pytest.raises(CommandError) as refused:
        call_command("receive_reports", *options)
    assert refused.value.returncode == 2
