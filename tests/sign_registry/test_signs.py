"""What people do with signs: every move is written down, and only what is meant can be done."""

import datetime as dt
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from departments.models import Membership
from sign_registry.models import Sign, SignCode, SignEvent
from sign_registry.services.codes import GRACE, issue_missing_codes
from sign_registry.services.moves import Trace
from sign_registry.services.signs import (
    approve_signs,
    bind_spare,
    mark_printed,
    move_sign,
    move_signs,
    plan_sign,
    plan_signs,
    plan_spare,
    replace_code,
)
from sign_registry.workflow import IllegalTransition
from submissions.models import Submission
from tests.factories.accounts import MembershipFactory
from tests.factories.signs import SignCodeFactory, SignFactory, sign_in
from tests.factories.sites import SiteFactory, VehicleFactory
from tests.factories.zones import MunicipalityFactory, spot

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 22, 30, tzinfo=dt.UTC)  # already the third in Bucharest
HERE = spot(0.5, 0.5)
NEAR_BY = Point(HERE.x, HERE.y + 0.0002, srid=4326)  # 22 m
FAR_AWAY = Point(HERE.x, HERE.y + 0.001, srid=4326)  # 111 m
Role = Membership.Role


def member(sign: Sign, role: str = Role.CREW_LEAD) -> Membership:
    return MembershipFactory.create(municipality=sign.municipality, role=role)


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(error.value.code)


# --- Planning and approving ----------------------------------------------------------------------


def test_signs_of_a_town_are_numbered_in_turn_and_their_planning_is_written_down() -> None:
    town = MunicipalityFactory.create()
    site = SiteFactory.create(municipality=town)
    first = plan_sign(municipality=town, site=site, purpose="rating", now=NOW, actor=None)
    second = plan_sign(municipality=town, site=site, purpose="report", now=NOW, actor=None)
    assert [first.number, second.number] == [1, 2]
    assert list(second.events.values_list("from_state", "to_state")) == [("", "planned")]


def test_sites_that_have_a_sign_get_no_second_one() -> None:
    town = MunicipalityFactory.create()
    sites = SiteFactory.create_batch(3, municipality=town)
    SignFactory.create(site=sites[0], number=7)
    SignFactory.create(site=sites[1], number=8, state="retired")
    planned = plan_signs(municipality=town, sites=sites, purpose="rating", now=NOW, actor=None)
    assert {(sign.site, sign.number) for sign in planned} == {(sites[1], 9), (sites[2], 10)}


@pytest.mark.parametrize("closed_on", [dt.date(2026, 1, 1), None])
def test_closed_place_and_place_of_another_town_get_no_sign(closed_on: dt.date | None) -> None:
    site = SiteFactory.create(closed_on=closed_on)
    town = site.municipality if closed_on else MunicipalityFactory.create()
    with pytest.raises(ValidationError) as error:
        plan_sign(municipality=town, site=site, purpose="rating", now=NOW, actor=None)
    assert code_of(error) == "site_closed"


def test_office_approves_what_is_planned_and_leaves_the_rest() -> None:
    planned, printed, foreign = SignFactory.create(), sign_in("printed"), SignFactory.create()
    printed.municipality = planned.municipality
    printed.save()
    approved = approve_signs(
        municipality=planned.municipality,
        signs=[planned, printed, foreign],
        actor=member(planned),
        now=NOW,
    )
    assert approved == 1
    states = Sign.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["approved", "printed", "planned"]


def test_crew_does_not_approve() -> None:
    sign = SignFactory.create()
    with pytest.raises(PermissionDenied):
        approve_signs(
            municipality=sign.municipality, signs=[sign], actor=member(sign, Role.CREW), now=NOW
        )


# --- Moving --------------------------------------------------------------------------------------


def test_hanging_a_sign_keeps_the_distance_and_not_the_point() -> None:
    sign = sign_in("printed", mount_point=HERE)
    crew = member(sign, Role.CREW)
    event = move_sign(sign=sign, to="installed", actor=crew, now=NOW, point=NEAR_BY)
    assert (event.from_state, event.actor, sign.state) == ("printed", crew, "installed")
    assert event.distance_m == pytest.approx(22.2, abs=0.3)
    sign.refresh_from_db()
    assert (sign.mount_point, sign.installed_on) == (HERE, dt.date(2026, 3, 3))
    assert not [field.name for field in SignEvent._meta.fields if "point" in field.name]


def test_sign_without_a_point_of_its_own_is_measured_from_its_site_and_gets_that_point() -> None:
    sign = sign_in("printed")
    event = move_sign(sign=sign, to="installed", actor=member(sign), now=NOW, point=NEAR_BY)
    assert event.distance_m == pytest.approx(22.2, abs=0.3)
    assert sign.mount_point == HERE


def test_sign_in_a_bus_needs_no_point() -> None:
    sign = sign_in("printed", site=VehicleFactory.create())
    event = move_sign(sign=sign, to="installed", actor=member(sign), now=NOW)
    assert event.distance_m is None
    assert Sign.objects.get().mount_point is None


@pytest.mark.parametrize(
    ("start", "to", "given", "code"),
    [
        ("printed", "installed", {}, "needs_point"),
        ("printed", "installed", {"point": FAR_AWAY}, "needs_reason"),
        ("installed", "retired", {"reason": "  "}, "needs_reason"),
        ("suspected_tampered", "installed", {}, "needs_photo"),
    ],
)
def test_move_that_lacks_something_is_refused(
    start: str, to: str, given: dict[str, object], code: str
) -> None:
    sign = sign_in(start)
    with pytest.raises(ValidationError) as error:
        move_sign(sign=sign, to=to, actor=member(sign), now=NOW, **given)  # type: ignore[arg-type]
    assert code_of(error) == code
    assert not SignEvent.objects.exists()


def test_reason_stands_in_for_a_phone_that_cannot_find_itself() -> None:
    sign = sign_in("printed")
    event = move_sign(
        sign=sign, to="installed", actor=member(sign), now=NOW, reason="Inside, no signal"
    )
    assert (event.distance_m, event.reason) == (None, "Inside, no signal")


def test_photo_clears_a_suspicion() -> None:
    sign = sign_in("suspected_tampered")
    photo = Submission.objects.create(
        kind="text", origin="crew", received_on=NOW.date(), state="internal", text="stands in"
    )
    event = move_sign(sign=sign, to="installed", actor=member(sign), now=NOW, photo=photo)
    assert event.photo == photo


def test_spare_must_know_its_place_first() -> None:
    sign = sign_in("printed", site=None, municipality=MunicipalityFactory.create())
    with pytest.raises(ValidationError) as error:
        move_sign(sign=sign, to="installed", actor=member(sign), now=NOW, point=HERE)
    assert code_of(error) == "no_site"


def test_move_out_of_the_table_is_refused() -> None:
    sign = SignFactory.create()
    with pytest.raises(IllegalTransition):
        move_sign(sign=sign, to="installed", actor=member(sign), now=NOW, point=HERE)


@pytest.mark.parametrize("role", [Role.CREW, Role.PRESS, Role.OWNER])
def test_retiring_is_for_the_office(role: str) -> None:
    sign = sign_in("installed")
    with pytest.raises(PermissionDenied):
        move_sign(sign=sign, to="retired", actor=member(sign, role), now=NOW, reason="Gone")


def test_staff_of_another_town_move_nothing() -> None:
    sign = sign_in("installed")
    with pytest.raises(PermissionDenied):
        move_sign(sign=sign, to="damaged", actor=MembershipFactory.create(), now=NOW)


def test_install_link_hangs_a_sign_and_does_nothing_else() -> None:
    sign = sign_in("printed")
    event = move_sign(
        sign=sign, to="installed", actor=None, actor_label="Mayor", now=NOW, point=HERE
    )
    assert (event.actor, event.actor_label) == (None, "Mayor")
    with pytest.raises(PermissionDenied):
        move_sign(sign=sign, to="missing", actor=None, actor_label="Mayor", now=NOW)


def test_move_that_arrives_twice_is_made_once() -> None:
    sign, key = sign_in("printed"), uuid.uuid4()
    crew = member(sign, Role.CREW)
    events = [
        move_sign(sign=sign, to="installed", actor=crew, now=NOW, point=HERE, key=key)
        for _ in range(2)
    ]
    assert events[0] == events[1]
    assert SignEvent.objects.count() == 1


def test_key_of_another_move_is_refused() -> None:
    first, other, key = sign_in("printed"), sign_in("printed"), uuid.uuid4()
    move_sign(sign=first, to="installed", actor=member(first), now=NOW, point=HERE, key=key)
    with pytest.raises(ValidationError) as error:
        move_sign(sign=other, to="installed", actor=member(other), now=NOW, point=HERE, key=key)
    assert code_of(error) == "key_used"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (NOW - dt.timedelta(hours=5), NOW - dt.timedelta(hours=5)),
        (NOW + dt.timedelta(days=2), NOW),
        (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), NOW - dt.timedelta(days=31)),
    ],
)
def test_clock_of_a_phone_is_believed_within_reason(said: dt.datetime, kept: dt.datetime) -> None:
    sign = sign_in("installed")
    event = move_sign(sign=sign, to="damaged", actor=member(sign), now=NOW, happened_at=said)
    assert (event.happened_at, event.recorded_at) == (kept, NOW)


def printed_in_one_town(count: int) -> list[Sign]:
    town = MunicipalityFactory.create()
    return [sign_in("printed", site=SiteFactory.create(municipality=town)) for _ in range(count)]


def test_many_signs_are_moved_as_one_would_be() -> None:
    *signs, alone = printed_in_one_town(3)
    lead = member(alone)
    town = alone.municipality
    moves = [(sign, Trace(lead, NOW, point=NEAR_BY, reason="By the door")) for sign in signs]
    events = move_signs(municipality=town, moves=moves, to="installed")
    events.append(
        move_sign(
            sign=alone, to="installed", actor=lead, now=NOW, point=NEAR_BY, reason="By the door"
        )
    )
    told = [
        (one.from_state, one.to_state, one.actor, one.recorded_at, one.distance_m, one.reason)
        for one in SignEvent.objects.filter(pk__in=[event.pk for event in events])
    ]
    assert len(told) == 3
    assert len(set(told)) == 1
    for sign in (*signs, alone):
        held = (sign.state, sign.installed_on, sign.mount_point)
        sign.refresh_from_db()
        assert held == (sign.state, sign.installed_on, sign.mount_point)
        assert held == ("installed", dt.date(2026, 3, 3), HERE)


def test_many_signs_take_as_many_questions_as_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    signs = printed_in_one_town(12)
    trace = Trace(member(signs[0]), NOW, point=NEAR_BY)
    with django_assert_max_num_queries(8):
        move_signs(
            municipality=signs[0].municipality,
            moves=[(sign, trace) for sign in signs],
            to="installed",
        )


def test_of_many_moves_none_is_made_if_one_is_refused() -> None:
    first, second = printed_in_one_town(2)
    lead = member(first)
    moves = [(first, Trace(lead, NOW, point=NEAR_BY)), (second, Trace(lead, NOW, point=FAR_AWAY))]
    with pytest.raises(ValidationError) as refused:
        move_signs(municipality=first.municipality, moves=moves, to="installed")
    assert code_of(refused) == "needs_reason"
    assert Sign.objects.in_state("printed").count() == 2
    assert not SignEvent.objects.filter(to_state="installed").exists()


def test_signs_of_another_town_are_not_among_the_many() -> None:
    own, foreign = sign_in("printed"), sign_in("printed")
    moves = [(foreign, Trace(member(foreign), NOW, point=NEAR_BY))]
    assert move_signs(municipality=own.municipality, moves=moves, to="installed") == []
    foreign.refresh_from_db()
    assert foreign.state == "printed"


def test_sign_on_hold_goes_back_only_to_what_it_was() -> None:
    sign = sign_in("installed")
    office = member(sign)
    move_sign(sign=sign, to="on_hold", actor=office, now=NOW, reason="Being repaved")
    with pytest.raises(IllegalTransition):
        move_sign(sign=sign, to="approved", actor=office, now=NOW)
    move_sign(sign=sign, to="installed", actor=office, now=NOW)
    assert Sign.objects.get().state == "installed"


def test_events_cannot_be_changed() -> None:
    event = move_sign(
        sign=(sign := sign_in("installed")), to="damaged", actor=member(sign), now=NOW
    )
    event.reason = "Something else"
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        event.save()


# --- Codes ---------------------------------------------------------------------------------------


def test_sign_gets_one_living_code_and_keeps_it() -> None:
    signs = SignFactory.create_batch(3)
    first = issue_missing_codes(signs=signs, now=NOW)
    again = issue_missing_codes(signs=signs, now=NOW)
    assert first == again
    assert len({code.token for code in first.values()}) == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        SignCodeFactory.create(sign=signs[0])


def test_code_tells_nothing_of_the_number_of_its_sign() -> None:
    signs = SignFactory.create_batch(12)
    codes = issue_missing_codes(signs=signs, now=NOW)
    tokens = [codes[sign.pk].token for sign in signs]
    assert tokens not in (sorted(tokens), sorted(tokens, reverse=True))


def test_used_code_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    used, fresh = SignCodeFactory.create(), SignFactory.create()
    drawn = iter([used.token, "000000001"])
    monkeypatch.setattr("sign_registry.services.codes.new_code", lambda: next(drawn))
    assert issue_missing_codes(signs=[fresh], now=NOW)[fresh.pk].token == "000000001"


@pytest.mark.parametrize(("state", "grace"), [("installed", NOW + GRACE), ("missing", None)])
def test_new_code_leaves_the_old_one_a_grace_only_where_it_still_hangs(
    state: str, grace: dt.datetime | None
) -> None:
    sign = sign_in(state)
    old = sign.codes.get()
    new = replace_code(sign=sign, actor=member(sign), now=NOW, reason="A photo goes round")
    old.refresh_from_db()
    assert (old.ended_at, old.grace_until) == (NOW, grace)
    assert (Sign.objects.get().state, new.ended_at) == ("approved", None)
    assert set(SignCode.objects.accepted(NOW)) == ({old, new} if grace else {new})
    assert set(SignCode.objects.accepted(NOW + GRACE)) == {new}


def test_code_of_a_sign_that_has_ended_is_not_replaced() -> None:
    sign = sign_in("retired")
    with pytest.raises(IllegalTransition):
        replace_code(sign=sign, actor=member(sign), now=NOW, reason="Lost")


def test_retired_sign_loses_its_code_at_once() -> None:
    sign = sign_in("installed")
    move_sign(sign=sign, to="retired", actor=member(sign), now=NOW, reason="The place is gone")
    assert not SignCode.objects.accepted(NOW).exists()


# --- Spares --------------------------------------------------------------------------------------


def spare(**fields: object) -> Sign:
    (sign,) = plan_spare(
        municipality=MunicipalityFactory.create(), purpose="rating", now=NOW, actor=None
    )
    issue_missing_codes(signs=[sign], now=NOW)
    mark_printed(signs=[sign], now=NOW, actor=None)
    return sign


def test_spare_is_bound_and_hung_in_one_act() -> None:
    sign, key = spare(), uuid.uuid4()
    site = SiteFactory.create(municipality=sign.municipality)
    crew = member(sign, Role.CREW)
    for _ in range(2):
        bind_spare(sign=sign, site=site, actor=crew, now=NOW, point=NEAR_BY, key=key)
    bound = Sign.objects.get()
    assert (bound.site, bound.state, bound.mount_point) == (site, "installed", HERE)
    moves = bound.events.order_by("pk").values_list("to_state", flat=True)
    assert list(moves) == ["planned", "approved", "printed", "installed"]


def test_spare_in_place_of_an_old_sign_replaces_it() -> None:
    new = spare()
    site = SiteFactory.create(municipality=new.municipality)
    old = sign_in("damaged", site=site, number=99)
    crew = member(new, Role.CREW)
    bind_spare(sign=new, site=site, actor=crew, now=NOW, point=HERE, key=uuid.uuid4(), replaces=old)
    old.refresh_from_db()
    assert (old.state, old.replaced_by) == ("replaced", new)
    assert old.codes.get().grace_until == NOW + GRACE


def test_bound_spare_goes_nowhere_else() -> None:
    sign = sign_in("printed")
    other = SiteFactory.create(municipality=sign.municipality)
    with pytest.raises(ValidationError) as error:
        bind_spare(sign=sign, site=other, actor=member(sign), now=NOW, point=HERE, key=None)
    assert code_of(error) == "already_bound"


def test_spare_is_not_bound_to_a_place_of_another_town() -> None:
    sign = spare()
    with pytest.raises(ValidationError):
        bind_spare(
            sign=sign, site=SiteFactory.create(), actor=member(sign), now=NOW, point=HERE, key=None
        )
    assert Sign.objects.get().site is None
