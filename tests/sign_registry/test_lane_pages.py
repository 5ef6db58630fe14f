"""Pages behind signs: what each code opens, in which language, how heavy, with which headers."""

import datetime as dt
import gzip
import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from PIL import Image

from sign_registry.installation import answer, installation_id
from sign_registry.lane import in_front_of, scenes
from sign_registry.models import CommentInbox, RatingInbox, ReasonInbox
from tests.factories.departments import WorksFactory
from tests.factories.satisfaction import figure_of
from tests.factories.signs import SignCodeFactory, code_number
from tests.factories.sites import ReasonTagFactory, SitePeriodFactory
from tests.sign_registry.lane_visitor import NOW, Visitor, hung_sign, shape_of, site_of, token_of
from zones.models import Municipality

HOUR = dt.timedelta(hours=1)
HEAVIEST = 30_000


def test_the_page_asks_one_question_with_ten_answers_and_none_chosen(visitor: Visitor) -> None:
    page = visitor.get(f"/S/{token_of(hung_sign())}?lang=en").text
    assert "<legend>How good is this place?</legend>" in page
    assert len(re.findall(r'<input type="radio" name="score"', page)) == 10
    assert " checked" not in page
    assert "8 of 10, good" in page


def test_nobody_is_told_the_score_before_voting(visitor: Visitor) -> None:
    sign = hung_sign()
    figure_of(site_of(sign), score=7.3)
    page = visitor.get(f"/S/{token_of(sign)}?lang=en").text
    assert "7.3" not in page
    assert "/sites/" not in page


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "ro-RO,ro;q=0.9,en;q=0.8", "ro"),
        ("", "de,en;q=0.5,bg;q=0.7", "bg"),
        ("", "de", "ro"),
        ("", ";;;,\x00", "ro"),
        ("?lang=en", "ro", "en"),
        ("?lang=xx", "bg", "bg"),
        ("?counter=1", "bg", "ro"),
    ],
)
def test_the_page_speaks_the_readers_language(
    visitor: Visitor, query: str, header: str, language: str
) -> None:
    path = f"/S/{token_of(hung_sign())}{query}"
    page = visitor.get(path, HTTP_ACCEPT_LANGUAGE=header).text
    assert f'<html lang="{language}"' in page


def test_the_page_weighs_less_than_30_kilobytes_with_all_its_files(visitor: Visitor) -> None:
    reply = visitor.get(f"/S/{token_of(hung_sign())}", HTTP_ACCEPT_LANGUAGE="bg")
    files = re.findall(r'(?:href|src)="(/S/-/[^"]+)"', reply.text)
    assert len(files) == 2, "build the front end first: npm --prefix frontend run build"
    weight = len(reply.text.encode()) + 500 * (1 + len(files))
    for path in files:
        parts: list[Any] = []
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
        body = b"".join(visitor.lane(environ, lambda *told, parts=parts: parts.append(told)))
        assert ("Content-Encoding", "gzip") in parts[0][1]
        assert gzip.decompress(body)
        weight += len(body)
    assert weight < HEAVIEST


def test_no_page_sets_a_cookie_or_can_be_kept_or_framed(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    headers = {"HTTP_COOKIE": "sessionid=canary", "HTTP_REFERER": "https://canary.example/"}
    reply = visitor.get(f"/S/{token}", **headers)
    for one in (reply, visitor.rate(token, 3), visitor.get("/S/"), visitor.get("/S/ZZZ")):
        assert "Set-Cookie" not in one.headers
        assert one.headers["Cache-Control"] == "no-store"
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in one.headers["Content-Security-Policy"]
        assert "unsafe" not in one.headers["Content-Security-Policy"]
        assert "canary" not in one.text


def test_nothing_of_another_host_is_named(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    for page in (visitor.get(f"/S/{token}").text, visitor.rate(token, 3).text):
        assert not re.findall(r'(?:href|src|action)="(?:https?:)?//', page)


def test_the_fold_shows_the_row_column_by_column(visitor: Visitor) -> None:
    page = visitor.get(f"/S/{token_of(hung_sign())}?lang=en").text
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td>', page)
    assert [name for name, _ in rows] == [
        "Number",
        "Place",
        "Line",
        "Day",
        "Part of the day",
        "Your answer",
        "Set aside",
    ]


def test_thanks_offers_reasons_that_fit_and_tells_what_changed(visitor: Visitor) -> None:
    sign = hung_sign()
    category = site_of(sign).periods.get().category
    for band in ("low", "middle", "high"):
        ReasonTagFactory.create(category=category, band=band, names={"en": f"{band} reason"})
    for day, names in ((dt.date(2026, 5, 4), "New sand"), (dt.date(2025, 5, 4), "Long ago")):
        WorksFactory.create(
            municipality=sign.municipality,
            kind="intervention",
            names={"en": names},
            geometry=shape_of(site_of(sign)),
            starts_on=day,
            ends_on=None,
        )
    page = visitor.rate(token_of(sign), 2).text
    assert "low reason" in page
    assert "middle reason" not in page
    assert "New sand" in page
    assert "Long ago" not in page


def test_words_are_masked_before_they_are_stored_and_have_no_key_to_a_vote(
    visitor: Visitor,
) -> None:
    sign = hung_sign()
    tag = ReasonTagFactory.create(category=site_of(sign).periods.get().category)
    foreign = ReasonTagFactory.create()
    thanks = visitor.rate(token_of(sign), 2)
    fields = {
        "nonce": thanks.nonce,
        "reason": [tag.pk, foreign.pk, "x"],
        "comment": "Call me: ana@example.org, it is dark.\x00",
    }
    for _ in range(2):
        assert visitor.post(f"/S/{token_of(sign)}/more", fields).status == 200
    (reason,) = ReasonInbox.objects.all()
    (comment,) = CommentInbox.objects.all()
    assert (reason.reason, reason.month) == (tag, dt.date(2026, 11, 1))
    assert (comment.about, comment.masked, comment.month) == ("place", 1, dt.date(2026, 11, 1))
    assert "ana@" not in comment.text


def test_the_wrong_place_is_told_without_a_vote(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    nonce = visitor.get(f"/S/{token}").nonce
    assert visitor.post(f"/S/{token}/wrong-place", {"nonce": nonce}).status == 200
    assert visitor.post(f"/S/{token}", {"nonce": nonce, "score": "5"}).status == 200
    assert CommentInbox.objects.get().about == "sign"


def test_words_of_an_old_page_are_kept_for_a_second_try(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    thanks = visitor.rate(token, 5)
    visitor.now += HOUR
    fields = {"nonce": thanks.nonce, "comment": "<b>dark</b>"}
    again = visitor.post(f"/S/{token}/more", fields)
    assert again.status == 400
    assert "&lt;b&gt;dark" in again.text
    fields["nonce"] = again.nonce
    assert visitor.post(f"/S/{token}/more", fields).status == 200


def test_a_flood_of_words_is_refused(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    statuses = []
    for _ in range(10):
        nonce = visitor.get(f"/S/{token}").nonce
        statuses.append(visitor.post(f"/S/{token}/more", {"nonce": nonce, "comment": "x"}).status)
    assert statuses == [200] * 8 + [429] * 2


@pytest.mark.parametrize(
    ("state", "status", "sentence"),
    [
        ("printed", 409, "not in use yet"),
        ("planned", 409, "not in use yet"),
        ("lost_in_store", 409, "not in use yet"),
        ("on_hold", 409, "being checked"),
        ("missing", 409, "being checked"),
        ("suspected_tampered", 409, "being checked"),
        ("retired", 410, "has been replaced"),
        ("replaced", 410, "has been replaced"),
    ],
)
def test_a_sign_that_takes_no_votes_says_why(
    visitor: Visitor, state: str, status: int, sentence: str
) -> None:
    reply = visitor.get(f"/S/{token_of(hung_sign(state=state))}?lang=en")
    assert (reply.status, sentence in reply.text) == (status, True)


def test_an_old_code_leads_to_the_living_one(visitor: Visitor) -> None:
    living = hung_sign()
    old = SignCodeFactory.create(
        sign=hung_sign(living.site, state="replaced"), ended_at=NOW - HOUR, grace_until=NOW - HOUR
    )
    reply = visitor.get(f"/S/{old.token}")
    assert (reply.status, f"/S/{token_of(living)}" in reply.text) == (410, True)


def test_an_unknown_code_says_how_to_report_a_false_sign(visitor: Visitor) -> None:
    reply = visitor.get(f"/S/{code_number(32**8 - 1)}?lang=en")
    assert (reply.status, "false sign" in reply.text) == (404, True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("123", "nine letters"),
        ("ABC!DEF00", "No code contains"),
        ("000000011", "is not right"),
        ("<script>", "No code contains “&lt;”"),
    ],
)
def test_a_mistyped_code_says_what_to_check(visitor: Visitor, typed: str, sentence: str) -> None:
    for path in (f"/S/?code={typed}&lang=en", f"/S/{typed}?lang=en"):
        reply = visitor.get(path)
        assert (reply.status, sentence in reply.text) == (404, True)
        assert "<script>" not in reply.text


def test_a_typed_code_opens_its_page(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    assert 'name="code"' in visitor.get("/s/").text
    reply = visitor.get(f"/S/?code={token[:3].lower()}+{token[3:]}")
    assert (reply.status, reply.headers["Location"]) == (303, f"/S/{token}?lang=en")


@pytest.mark.parametrize(
    ("purpose", "modules", "status", "target"),
    [
        ("registration", [], 409, ""),
        ("report", [], 409, ""),
        ("consultation", [], 409, ""),
        ("report", ["reports"], 302, "/{slug}/report/?sign={token}"),
    ],
)
def test_doors_not_yet_open_stay_hidden(
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    purpose: str,
    modules: list[str],
    status: int,
    target: str,
) -> None:
    monkeypatch.setattr(scenes, "BUILT_MODULES", ("ratings", "reports"))
    sign = hung_sign(purpose=purpose)
    type(sign.municipality).objects.update(modules=modules)
    token = token_of(sign)
    reply = visitor.get(f"/S/{token}")
    assert reply.status == status
    expected = target.format(slug=sign.municipality.slug, token=token)
    assert reply.headers.get("Location", "") == expected
    assert "No name" not in reply.text, "only rating is without a name"


def test_a_report_is_offered_only_where_reports_are_open(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = hung_sign()
    link = f'href="/{sign.municipality.slug}/report/?site={sign.site_id}"'
    assert link not in visitor.get(f"/S/{token_of(sign)}").text
    type(sign.municipality).objects.update(modules=["ratings", "reports"])
    assert link in Visitor().get(f"/S/{token_of(sign)}").text
    monkeypatch.setattr(scenes, "BUILT_MODULES", ("ratings",))
    assert link not in Visitor().get(f"/S/{token_of(sign)}").text, "there is no such page"


def test_ratings_switched_off_are_closed_and_count_nothing(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    page = visitor.get(f"/S/{token}")
    Municipality.objects.update(modules=[])
    assert Visitor().get(f"/S/{token}").status == 409
    fields = {"nonce": page.nonce, "score": "7"}
    assert visitor.post(f"/S/{token}", fields).status == 409
    assert not RatingInbox.objects.exists()


def test_a_town_with_an_origin_of_its_own_is_asked_there(visitor: Visitor) -> None:
    sign = hung_sign()
    type(sign.municipality).objects.update(sign_origin="https://qr.town.example")
    path = f"/S/{token_of(sign)}"
    with override_settings(MEGDAN_DEMO=False):
        away = visitor.get(path, HTTP_HOST="www.town.example")
        here = visitor.get(path, HTTP_HOST="QR.town.example")
    assert (away.status, away.headers["Location"]) == (308, f"https://qr.town.example{path}")
    assert here.status == 200


def test_a_counter_comes_back_to_its_start(visitor: Visitor) -> None:
    token = token_of(hung_sign())
    nonce = visitor.get(f"/S/{token}?counter=1&lang=en").nonce
    fields = {"nonce": nonce, "score": "5", "counter": "1", "lang": "en"}
    page = visitor.post(f"/S/{token}", fields).text
    assert f'content="8;url=/S/{token}?lang=en&amp;counter=1"' in page


def test_the_host_proves_which_installation_it_is(visitor: Visitor) -> None:
    reply = visitor.get("/S/?installation=abcdefgh-12345678")
    assert installation_id(settings.SECRET_KEY) in reply.text
    assert answer(settings.SECRET_KEY, "abcdefgh-12345678") in reply.text
    assert visitor.get("/S/?installation=%22%7D").status == 400


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"CONTENT_TYPE": "application/json"}, 415),
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "-1"}, 411),
        ({"CONTENT_LENGTH": "²"}, 411),
        ({"CONTENT_LENGTH": "2049"}, 413),
        ({"CONTENT_LENGTH": "9" * 30}, 413),
        ({"REQUEST_METHOD": "PUT"}, 405),
        ({"QUERY_STRING": "&".join("a=1" for _ in range(50))}, 400),
    ],
)
def test_what_no_page_would_send_is_refused(
    visitor: Visitor, more: dict[str, str], status: int
) -> None:
    assert visitor.post(f"/S/{token_of(hung_sign())}", {"score": "5"}, **more).status == status


@pytest.mark.parametrize("body", [b"\xff\xfe", b"%", b"nonce=%00%FF&score=%F0", b"=&=&==", b"[]"])
@pytest.mark.parametrize("action", ["", "/more", "/wrong-place", "/x"])
def test_hostile_bodies_never_break_the_lane(visitor: Visitor, body: bytes, action: str) -> None:
    given = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
    path = f"/S/{token_of(hung_sign())}{action}"
    assert visitor.ask("POST", path, body, **given).status in {400, 404}


@pytest.mark.parametrize("path", ["/S", "/s", "/S/", "/s/x", "/stara-zagora/", "/", "/static/S/"])
def test_the_lane_answers_signs_only(db: None, lane_memory: str, path: str) -> None:
    behind: list[str] = []

    def django(environ: dict[str, Any], _start: Any) -> list[bytes]:
        behind.append(environ["PATH_INFO"])
        return []

    given = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}
    in_front_of(django)(given, lambda *_: None)
    assert bool(behind) == (path.lower()[:3] not in {"/s", "/s/"})


def test_head_has_no_body(visitor: Visitor) -> None:
    reply = visitor.ask("HEAD", f"/S/{token_of(hung_sign())}")
    assert (reply.status, reply.text) == (200, "")


def test_arms_are_shown_small_or_not_at_all(visitor: Visitor) -> None:
    drawn = BytesIO()
    Image.new("RGB", (600, 700), "green").save(drawn, "PNG")
    sign = hung_sign(SitePeriodFactory.create().site)
    type(sign.municipality).objects.update(arms=drawn.getvalue())
    assert 'src="data:image/png;base64,' in visitor.get(f"/S/{token_of(sign)}").text
    type(sign.municipality).objects.update(arms=b"not a picture")
    assert "data:image/png" not in Visitor().get(f"/S/{token_of(sign)}").text
