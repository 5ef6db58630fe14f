"""What the desk offers: the next report, whom it may belong to, its twins, words for an answer."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from incidents.models import AnswerTemplate, Incident
from incidents.services import dialogue
from incidents.services.answering import AnswerText, pass_on, write
from incidents.services.recording import Actor
from incidents.workflow import Status
from tests.factories.departments import NOON
from tests.factories.desk import Hall, as_, desk, hall
from tests.factories.incidents import CategoryFactory, RuleFactory, RuleSetFactory
from tests.factories.zones import spot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet() -> None:
    cache.clear()


@pytest.fixture
def house() -> Hall:
    return hall()


# --- Sorting -----------------------------------------------------------------------------------


def test_the_table_shows_dangers_first_then_the_oldest_and_goes_on(house: Hall) -> None:
    danger = CategoryFactory.create(municipality=house.town, is_hazard=True)
    first, urgent = house.report(), house.report(category=danger)
    client = as_(house.someone("dispatcher"))
    assert client.get(desk(house, "sorting/")).context["case"] == urgent
    form = {"department": house.roads.pk}
    page = client.post(desk(house, f"sorting/{urgent.pk}/send/"), form, follow=True)
    assert page.context["case"] == first
    skipped = client.get(desk(house, f"sorting/?later={first.pk}"))
    assert skipped.context["case"] is None


def test_what_was_usual_is_proposed(house: Hall) -> None:
    house.sent(house.parks)
    waiting = house.report()
    page = as_(house.someone("dispatcher")).get(desk(house, "sorting/"))
    assert page.context["case"] == waiting
    assert [one.department for one in page.context["offered"]] == [house.parks]


def test_a_question_takes_the_report_off_the_table_until_the_answer(house: Hall) -> None:
    incident = house.report()
    client = as_(house.someone("dispatcher"))
    client.post(desk(house, f"sorting/{incident.pk}/ask/"), {"text": "Where?"})
    assert client.get(desk(house, "sorting/")).context["case"] is None
    dialogue.reply(incident=incident, text="There.", actor=Actor("reporter"), now=NOON)
    assert client.get(desk(house, "sorting/")).context["case"] == incident


def test_spam_and_what_is_not_the_towns_leave_the_table(house: Hall) -> None:
    spam, other = house.report(), house.report()
    client = as_(house.someone("dispatcher"))
    client.post(desk(house, f"sorting/{spam.pk}/refuse/"), {"reason": "spam"})
    client.post(desk(house, f"sorting/{other.pk}/outside/"), {})
    spam.refresh_from_db()
    other.refresh_from_db()
    assert (spam.status, other.status) == (Status.REFUSED, Status.OUTSIDE)


def test_a_report_without_a_category_gets_one_by_a_key_and_goes_where_the_rules_say(
    house: Hall,
) -> None:
    lamp = CategoryFactory.create(municipality=house.town, words={"ro": ["bec", "lampa"]})
    CategoryFactory.create(municipality=house.town, words={"ro": ["groapa"]})
    rules = RuleSetFactory.create(municipality=house.town)
    RuleFactory.create(rule_set=rules, department=house.parks, category=lamp)
    incident = house.report(words="De ieri nu arde lampa de la colt")
    Incident.objects.filter(pk=incident.pk).update(category=None)
    house.report()  # came later, so it waits its turn
    client = as_(house.someone("dispatcher"))
    (offered,) = client.get(desk(house, "sorting/")).context["offered"]
    assert (offered.category, offered.department, offered.rule) == (lamp, house.parks, None)
    client.post(desk(house, f"sorting/{incident.pk}/category/"), {"category": lamp.pk})
    incident.refresh_from_db()
    assert (incident.department, incident.status) == (house.parks, Status.OPEN)


def test_words_that_fit_nothing_propose_nothing(house: Hall) -> None:
    incident = house.report(words="La de pe")
    Incident.objects.filter(pk=incident.pk).update(category=None)
    page = as_(house.someone("dispatcher")).get(desk(house, "sorting/"))
    assert (page.context["case"], page.context["offered"]) == (incident, [])


# --- Twins -------------------------------------------------------------------------------------


def twins(client: Client, house: Hall, incident: Incident) -> list[Incident]:
    page = client.get(desk(house, f"{incident.pk}/"))
    return [one.incident for one in page.context["twins"]]


def test_reports_of_the_same_thing_are_offered_and_merged_by_one_button(house: Hall) -> None:
    mine, twin = house.sent(), house.sent()
    house.sent(house.parks)  # the same place and kind, but another department's
    house.sent(geometry=spot(0.5, 0.9))  # far away
    Incident.objects.in_municipality(house.town).update(reported_at=timezone.now())
    client = as_(house.handler())
    assert twins(client, house, mine) == [twin]
    client.post(desk(house, f"{mine.pk}/merge/"), {"leader": twin.reference})
    mine.refresh_from_db()
    assert mine.leader == twin
    assert twins(client, house, mine) == []


# --- Words for an answer -----------------------------------------------------------------------


def test_a_template_is_taken_without_a_script(house: Hall) -> None:
    given: dict[str, Any] = {"names": {"ro": "Bec"}, "texts": {"ro": "Am schimbat becul."}}
    made = AnswerTemplate.objects.create(municipality=house.town, code="lamp", **given)
    other = AnswerTemplate.objects.create(municipality=hall().town, code="lamp", **given)
    incident, client = house.sent(), as_(house.handler())
    path = desk(house, f"{incident.pk}/")
    assert ">Am schimbat becul.</textarea>" in client.get(f"{path}?template={made.pk}").text
    assert ">Am schimbat becul.</textarea>" not in client.get(f"{path}?template={other.pk}").text


def test_an_answer_on_its_way_shows_through_whose_hands_it_goes() -> None:
    house = hall(regime="ro_og27_2002")
    incident, handler = house.sent(), house.handler()
    draft = write(
        incident=incident, answer=AnswerText("Gata.", "ro", "done"), actor=handler, now=NOON
    )
    pass_on(draft=draft, actor=handler, now=NOON)
    page = as_(handler).get(desk(house, f"{incident.pk}/"))
    assert page.context["steps"] == ["draft", "head", "authority", "relations", "sent"]
    assert page.text.count('aria-current="step"') == 1
