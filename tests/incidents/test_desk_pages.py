"""The desk shows each person only what one hat covers, on every page, in every file and row."""

import csv
import io
from typing import Any

import pypdfium2
import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident, ReporterLook, SavedFilter
from incidents.services import dialogue
from incidents.services.answering import AnswerText, open_draft, pass_on, write
from incidents.services.merging import merge
from incidents.services.reporting import NewReporter
from incidents.workflow import Status
from tests.factories.departments import NOON
from tests.factories.desk import Hall, as_, desk, hall
from tests.factories.incidents import CategoryFactory
from tests.factories.zones import ZoneFactory, ZoneKindFactory

pytestmark = pytest.mark.django_db
WORDS = AnswerText("The lamp burns again.", "ro", "done")


@pytest.fixture(autouse=True)
def _quiet() -> None:
    cache.clear()


@pytest.fixture
def house() -> Hall:
    return hall()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def listed(client: Client, house: Hall, query: str = "") -> set[str]:
    """References in the list, which must be those on the map and in the file."""
    page = client.get(desk(house, query))
    assert page.status_code == 200
    shown = {row["one"].reference for row in page.context["rows"]}
    assert len(page.context["places"]) == len(shown)
    separator = "&" if query else "?"
    answer = client.get(desk(house, f"{query}{separator}format=csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert {row["reference"] for row in csv.DictReader(io.StringIO(text))} == shown
    return shown


# --- Who sees what -----------------------------------------------------------------------------


def test_a_handler_sees_the_reports_of_the_own_department(house: Hall) -> None:
    mine, theirs = house.sent(), house.sent(house.parks)
    client = as_(house.handler())
    assert listed(client, house) == {mine.reference}
    assert client.get(desk(house, f"{mine.pk}/")).status_code == 200
    assert client.get(desk(house, f"{theirs.pk}/")).status_code == 404


def test_a_role_for_an_area_or_a_category_sees_no_more(house: Hall) -> None:
    zone = ZoneFactory.create(kind=ZoneKindFactory.create(municipality=house.town))
    outside, inside = house.sent(), house.sent()
    Incident.objects.filter(pk=inside.pk).update(zone_ids=[zone.pk])
    client = as_(house.someone("handler", department=house.roads, areas=[zone]))
    assert listed(client, house) == {inside.reference}
    assert client.get(desk(house, f"{outside.pk}/")).status_code == 404

    narrowed = house.handler()
    other = CategoryFactory.create(municipality=house.town)
    house.town.memberships.get(user=narrowed.user).report_scopes.create(category=other)
    kept = house.sent(category=other)
    assert listed(as_(narrowed), house) == {kept.reference}


def test_a_filter_never_widens_what_is_seen(house: Hall) -> None:
    house.sent(house.parks)
    client = as_(house.handler())
    for query in (f"?department={house.parks.pk}", "?status=all", "?q=2026", "?waits=opinion"):
        assert listed(client, house, query) == set()


def test_a_handler_sees_nothing_that_is_being_sorted(house: Hall) -> None:
    incident = house.report()
    client = as_(house.handler())
    assert listed(client, house) == set()
    assert client.get(desk(house, f"{incident.pk}/")).status_code == 404
    assert client.get(desk(house, "sorting/")).status_code == 403


ACTS = [
    "assign/", "question/", "note/", "opinion/", "opinion/give/", "send/", "back/", "category/",
    "place/", "close/", "reopen/", "merge/", "unmerge/", "split/", "answer/", "answer/pass-on/",
    "answer/give-back/", "here/",
]  # fmt: skip
SORTS = ["accept", "send", "category", "ask", "refuse", "outside"]


@pytest.mark.parametrize("act", ACTS)
def test_no_button_works_for_a_report_of_another_department(house: Hall, act: str) -> None:
    theirs = house.sent(house.parks)
    before = theirs.head_seq
    answer = as_(house.handler()).post(desk(house, f"{theirs.pk}/{act}"), {"text": "x"})
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.head_seq == before


@pytest.mark.parametrize("act", SORTS)
def test_only_those_who_sort_decide_at_the_table(house: Hall, act: str) -> None:
    incident = house.report()
    path = desk(house, f"sorting/{incident.pk}/{act}/")
    assert as_(house.handler()).post(path).status_code == 403
    elsewhere = hall()
    assert as_(elsewhere.someone("dispatcher")).post(path).status_code == 403
    foreign = desk(elsewhere, f"sorting/{incident.pk}/{act}/")
    assert as_(elsewhere.someone("dispatcher")).post(foreign).status_code == 404


def test_letters_and_pictures_stay_with_the_report(house: Hall) -> None:
    theirs = house.sent(house.parks)
    actor = house.stranger()
    draft = write(incident=theirs, answer=WORDS, actor=actor, now=NOON)
    path = desk(house, f"{theirs.pk}/answer/{draft.pk}/letter/")
    assert as_(house.handler()).get(path).status_code == 404
    answer = as_(actor).get(path)
    assert answer.content.startswith(b"%PDF")
    mine = house.sent()
    crossed = desk(house, f"{mine.pk}/answer/{draft.pk}/letter/")
    assert as_(house.handler()).get(crossed).status_code == 404
    assert as_(house.handler()).get(desk(house, f"{mine.pk}/photos/1/")).status_code == 404


def test_residents_and_towns_without_reports_have_no_desk(house: Hall) -> None:
    assert Client().get(desk(house)).status_code == 302
    assert as_(house.someone("press")).get(desk(house)).status_code == 403
    handler = house.handler()
    house.town.modules = []
    house.town.save()
    assert as_(handler).get(desk(house)).status_code == 404


# --- The list ----------------------------------------------------------------------------------


def test_the_list_asks_as_often_for_thirty_reports_as_for_one(
    house: Hall, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(house.handler())
    for _number in range(12):
        house.sent()
    client.get(desk(house))
    with django_assert_max_num_queries(28):
        client.get(desk(house))


def test_a_page_of_a_report_is_bounded(
    house: Hall, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    incident, handler = house.sent(), house.handler()
    for number in range(12):
        dialogue.note(incident=incident, text=f"note {number}", actor=handler, now=NOON)
    client = as_(handler)
    client.get(desk(house, f"{incident.pk}/"))
    with django_assert_max_num_queries(45):
        assert client.get(desk(house, f"{incident.pk}/?fragment=1")).status_code == 200


def test_filters_find_by_number_place_and_state(house: Hall) -> None:
    one, two = house.sent(), house.sent()
    Incident.objects.filter(pk=two.pk).update(place_text="Strada Lungă 5", status=Status.CLOSED)
    client = as_(house.handler())
    assert listed(client, house) == {one.reference}
    assert listed(client, house, "?status=all&q=lungă") == {two.reference}
    assert listed(client, house, f"?q={one.reference}") == {one.reference}
    assert listed(client, house, "?q=1") == {one.reference}
    assert listed(client, house, "?mine=1&late=1&zone=7&category=x") == set()


def test_a_list_is_saved_and_forgotten_by_its_owner_only(house: Hall) -> None:
    handler = house.handler()
    client = as_(handler)
    client.post(desk(house, "lists/"), {"name": "Late", "query": "late=1&evil=2"})
    saved = SavedFilter.objects.get()
    assert saved.query == "late=1"
    other = as_(house.handler())
    assert other.post(desk(house, f"lists/{saved.pk}/remove/")).status_code == 404
    client.post(desk(house, f"lists/{saved.pk}/remove/"))
    assert not SavedFilter.objects.exists()


def test_many_are_done_after_a_question_and_each_by_right(house: Hall) -> None:
    mine, theirs = house.sent(), house.sent(house.parks)
    handler = house.handler()
    client = as_(handler)
    form: dict[str, Any] = {"verb": "assign", "pick": [mine.pk, theirs.pk]}
    asked = client.post(desk(house, "many/"), form)
    assert asked.context["cases"] == [mine]
    client.post(desk(house, "many/"), {**form, "sure": "1", "handler": handler.user.pk})  # type: ignore[union-attr]
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.handler, theirs.handler) == (handler.user, None)


# --- A report ----------------------------------------------------------------------------------


def test_the_reporter_is_masked_until_a_reason_is_recorded(house: Hall) -> None:
    incident, handler = house.sent(), house.handler()
    client, path = as_(handler), desk(house, f"{incident.pk}/")
    masked = client.get(path).content.decode()
    assert "ana@example.test" not in masked
    assert "Ana Pop" not in masked
    refused = client.post(path, {"reason": "curiosity"})
    assert refused.status_code == 400
    assert "ana@example.test" not in refused.content.decode()
    assert "ana@example.test" in client.post(path, {"reason": "call"}).content.decode()
    assert ReporterLook.objects.get().seen_by == handler.user


def test_a_department_asked_for_its_opinion_sees_it_but_not_the_reporter(house: Hall) -> None:
    incident, stranger = house.sent(), house.stranger()
    dialogue.ask_opinion(
        incident=incident, department=house.parks, text="Yours?", actor=house.handler(), now=NOON
    )
    client, path = as_(stranger), desk(house, f"{incident.pk}/")
    page = client.get(path)
    assert page.status_code == 200
    assert len(page.context["asked"]) == 1
    assert client.post(path, {"reason": "call"}).status_code == 403
    assert client.post(f"{path}close/", {"outcome": "done", "why": "x"}).status_code == 403
    asked = page.context["asked"][0]
    client.post(f"{path}opinion/give/", {"asked": asked.pk, "text": "Not ours."})
    assert incident.remarks.filter(kind="opinion", text="Not ours.").exists()


def test_who_has_a_report_open_is_told_to_others(house: Hall) -> None:
    incident, one, two = house.sent(), house.handler(), house.handler()
    as_(one).get(desk(house, f"{incident.pk}/"))
    answer = as_(two).post(desk(house, f"{incident.pk}/here/"))
    assert answer.json() == {"others": [str(one.user)]}


def test_buttons_go_back_to_pages_of_this_desk_only(house: Hall) -> None:
    incident = house.sent()
    client, path = as_(house.handler()), desk(house, f"{incident.pk}/note/")
    here = desk(house, "?late=1#case-1")
    assert client.post(path, {"text": "x", "next": here})["Location"] == here
    for evil in ("https://evil.test/", "//evil.test/", "/other/desk/", "/\\evil.test"):
        answer = client.post(path, {"text": "x", "next": evil})
        assert answer["Location"] == desk(house, f"{incident.pk}/")


def test_a_refusal_is_a_sentence_and_changes_nothing(house: Hall) -> None:
    incident = house.sent()
    client = as_(house.handler())
    page = client.post(
        desk(house, f"{incident.pk}/note/"),
        {"text": " "},
        follow=True,
        headers={"accept-language": "en"},
    )
    assert "Write something first." in page.content.decode()


# --- Answers -----------------------------------------------------------------------------------


def test_an_answer_goes_by_buttons_through_all_hands() -> None:
    house = hall(regime="ro_og27_2002")
    incident = house.sent()
    path = desk(house, f"{incident.pk}/answer/")
    form = {"text": "It burns again.", "outcome": "done", "legal_basis": "OG 27", "go": "1"}
    as_(house.handler()).post(path, form)
    as_(house.someone("head", department=house.roads)).post(f"{path}pass-on/")
    as_(house.someone("head")).post(f"{path}pass-on/")
    clerk = as_(house.someone("clerk"))
    page = clerk.get(desk(house, "to-send/"))
    draft = page.context["answers"][0]
    letter = clerk.get(desk(house, f"to-send/{incident.pk}/letter/{draft.pk}/"))
    assert letter.content.startswith(b"%PDF")
    clerk.post(desk(house, f"to-send/{incident.pk}/"))
    incident.refresh_from_db()
    assert incident.status == Status.ANSWERED


def test_public_relations_see_only_signed_answers() -> None:
    house = hall(regime="ro_og27_2002")
    incident, handler = house.sent(), house.handler()
    draft = write(incident=incident, answer=WORDS, actor=handler, now=NOON)
    pass_on(draft=draft, actor=handler, now=NOON)
    clerk = as_(house.someone("clerk"))
    assert not clerk.get(desk(house, "to-send/")).context["answers"]
    letter = desk(house, f"to-send/{incident.pk}/letter/{draft.pk}/")
    assert clerk.get(letter).status_code == 404
    assert clerk.post(desk(house, f"to-send/{incident.pk}/")).status_code == 403
    assert clerk.get(desk(house, f"{incident.pk}/")).status_code == 403
    kept = open_draft(incident)
    assert kept is not None
    assert kept.step == "head"


def test_heads_keep_templates_of_their_departments_only(house: Hall) -> None:
    form = {"code": "lamp", "names_ro": "Bec", "texts_ro": "Am schimbat becul.",
            "department": house.roads.pk, "is_active": "on"}  # fmt: skip
    head = as_(house.someone("head", department=house.roads))
    assert head.post(desk(house, "templates/new/"), form).status_code == 302
    wide = {**form, "code": "all", "department": ""}
    assert head.post(desk(house, "templates/new/"), wide).status_code == 400
    stolen = {**form, "code": "parks", "department": house.parks.pk}
    assert head.post(desk(house, "templates/new/"), stolen).status_code == 400
    assert as_(house.someone("head")).post(desk(house, "templates/new/"), wide).status_code == 302
    assert [one.code for one in head.get(desk(house, "templates/")).context["templates"]] == [
        "lamp"
    ]
    assert as_(house.handler()).get(desk(house, "templates/")).status_code == 403
    admin = as_(house.someone("administrator"))
    listed_all = admin.get(f"/{house.town.slug}/town/answer-templates/").context["templates"]
    assert [one.code for one in listed_all] == ["all", "lamp"]
    incident = house.sent()
    page = as_(house.handler()).get(desk(house, f"{incident.pk}/"))
    assert {one["name"] for one in page.context["templates"]} == {"Bec"}


def test_the_reporter_gets_the_letter_and_no_other_reporter_is_named(house: Hall) -> None:
    leader, handler = house.sent(), house.handler()
    told = NewReporter(name="Mihai Stan", email="mihai@example.test", language="ro")
    follower = house.sent(reporter=told)
    draft = write(incident=leader, answer=WORDS, actor=handler, now=NOON)
    unsent = f"/{house.town.slug}/track/{leader.tracking}/letter/{draft.pk}/"
    assert Client().get(unsent).status_code == 404
    merge(incident=follower, leader=leader, actor=handler, now=NOON)
    pass_on(draft=draft, actor=handler, now=NOON)
    texts = {}
    for one in (leader, follower):
        path = f"/{house.town.slug}/track/{one.tracking}/letter/{draft.pk}/"
        answer = Client().get(path)
        assert answer.status_code == 200
        texts[one.pk] = text_of(answer.content)
    assert "Mihai Stan" in texts[follower.pk]
    assert "Ana Pop" not in texts[follower.pk]
    assert leader.tracking not in texts[follower.pk]
    stranger = house.sent()
    foreign = f"/{house.town.slug}/track/{stranger.tracking}/letter/{draft.pk}/"
    assert Client().get(foreign).status_code == 404


def test_a_template_is_as_long_as_an_answer_and_no_longer(house: Hall) -> None:
    client, path = as_(house.someone("head")), desk(house, "templates/new/")
    form = {"code": "long", "names_ro": "Lung", "texts_ro": "x" * 8000, "is_active": "on"}
    assert 'maxlength="8000"' in client.get(path).content.decode()
    assert client.post(path, {**form, "texts_ro": "x" * 8001}).status_code == 400
    assert client.post(path, {**form, "texts_ro": "x\x00"}).status_code == 400
    assert client.post(path, form).status_code == 302
