"""Nothing is public before somebody, or the category's rule, let it out; covering is for good."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from PIL import Image

from accounts.models import User
from departments.access import Right
from departments.models import Membership
from incidents.models import Attachment, Category, Incident
from incidents.present.public import PublicReport, public_reports
from incidents.services.recording import Actor
from incidents.services.releasing import cover, hide, release, release_by_rule
from incidents.services.standing import acting
from incidents.workflow import Kind
from submissions.models import Submission
from submissions.pictures.covering import Box
from submissions.services import take_picture
from tests.factories.departments import NOON, TODAY, member
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.submissions import picture
from zones.models import Municipality

pytestmark = pytest.mark.django_db
Role = Membership.Role


def photo() -> Submission:
    return take_picture(raw=picture(side=100), origin="report", received_on=TODAY)


def shown(town: Municipality) -> list[PublicReport]:
    rows = Incident.objects.in_municipality(town).public().with_public_parts()
    return public_reports(rows, town)


def moderator(incident: Incident) -> Actor:
    user: User = member(incident.municipality, Role.MODERATOR).user
    return acting(user, incident, Right.RELEASE, NOON)


def test_nothing_is_public_before_somebody_looked() -> None:
    incident = reported(photos=[photo()])
    assert shown(incident.municipality) == []
    queue = Incident.objects.in_municipality(incident.municipality).to_release()
    assert list(queue) == [incident]


def test_a_person_lets_out_words_and_the_pictures_chosen() -> None:
    incident = reported(photos=[photo(), photo()], words="Ask Ana Pop. The lamp is dark.")
    first, second = incident.attachments.filter(role="photo").order_by("pk")
    release(
        incident=incident,
        words="Ask […]. The lamp is dark.",
        pictures=[first.pk],
        actor=moderator(incident),
        now=NOON,
    )
    (seen,) = shown(incident.municipality)
    assert seen.words == "Ask […]. The lamp is dark."
    assert [one.pk for one in seen.pictures] == [first.pk]
    second.submission.refresh_from_db()
    assert second.submission.state == Submission.State.REFUSED
    assert not Incident.objects.to_release().exists()


def test_words_can_be_covered_but_not_changed() -> None:
    incident = reported(words="The lamp is dark.")
    with pytest.raises(ValidationError) as refused:
        release(
            incident=incident,
            words="The lamp is bright.",
            pictures=[],
            actor=moderator(incident),
            now=NOON,
        )
    assert refused.value.code == "not_covered"
    assert shown(incident.municipality) == []


def test_only_a_role_that_covers_the_report_releases_it() -> None:
    incident = reported()
    stranger = member(incident.municipality, Role.CLERK).user
    with pytest.raises(PermissionDenied):
        release(
            incident=incident, words=None, pictures=[], actor=Actor("clerk", stranger), now=NOON
        )


def test_a_rule_lets_covered_words_out_and_no_picture() -> None:
    category = CategoryFactory.create(release=Category.Release.RULE)
    incident = reported(
        category.municipality,
        category=category,
        photos=[photo()],
        words="Call me on 0722 123 456, the lamp is dark.",
    )
    (seen,) = shown(incident.municipality)
    assert "0722" not in seen.words
    assert "the lamp is dark" in seen.words
    assert seen.pictures == ()
    assert list(Incident.objects.to_release()) == [incident]


def test_a_rule_may_let_pictures_out_too() -> None:
    category = CategoryFactory.create(release=Category.Release.PICTURES)
    incident = reported(category.municipality, category=category, photos=[photo()])
    assert len(shown(incident.municipality)[0].pictures) == 1


@pytest.mark.parametrize("rule", Category.Release.values)
def test_what_is_never_shown_never_is(rule: str) -> None:
    category = CategoryFactory.create(visibility=Category.Visibility.NEVER, release=rule)
    incident = reported(category.municipality, category=category)
    with pytest.raises(ValidationError) as refused:
        release(incident=incident, words="", pictures=[], actor=moderator(incident), now=NOON)
    assert refused.value.code == "never_public"
    assert shown(incident.municipality) == []
    assert not Incident.objects.to_release().exists()


def test_of_some_only_the_rough_place_is_shown() -> None:
    category = CategoryFactory.create(visibility="place", release="pictures")
    incident = reported(
        category.municipality, category=category, photos=[photo()], words="My neighbour shouts."
    )
    (seen,) = shown(incident.municipality)
    assert (seen.words, seen.pictures) == ("", ())
    assert incident.geometry is not None
    assert seen.point is not None
    assert (round(seen.point.x, 3), round(seen.point.y, 3)) == (seen.point.x, seen.point.y)


def test_hiding_takes_a_reason_and_takes_it_back() -> None:
    incident = reported()
    actor = moderator(incident)
    release(incident=incident, words=None, pictures=[], actor=actor, now=NOON)
    with pytest.raises(ValidationError):
        hide(incident=incident, why=" ", actor=actor, now=NOON)
    hide(incident=incident, why="Names a neighbour.", actor=actor, now=NOON)
    assert shown(incident.municipality) == []
    assert not Incident.objects.to_release().exists()
    assert b"neighbour" not in bytes(incident.events.get(kind=Kind.HIDDEN).body)
    assert release_by_rule(incident=incident, now=NOON) is None


def test_covering_erases_what_lay_below() -> None:
    raw = io.BytesIO()
    striped = Image.new("RGB", (200, 100), "white")
    striped.paste("black", (20, 0, 40, 100))
    striped.save(raw, "PNG")
    incident = reported(
        photos=[take_picture(raw=raw.getvalue(), origin="report", received_on=TODAY)]
    )
    attachment = incident.attachments.get(role="photo")
    before = attachment.submission
    name, storage = str(before.file.name), before.file.storage
    new = cover(
        attachment=attachment,
        boxes=[Box(0, 0, 500, 1000)],
        actor=moderator(incident),
        now=NOON,
    )
    before.refresh_from_db()
    assert (before.file.name, before.sha256) == ("", "")
    assert new.submission_id != before.pk
    with new.submission.file.open("rb") as file, Image.open(file) as seen:
        left = seen.convert("L").crop((4, 4, 90, 90)).getextrema()
    assert isinstance(left[0], float | int)
    assert isinstance(left[1], float | int)
    assert left[1] - left[0] < 6  # one flat colour where the stripe was
    assert incident.events.filter(kind=Kind.ATTACHED).exists()
    assert storage.exists(name)  # until the transaction is done


@pytest.mark.parametrize(
    "boxes", [[], [Box(0, 0, 0, 10)], [Box(900, 0, 200, 10)], [Box(-1, 0, 5, 5)]]
)
def test_parts_that_do_not_lie_in_the_picture_are_refused(boxes: list[Box]) -> None:
    incident = reported(photos=[photo()])
    attachment: Attachment = incident.attachments.get(role="photo")
    with pytest.raises(ValidationError) as refused:
        cover(attachment=attachment, boxes=boxes, actor=moderator(incident), now=NOON)
    assert refused.value.code == "box"
