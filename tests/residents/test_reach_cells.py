"""Publishing the squares of a town: who counts, when, and what stays as it was."""

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Preference, PushSubscription
from outbox.models import PushAddress
from portal.reach import publish, publish_due, ways_of_telling
from residents.models import ReachBasis, Residence, Resident
from residents.services.reach_cells import Published, is_due, publish_reach
from tests.factories.accounts import UserFactory
from tests.factories.notifications import PreferenceFactory
from tests.factories.zones import DatasetFactory, MunicipalityFactory, spot
from zones.models import Address, Municipality, ReachCell
from zones.reach_squares import LEAST

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
NEXT_QUARTER = dt.datetime(2027, 1, 2, 12, tzinfo=dt.UTC)
BEFORE = dt.date(2026, 1, 1)


@pytest.fixture
def town() -> Municipality:
    """Five places some 700 m apart, with twenty addresses each."""
    town = MunicipalityFactory.create()
    dataset = DatasetFactory.create(municipality=town)
    Address.objects.bulk_create(
        Address(
            municipality=town,
            dataset=dataset,
            source_key=f"{place}-{number}",
            location=spot(0.3 + 0.7 * place, 0.5 + number * 0.0003),
        )
        for place in range(5)
        for number in range(20)
    )
    return town


def people(town: Municipality, place: int, number: int) -> list[Resident]:
    """So many who registered and live at the first address of a place."""
    users = UserFactory.create_batch(number)
    made = Resident.objects.bulk_create(
        Resident(municipality=town, user=one, registered_at=NOW, finished_at=NOW) for one in users
    )
    home = Address.objects.get(municipality=town, source_key=f"{place}-0")
    Residence.objects.bulk_create(
        Residence(
            resident=one, address=home, location=home.location, valid_from=BEFORE, declared_at=NOW
        )
        for one in made
    )
    return made


def told(town: Municipality, measure: str = "residents") -> dict[tuple[int, int, int], int]:
    """The published numbers of one measure."""
    cells = ReachCell.objects.in_municipality(town).of(measure)
    return {(one.level, one.column, one.row): one.count for one in cells}


def run(town: Municipality, now: dt.datetime = NOW) -> Published:
    return publish_reach(municipality=town, now=now, ways={})


def test_homes_are_told_at_once_and_people_from_two_hundred_on(town: Municipality) -> None:
    people(town, 0, 100)
    people(town, 1, 99)
    assert not run(town).people
    assert sum(told(town, "homes").values()) in range(80, 121)
    assert not told(town)
    people(town, 1, 1)
    assert run(town).people
    assert sorted(told(town).values()) == [100, 100]


def test_squares_have_the_shape_of_the_grid(town: Municipality) -> None:
    people(town, 0, 200)
    run(town)
    cell = ReachCell.objects.in_municipality(town).of("residents").get()
    metres = cell.geometry.transform(town.metric_srid, clone=True)
    assert metres.area == pytest.approx((100 * 2**cell.level) ** 2, rel=1e-6)
    assert metres.extent[:2] == pytest.approx((cell.column * 100, cell.row * 100), abs=0.01)
    assert cell.geometry.covers(Address.objects.get(source_key="0-0").location)


def test_only_residents_that_count_are_counted(town: Municipality) -> None:
    people(town, 0, 200)
    gone, unfinished, switched_off, elsewhere = people(town, 1, 4)
    Residence.objects.filter(resident=gone).update(valid_until=NOW.date())
    Resident.objects.filter(pk=unfinished.pk).update(finished_at=None)
    type(switched_off.user).objects.filter(pk=switched_off.user_id).update(is_active=False)
    Resident.objects.filter(pk=elsewhere.pk).update(municipality=MunicipalityFactory.create())
    run(town)
    kept = [one for row in ReachBasis.objects.filter(measure="residents") for one in row.members]
    assert not {gone.pk, unfinished.pk, switched_off.pk, elsewhere.pk} & set(kept)
    assert len(kept) == 200


def test_a_small_place_joins_the_rest_of_the_town_or_is_left_out(town: Municipality) -> None:
    people(town, 0, 200)
    people(town, 1, 6)
    run(town)
    assert list(told(town).values()) == [200]
    silent = ReachBasis.objects.in_municipality(town).get(measure="residents", count=0)
    assert len(silent.members) == 6


def test_people_are_told_once_a_quarter(town: Municipality) -> None:
    people(town, 0, 200)
    run(town)
    people(town, 1, 50)
    assert not run(town, NOW + dt.timedelta(30)).people
    assert list(told(town).values()) == [200]
    assert run(town, NEXT_QUARTER).people
    assert sorted(told(town).values()) == [50, 200]


def test_one_move_between_two_quarters_changes_no_row(town: Municipality) -> None:
    mover = people(town, 0, 103)[0]
    people(town, 1, 103)
    run(town)
    before = told(town)
    there = Address.objects.get(source_key="1-0")
    Residence.objects.filter(resident=mover).update(address=there, location=there.location)
    run(town, NEXT_QUARTER)
    assert told(town) == before
    assert {one.published_on for one in ReachCell.objects.of("residents")} == {NEXT_QUARTER.date()}


def test_after_five_changes_the_number_is_set_anew(town: Municipality) -> None:
    people(town, 0, 200)
    run(town)
    people(town, 0, 20)
    run(town, NEXT_QUARTER)
    assert list(told(town).values()) == [220]


def test_the_same_residents_always_give_the_same_numbers(town: Municipality) -> None:
    people(town, 0, 203)
    run(town)
    before = told(town)
    ReachBasis.objects.all().delete()
    ReachCell.objects.all().delete()
    run(town)
    assert told(town) == before


def test_each_way_is_divided_for_itself(town: Municipality) -> None:
    residents = people(town, 0, 120) + people(town, 1, 120)
    by_push = {one.user_id for one in residents[:40]} | {residents[130].user_id}
    publish_reach(municipality=town, now=NOW, ways={"push": by_push, "email": set()})
    assert list(told(town, "push").values()) == [40]
    assert told(town, "email") == told(town, "letter") == {}


def test_all_numbers_are_ten_or_more_and_multiples_of_five(town: Municipality) -> None:
    for place, number in enumerate((150, 31, 17, 12, 8)):
        people(town, place, number)
    run(town)
    assert all(count >= LEAST and count % 5 == 0 for count in told(town).values())


def test_ways_are_those_by_which_notices_go(town: Municipality) -> None:
    nothing_chosen, no_mail, phone, post = (one.user for one in people(town, 0, 4))
    PreferenceFactory.create(municipality=town, user=no_mail, by_email=False)
    PreferenceFactory.create(municipality=town, user=phone, by_push=True, by_letter=True)
    Preference.objects.create(
        municipality=town, user=post, by_email=False, by_push=True, by_letter=True, changed_at=NOW
    )
    for user, gone in ((phone, None), (post, NOW)):
        address = PushAddress.objects.create(
            endpoint=f"https://push.example/{user.pk}", created_at=NOW, gone_at=gone
        )
        PushSubscription.objects.create(
            user=user, municipality=town, address=address, service="Mozilla", agreed_at=NOW
        )
    assert ways_of_telling(town) == {
        "email": {nothing_chosen.pk, phone.pk},
        "push": {phone.pk},
        "letter": {post.pk},
    }


def test_the_night_publishes_where_it_is_due(town: Municipality) -> None:
    MunicipalityFactory.create()
    assert publish_due(now=NOW) == [town.slug]
    assert publish_due(now=NOW) == []
    people(town, 0, 200)
    assert publish_due(now=NOW) == [town.slug]
    assert not is_due(town, NOW)
    assert is_due(town, NEXT_QUARTER)
    publish(municipality=town, now=NEXT_QUARTER)
    assert not is_due(town, NEXT_QUARTER)


def test_the_command_publishes_and_names_no_number_of_people(
    town: Municipality, capsys: pytest.CaptureFixture[str]
) -> None:
    people(town, 0, 203)
    call_command("publish_reach", town.slug)
    said = capsys.readouterr().out
    assert re.fullmatch(r"homes: [1-9] squares; residents: 1 squares\n", said)
    assert "203" not in said
    with pytest.raises(CommandError) as refused:
        call_command("publish_reach", "nowhere")
    assert refused.value.returncode == 2
