"""The practice copy of a town: complete, apart from the town, and gone without a trace."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from departments.models import Membership
from incidents.models import Incident, IncidentEvent
from incidents.services.ledger import publish_town
from incidents.signing import make_key
from outbox.models import OutboxMessage
from portal.practice.copying import COPIED
from portal.practice.making import STEPS, make_practice, remove_practice, work_on_next_order
from residents.models import Resident
from sign_registry.models import Sign
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.zones import MunicipalityFactory
from tests.permissions.matrix import entries
from tests.whole_town import Town, town_with
from zones.models import Municipality, PracticeOrder
from zones.services.practice_orders import MOST_ATTEMPTS, claim_order, order_practice

pytestmark = pytest.mark.django_db
HTML = {"accept": "text/html"}


@pytest.fixture
def town() -> Town:
    """A town with one row of everything."""
    return town_with("Piatra", "piatra")


@pytest.fixture
def practice(town: Town) -> Municipality:
    """Its copy."""
    return made(town.row)


@pytest.fixture
def office(client: Client, town: Town) -> Client:
    """The browser of the town's administrator."""
    client.force_login(town.administrator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def made(town: Municipality) -> Municipality:
    """The copy of a town, made now."""
    make_practice(town=town, now=timezone.now(), say=lambda _done: None)
    return Municipality.objects.get(practice_of=town)


def rows_everywhere() -> Iterator[tuple[str, int]]:
    """How many rows each table holds, but orders and sequences of framework tables."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed:
            yield model._meta.db_table, model._base_manager.count()


def test_the_register_is_copied_whole_and_links_stay_inside(
    town: Town, practice: Municipality
) -> None:
    for one in COPIED:
        assert one.own_rows(practice).count() == one.own_rows(town.row).count(), one.table
        for field in one.model._meta.concrete_fields:
            links = [row for row in COPIED if row.model is field.related_model]
            if links:
                numbers = set(one.own_rows(practice).values_list(field.attname, flat=True))
                own = set(links[0].own_rows(practice).values_list("pk", flat=True))
                assert numbers - {None} <= own, f"{one.table}.{field.attname}"
    assert COPIED[0].own_rows(practice).exists()
    assert Membership.objects.in_municipality(practice).filter(user=town.administrator).exists()


def test_nothing_of_the_people_comes_along(town: Town, practice: Municipality) -> None:
    own = Resident.objects.in_municipality(practice).select_related("user")
    assert own.exists()
    assert all(one.user.email.endswith(".invalid") for one in own)
    assert not Sign.objects.in_municipality(practice).exists()
    words = {str(row) for row in Incident.objects.in_municipality(town.row)}
    assert words.isdisjoint(str(row) for row in Incident.objects.in_municipality(practice))


def test_making_it_again_makes_it_anew(town: Town, practice: Municipality) -> None:
    counts = dict(rows_everywhere())
    again = made(town.row)
    assert again.pk != practice.pk
    assert dict(rows_everywhere()) == counts


def test_removing_leaves_every_table_as_it_was(town: Town) -> None:
    make_key()
    before = dict(rows_everywhere())
    copy = made(town.row)
    publish_town(municipality=copy, now=timezone.now())
    assert IncidentEvent.objects.filter(incident__municipality=copy).exists()
    assert remove_practice(town=town.row)
    assert dict(rows_everywhere()) == before
    assert not remove_practice(town=town.row)


def test_the_database_removes_no_real_town(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT zones_remove_practice(%s)", [town.row.pk])


def test_no_town_can_be_turned_into_a_copy(town: Town) -> None:
    other = MunicipalityFactory.create()
    with pytest.raises(IntegrityError, match="stays what it is"), transaction.atomic():
        Municipality.objects.filter(pk=town.row.pk).update(
            practice_of=other, slug="piatra-practice"
        )


def test_a_sealed_report_moved_into_the_copy_is_not_lost(
    town: Town, practice: Municipality
) -> None:
    make_key()
    publish_town(municipality=town.row, now=timezone.now())
    Incident.objects.in_municipality(town.row).update(municipality=practice)
    with pytest.raises(IntegrityError, match="sealed by another town"), transaction.atomic():
        remove_practice(town=town.row)


def test_the_name_of_copies_is_kept_for_copies(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MunicipalityFactory.create(slug="other", practice_of=town.row)
    with pytest.raises(ValidationError, match="address of the program"):
        MunicipalityFactory.build(slug="any-practice").full_clean()


def test_a_copy_has_no_copy(practice: Municipality) -> None:
    with pytest.raises(ValidationError) as refused:
        made(practice)
    assert refused.value.code == "nested"


# -- who sees it ---------------------------------------------------------------------------------


def addresses(slug: str) -> list[str]:
    """Every address of a town that takes nothing but the town."""
    found = []
    for route, entry in entries().items():
        if route.count("<") == 1 and "<slug:slug>/" in route and entry.get != "-":
            found.append("/" + route.replace("<slug:slug>", slug))
    return found


def test_strangers_are_asked_to_sign_in_or_told_nothing(
    client: Client, practice: Municipality
) -> None:
    paths = addresses(practice.slug)
    assert len(paths) > 60
    for path in paths:
        assert client.get(path).status_code == 404, path
        page = client.get(path, headers=HTML)
        assert (page.status_code, page["Location"].split("?")[0]) == (302, "/accounts/"), path
        assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_others_who_are_signed_in_find_nothing(client: Client, practice: Municipality) -> None:
    elsewhere = MembershipFactory.create(municipality=MunicipalityFactory.create())
    for user in (UserFactory.create(), elsewhere.user):
        client.force_login(user)
        for path in addresses(practice.slug):
            assert client.get(path, headers=HTML).status_code == 404, path


def test_staff_see_the_frame_on_every_page(office: Client, practice: Municipality) -> None:
    for path in ("", "staff/", "town/", "zones/", "practice/mail/"):
        answer = office.get(f"/{practice.slug}/{path}", headers=HTML)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert 'class="practice-frame"' in page
        assert 'aria-label="Practice copy"' in page
        assert 'href="/piatra/"' in page
        assert 'content="noindex"' in page
        assert "private" in answer["Cache-Control"]
    assert "practice-frame" not in office.get("/piatra/staff/").content.decode()


def test_lists_for_everybody_leave_it_out(client: Client, practice: Municipality) -> None:
    for path in ("/", "/sitemap.xml"):
        assert practice.slug not in client.get(path).content.decode(), path


# -- the page of the town office -----------------------------------------------------------------


def test_an_order_is_carried_out_by_the_worker(office: Client, town: Town) -> None:
    page = "/piatra/town/practice/"
    assert office.post(page, {"wish": "make"}).status_code == 302
    assert 'data-watch="/piatra/town/practice/state.json"' in office.get(page).content.decode()
    state = office.get(f"{page}state.json").json()
    assert (state["isWorking"], state["done"], state["total"]) == (True, 0, STEPS)
    assert office.post(page, {"wish": "remove"}).status_code == 422  # one thing at a time
    assert work_on_next_order()
    assert not work_on_next_order()
    assert not office.get(f"{page}state.json").json()["isWorking"]
    assert "Start over" in office.get(page).content.decode()
    assert Municipality.objects.filter(practice_of=town.row).exists()


def test_what_is_lost_has_to_be_confirmed(
    office: Client, town: Town, practice: Municipality
) -> None:
    page = "/piatra/town/practice/"
    for wish in ("make", "remove"):
        answer = office.post(page, {"wish": wish})
        assert answer.status_code == 422
        assert "Confirm that what was practised is lost." in answer.content.decode()
    assert office.post(page, {"wish": "eat", "sure": "yes"}).status_code == 422
    assert office.post(page, {"wish": "remove", "sure": "yes"}).status_code == 302
    assert work_on_next_order()
    assert not Municipality.objects.filter(practice_of=town.row).exists()


def test_an_order_that_stops_workers_is_given_up(town: Town) -> None:
    order = order_practice(
        municipality=town.row, wish="make", actor=town.administrator, now=timezone.now()
    )
    PracticeOrder.objects.filter(pk=order.pk).update(attempts=MOST_ATTEMPTS)
    assert work_on_next_order()
    order.refresh_from_db()
    assert (order.state, order.problem) == ("failed", "stopped")
    assert claim_order(now=timezone.now()) is None


def test_the_copy_has_no_page_for_copies(office: Client, practice: Municipality) -> None:
    assert office.get(f"/{practice.slug}/town/practice/").status_code == 404
    assert office.get("/piatra/practice/mail/").status_code == 404


# -- its letters ---------------------------------------------------------------------------------


def test_letters_are_read_in_the_copy_and_only_its_own(
    office: Client, town: Town, practice: Municipality
) -> None:
    own = OutboxMessage.objects.in_queue(practice.slug)
    assert own.count() == OutboxMessage.objects.filter(queue__endswith="-practice").count()
    assert office.get(f"/{practice.slug}/practice/mail/").status_code == 200
    real = OutboxMessage.objects.create(
        queue="piatra",
        recipient="maria@example.org",
        subject="Real",
        body="Real",
        kind="test",
        created_at=timezone.now(),
        next_attempt_at=timezone.now(),
    )
    assert office.get(f"/{practice.slug}/practice/mail/{real.pk}/").status_code == 404
    OutboxMessage.objects.filter(pk=real.pk).update(queue=practice.slug)
    page = office.get(f"/{practice.slug}/practice/mail/{real.pk}/").content.decode()
    assert "maria@example.org" in page


# -- the command ---------------------------------------------------------------------------------


def test_the_command_makes_and_removes(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("practice_copy", "piatra")
    assert "/piatra-practice/staff/" in capsys.readouterr().out
    noted = PracticeOrder.objects.get(municipality=town.row)
    assert (noted.state, noted.report["invented"]["people"]) == ("done", 60)
    call_command("practice_copy", "piatra", "--remove")
    assert "Removed." in capsys.readouterr().out
    call_command("practice_copy", "piatra", "--remove")
    assert "There was no practice copy." in capsys.readouterr().out
