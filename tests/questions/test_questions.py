"""Asking the town and answering in public: nothing that was typed ever reaches a public page."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Membership
from questions.models import Question
from questions.services import LONGEST_ASKED, Wording, publish, refuse, write
from submissions.models import Moderation, Submission
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.departments import DepartmentFactory
from tests.factories.questions import ASKED_AT, answered, asked
from tests.factories.zones import MunicipalityFactory
from zones.models import Municipality

pytestmark = pytest.mark.django_db
SECRET = "Neighbour Popescu parks on the lawn"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town() -> Municipality:
    cache.clear()
    return MunicipalityFactory.create(slug="piatra", languages=["ro", "en"])


@pytest.fixture
def moderator(client: Client, town: Municipality) -> Membership:
    member = MembershipFactory.create(municipality=town, role="moderator")
    client.force_login(member.user)
    return member


def texts(question: str = "Când?", answer: str = "Mâine.") -> dict[str, str]:
    return {"question_ro": question, "answer_ro": answer, "position": "10"}


def public_page(client: Client, query: str = "") -> str:
    return client.get(f"/piatra/questions/{query}", headers=ENGLISH).content.decode()


def test_a_question_waits_unseen(client: Client, town: Municipality) -> None:
    answer = client.post("/piatra/questions/ask/", {"text": SECRET}, follow=True)
    assert answer.status_code == 200
    row = Question.objects.get()
    assert row.state == "waiting"
    assert row.asked is not None
    assert row.asked.state == "waiting"
    assert SECRET not in public_page(client)


def test_personal_details_are_covered_before_anything_is_kept(
    client: Client, town: Municipality
) -> None:
    client.post("/piatra/questions/ask/", {"text": "Call me at 0722 123 456, please"})
    assert "0722" not in Submission.objects.get().text


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * (LONGEST_ASKED + 1)}, {"text": "a", "website": "b"}]
)
def test_what_cannot_be_taken_is_refused(
    client: Client, town: Municipality, wrong: dict[str, str]
) -> None:
    assert client.post("/piatra/questions/ask/", wrong).status_code == 422
    assert not Question.objects.exists()


def test_one_network_asks_few_questions(client: Client, town: Municipality) -> None:
    answers = [
        client.post("/piatra/questions/ask/", {"text": f"Question {number}"}).status_code
        for number in range(7)
    ]
    assert answers == [302] * 5 + [429] * 2


def test_published_in_the_towns_words_and_the_typed_ones_erased(
    client: Client, town: Municipality, moderator: Membership
) -> None:
    row = asked(town, SECRET)
    path = f"/piatra/town/questions/{row.pk}/"
    assert SECRET in client.get(path).content.decode()
    client.post(path, {**texts(), "publish": "1"})
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("public", moderator.user)
    assert row.asked is not None
    assert (row.asked.state, row.asked.text) == ("released", "")
    page = public_page(client)
    assert "Mâine." in page
    assert SECRET not in page
    assert Moderation.objects.filter(submission=row.asked).count() == 1


def test_kept_is_not_published(client: Client, town: Municipality, moderator: Membership) -> None:
    row = asked(town)
    client.post(f"/piatra/town/questions/{row.pk}/", texts())
    row.refresh_from_db()
    assert (row.state, row.answers) == ("waiting", {"ro": "Mâine."})
    assert "Mâine." not in public_page(client)


def test_a_failed_publication_keeps_nothing(
    client: Client, town: Municipality, moderator: Membership
) -> None:
    sent = {**texts(answer=""), "publish": "1"}
    assert client.post("/piatra/town/questions/add/", sent).status_code == 422
    assert not Question.objects.exists()
    client.post("/piatra/town/questions/add/", {**texts(), "publish": "1"})
    assert Question.objects.get().state == "public"


def test_refused_with_a_reason_and_taken_back(
    client: Client, town: Municipality, moderator: Membership
) -> None:
    row = asked(town, SECRET)
    path = f"/piatra/town/questions/{row.pk}/"
    client.post(path, {"refuse": "1", "reason": ""})
    row.refresh_from_db()
    assert row.state == "waiting"
    client.post(path, {"refuse": "1", "reason": "About a person"})
    row.refresh_from_db()
    assert row.asked is not None
    assert (row.state, row.asked.state, row.asked.text) == ("refused", "refused", "")
    shown = answered(town, "Unde?", "Aici.")
    client.post(f"/piatra/town/questions/{shown.pk}/", {"refuse": "1", "reason": "Wrong"})
    assert "Aici." not in public_page(client)


def test_what_was_published_from_a_typed_question_can_be_taken_back(town: Municipality) -> None:
    row, actor = asked(town), UserFactory.create()
    wording = Wording({"ro": "Când?"}, {"ro": "Mâine."})
    write(municipality=town, wording=wording, now=ASKED_AT, question=row)
    publish(question=row, actor=actor, now=ASKED_AT)
    refuse(question=row, reason="Wrong", actor=actor, now=ASKED_AT)
    publish(question=row, actor=actor, now=ASKED_AT)
    row.refresh_from_db()
    assert row.state == "public"


def test_order_and_search(client: Client, town: Municipality) -> None:
    answered(town, "Al doilea?", "Da, lampa.", 20)
    answered(town, "Primul?", "Nu.", 10)
    page = public_page(client)
    assert page.index("Primul?") < page.index("Al doilea?")
    found = public_page(client, "?q=LAMPA")
    assert "Al doilea?" in found
    assert "Primul?" not in found
    assert "Nothing holds these words" in public_page(client, "?q=%00zzz")


def test_another_town_sees_and_answers_nothing(client: Client, town: Municipality) -> None:
    other = MunicipalityFactory.create(slug="elsewhere")
    row = answered(other, "Where?", "There.")
    assert "There." not in public_page(client)
    client.force_login(MembershipFactory.create(municipality=town).user)
    assert client.get(f"/piatra/town/questions/{row.pk}/").status_code == 404
    foreign = Wording({"ro": "a"}, {"ro": "b"}, DepartmentFactory.create(municipality=other))
    with pytest.raises(ValidationError) as refused:
        write(municipality=town, wording=foreign, now=ASKED_AT)
    assert refused.value.code == "foreign"


def test_nothing_public_without_an_answer(town: Municipality) -> None:
    row = asked(town)
    with pytest.raises(ValidationError):
        publish(question=row, actor=UserFactory.create(), now=ASKED_AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=row.pk).update(state="public")


def test_lists_ask_as_much_for_many_as_for_one(
    client: Client,
    town: Municipality,
    moderator: Membership,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    paths = ("/piatra/questions/", "/piatra/town/questions/?state=public")
    answered(town, "0?", "0.")
    counts = []
    for path in paths:
        with django_assert_max_num_queries(14) as one:
            client.get(path)
        counts.append(len(one))
    for number in range(1, 12):
        answered(town, f"{number}?", f"{number}.")
    for path, most in zip(paths, counts, strict=True):
        with django_assert_max_num_queries(most):
            client.get(path)
