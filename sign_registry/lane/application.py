"""The rating lane itself: a WSGI application that answers /S/… and nothing else.

It stands before Django and uses neither its requests nor its middleware: no session, no sign-in,
no cookie, no log of what was asked.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils import timezone

from sign_registry import intake, nonces
from sign_registry.codes import MistypedError, normalise
from sign_registry.installation import answer as installation_answer
from sign_registry.installation import installation_id, is_challenge
from sign_registry.lane import answers, assets, pages, words
from sign_registry.lane.answers import Answer
from sign_registry.lane.limiter import Keys, LaneClosedError, Limiter, Ticket, Verdict
from sign_registry.lane.pages import Reader, reader_for
from sign_registry.lane.scenes import Door, Scene, Scenes
from sign_registry.lane.visits import RefusedError, Visit, stripped

LONGEST_VOTE = 2048
LONGEST_WORDS = 8192
_SCORES = {str(score): score for score in range(1, 11)}
_STATUS = {Door.MOVED: 410, Door.NOT_YET: 409, Door.HELD: 409, Door.CLOSED: 410, Door.OTHER: 409}
_RETRY_S = "30"
_log = structlog.get_logger(__name__)
# Nearly every visit brings one of the town's few hundred codes.
_normalise = lru_cache(maxsize=4096)(normalise)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Lane:
    """One a process."""

    def __init__(self, *, clock: Callable[[], dt.datetime] = timezone.now) -> None:
        """The Redis of the settings; `clock` is asked once a visit."""
        self.limiter = Limiter(
            settings.RATING_REDIS_URL, is_stated_memory_only=settings.MEGDAN_REDIS_MEMORY_ONLY
        )
        self.scenes = Scenes()
        self._clock = clock

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one visit; whatever goes wrong, no more of it than a word reaches the log."""
        now = self._clock()
        try:
            found = self.answer(stripped(environ), now)
        except RefusedError as refused:
            found = answers.plain(refused.status)
        except (LaneClosedError, intake.IntakeError) as error:
            found = self._closed(getattr(error, "code", "database_down"))
        except Exception as error:  # noqa: BLE001 - a traceback could carry what was asked
            found = self._closed(type(error).__name__)
        length = ("Content-Length", str(len(found.body)))
        start_response(found.line, [*found.headers, length])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [found.body]

    def check_at_start(self) -> None:
        """Say in the log at once why the lane will stay shut."""
        try:
            self.limiter.ensure_open(self._clock())
        except LaneClosedError as closed:
            _log.error("rating_lane_closed", code=closed.code)

    def _closed(self, code: str) -> Answer:
        _log.error("rating_lane_closed", code=code)
        page = pages.plain_page("closed", Reader(settings.LANGUAGE_CODE), 503)
        return Answer(503, page.body, (*page.headers, ("Retry-After", _RETRY_S)))

    def answer(self, visit: Visit, now: dt.datetime) -> Answer:
        """What a visit gets."""
        if visit.method not in {"GET", "HEAD", "POST"}:
            return answers.plain(405, ("Allow", "GET, HEAD, POST"))
        rest = visit.path[3:]
        if rest.startswith("-/"):
            return _asset(rest)
        if not rest.strip("/"):
            return self._entrance(visit)
        text, _, action = rest.rstrip("/").partition("/")
        try:
            token = _normalise(text)
        except MistypedError as fault:
            return _mistyped(visit, text, fault)
        scene = self.scenes.of(token, now)
        if scene is None:
            reader = reader_for(visit.query, visit, None)
            return pages.plain_page("unknown", reader, 404, typed=token)
        if visit.method == "POST":
            return self._posted(visit, scene, action, now)
        return self._shown(visit, scene, now) if not action else answers.redirect(f"/S/{token}")

    def _entrance(self, visit: Visit) -> Answer:
        """The form that takes a typed code; also the proof that this host is this installation."""
        challenge = visit.query.get("installation", "")
        if challenge:
            return _proof(challenge)
        typed = visit.query.get("code", "")
        reader = reader_for(visit.query, visit, None)
        if not typed.strip():
            return pages.plain_page("entrance", reader, 200)
        try:
            return answers.redirect(f"/S/{normalise(typed)}?lang={reader.language}", 303)
        except MistypedError as fault:
            return _mistyped(visit, typed, fault)

    def _shown(self, visit: Visit, scene: Scene, now: dt.datetime) -> Answer:
        elsewhere = _elsewhere(visit, scene)
        if elsewhere:
            return answers.redirect(elsewhere, 308)
        reader = reader_for(visit.query, visit, scene)
        if scene.door is not Door.OPEN:
            return self._shut(scene, reader)
        keys = self.limiter.keys(now)
        moment = scene.moment(now)
        monday = moment.date() - dt.timedelta(days=moment.weekday())
        self.limiter.count_scan(scene.row["sign_id"], monday.isoformat())
        nonce = _nonce(keys, scene, now)
        return pages.form_page(scene, reader, now).answer(nonce)

    def _shut(self, scene: Scene, reader: Reader) -> Answer:
        if scene.door is Door.OTHER:
            onward = pages.onward_of(scene)
            if onward:
                return answers.redirect(onward)
        return pages.door_page(scene, reader, _STATUS[scene.door])

    def _posted(self, visit: Visit, scene: Scene, action: str, now: dt.datetime) -> Answer:
        fields = visit.form(LONGEST_WORDS if action else LONGEST_VOTE)
        asked = {name: values[0] for name, values in fields.items()}
        reader = reader_for(asked, visit, scene)
        if scene.door is not Door.OPEN:
            return self._shut(scene, reader)
        if not action:
            return self._voted(visit, scene, asked, reader, now)
        if action not in words.ACTIONS:
            return answers.plain(404)
        ticket = self._ticket(visit, scene, asked, None, now)
        if ticket is None:
            nonce = _nonce(self.limiter.keys(now), scene, now)
            return words.again(scene, reader, fields, action, nonce)
        return words.take(self.limiter, scene, reader, fields, (action, ticket, now))

    def _voted(
        self, visit: Visit, scene: Scene, asked: dict[str, str], reader: Reader, now: dt.datetime
    ) -> Answer:
        score = _SCORES.get(asked.get("score", ""))
        keys = self.limiter.keys(now)
        if score is None:
            nonce = _nonce(keys, scene, now)
            return pages.form_page(scene, reader, now, fault="choose").answer(nonce, 400)
        ticket = self._ticket(visit, scene, asked, score, now)
        if ticket is None:
            nonce = _nonce(keys, scene, now)
            page = pages.form_page(scene, reader, now, score=score, fault="again")
            return page.answer(nonce, 400)
        verdict = self.limiter.admit(ticket)
        if verdict is Verdict.PENDING:
            raise LaneClosedError("vote_pending")
        if verdict is not Verdict.ALREADY and not self._stored(scene, ticket, verdict, now):
            fresh = self.scenes.reread(scene.token, now)
            return self._shut(fresh, reader) if fresh else answers.redirect(f"/S/{scene.token}")
        nonce = _nonce(keys, scene, now)
        return pages.thanks_page(scene, reader, score).answer(nonce)

    def _stored(self, scene: Scene, ticket: Ticket, verdict: Verdict, now: dt.datetime) -> bool:
        """Commit the vote, then mark its number as used; only then it is answered."""
        try:
            done = intake.store_vote(
                token=scene.token,
                score=ticket.score or 0,
                is_set_aside=verdict is Verdict.OVER_LIMIT,
                now=now,
            )
        except BaseException:
            self.limiter.release(ticket)
            raise
        if done:
            self.limiter.settle(ticket)
        else:
            self.limiter.release(ticket)
        return done

    def _ticket(
        self,
        visit: Visit,
        scene: Scene,
        asked: dict[str, str],
        score: int | None,
        now: dt.datetime,
    ) -> Ticket | None:
        """What goes to the gate; None where the one-time number is not ours or too old."""
        keys = self.limiter.keys(now)
        nonce = nonces.read(asked.get("nonce", ""))
        if nonce is None or not nonces.is_fresh(nonce, _minute(now)):
            return None
        known = [key for key in keys if key]
        if not any(nonces.is_ours(nonce, key, code=scene.token) for key in known):
            return None
        mark = nonces.connection_mark(keys.today, site=scene.site, address=visit.address)
        return Ticket(nonce.random, scene.site, f"{scene.moment(now):%Y%m%d%H}", mark, score)


def _minute(now: dt.datetime) -> int:
    return int(now.timestamp()) // 60


def _nonce(keys: Keys, scene: Scene, now: dt.datetime) -> str:
    random = secrets.token_bytes(nonces.RANDOM_BYTES)
    return nonces.issue(keys.today, code=scene.token, minute=_minute(now), random=random)


def _mistyped(visit: Visit, text: str, fault: MistypedError) -> Answer:
    reader = reader_for(visit.query, visit, None)
    return pages.plain_page(
        "mistyped", reader, 404, typed=text[:20], fault=str(fault.fault), detail=fault.detail[:20]
    )


def _asset(rest: str) -> Answer:
    found = assets.assets().get("/S/" + rest)
    if found is None:
        return answers.plain(404)
    headers = (
        ("Content-Type", found.content_type),
        ("Content-Encoding", "gzip"),
        ("Cache-Control", "public, max-age=31536000, immutable"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return Answer(200, found.packed, headers)


def _proof(challenge: str) -> Answer:
    if not is_challenge(challenge):
        return answers.plain(400)
    secret = settings.SECRET_KEY
    body = '{"megdan": "%s", "answer": "%s"}' % (  # noqa: UP031 - braces of JSON
        installation_id(secret),
        installation_answer(secret, challenge),
    )
    headers = (("Content-Type", "application/json"), *answers.PRIVATE)
    return Answer(200, body.encode(), headers)


def _elsewhere(visit: Visit, scene: Scene) -> str:
    """Where the town wants its signs to be opened, when that is not here."""
    origin = scene.row["sign_origin"]
    if not origin or settings.MEGDAN_DEMO or urlsplit(origin).netloc.lower() == visit.host:
        return ""
    return f"{origin.rstrip('/')}/S/{scene.token}"


def in_front_of(behind: Application) -> Application:
    """Let the lane answer /S/… in any case, and everything else go on to `behind`."""
    lane = Lane()
    lane.check_at_start()

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path[:3] in ("/S/", "/s/"):
            return lane(environ, start_response)
        if path in ("/S", "/s"):
            return lane({**environ, "PATH_INFO": "/S/"}, start_response)
        return behind(environ, start_response)

    return application
