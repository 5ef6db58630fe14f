"""What the rating lane remembers for hours, in Redis' memory only: keys, used numbers, counters.

Every name in Redis begins with `megdan:lane:`; sign_registry/pulses.py reads the counters.
"""

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple

import redis
from redis.exceptions import NoScriptError, RedisError, ResponseError

from sign_registry import nonces, pulses

# More votes from one connection at one site in an hour are taken, and set aside.
VOTES_AN_HOUR = 8
WORDS_AN_HOUR = 8
_TIMEOUT_S = 2.0
_KEY_CACHE_S = 5.0
_CHECK_EVERY_S = 60.0
# Longer than a statement may take: a number still pending then belongs to a process that died.
_PENDING_S = 10
_USED_S = (nonces.LIFE_MIN + 1) * 60
_GRACE = timedelta(minutes=nonces.LIFE_MIN)
# A key outlives its day by the half hour in which forms of the evening still come back.
_KEY_OUTLIVES_S = (nonces.LIFE_MIN + 5) * 60

_ADMIT = """
local state = redis.call('GET', KEYS[1])
if state == 'D' then return -1 end
if state then return -2 end
redis.call('SET', KEYS[1], 'P', 'EX', ARGV[1])
local count = redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
if redis.call('TTL', KEYS[2]) < 0 then redis.call('EXPIRE', KEYS[2], 3600) end
if KEYS[3] then
  local over = count > tonumber(ARGV[3])
  redis.call('HINCRBY', KEYS[3], (over and 'over' or '') .. ARGV[4], 1)
  redis.call('EXPIRE', KEYS[3], 7200)
end
return count
"""
_RELEASE = """
redis.call('DEL', KEYS[1])
local count = redis.call('HINCRBY', KEYS[2], ARGV[1], -1)
if KEYS[3] then
  local over = count >= tonumber(ARGV[2])
  redis.call('HINCRBY', KEYS[3], (over and 'over' or '') .. ARGV[3], -1)
end
return count
"""


class LaneClosedError(Exception):
    """The lane may not take votes now; `code` says why, for the log."""

    def __init__(self, code: str) -> None:
        """`code` is a short word such as `redis_down`."""
        super().__init__(code)
        self.code = code


class Verdict(IntEnum):
    """What became of a number."""

    TAKEN = 1
    OVER_LIMIT = 2
    ALREADY = 3
    PENDING = 4


class Keys(NamedTuple):
    """Today's key, and yesterday's in the half hour after midnight."""

    today: bytes
    yesterday: bytes | None


class Ticket(NamedTuple):
    """Everything one message needs at the gate."""

    random: bytes
    site: int
    hour: str
    mark: bytes
    score: int | None  # None for words

    def names(self) -> list[str]:
        """Names in Redis: the used number, the connections of the hour, the scores of the hour."""
        kind = "words" if self.score is None else "votes"
        marks = f"{pulses.PREFIX}marks:{kind}:{self.site}:{self.hour}"
        names = [f"{pulses.PREFIX}used:{kind}:{self.random.hex()}", marks]
        return names if self.score is None else [*names, pulses.hour_name(self.site, self.hour)]


class Limiter:
    """One a process; each thread has its own connection."""

    def __init__(self, url: str, *, is_stated_memory_only: bool) -> None:
        """`url` of Redis; the flag replaces the look at its configuration where that is hidden."""
        self._pool = redis.ConnectionPool.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
        )
        self._client = redis.Redis(connection_pool=self._pool)
        self._is_stated = is_stated_memory_only
        self._local = threading.local()
        self._keys: tuple[datetime, Keys] | None = None
        self._checked_at: datetime | None = None
        self._scripts: dict[str, str] = {}

    def ensure_open(self, now: datetime) -> None:
        """Look once a minute whether Redis keeps anything on disk.

        Raises:
            LaneClosedError: it does, it does not say, or it is not there.
        """
        if self._checked_at and now - self._checked_at < timedelta(seconds=_CHECK_EVERY_S):
            return
        try:
            is_memory_only = self._is_stated or self._keeps_nothing()
        except ResponseError as error:
            raise LaneClosedError("redis_hides_its_configuration") from error
        except RedisError as error:
            raise LaneClosedError("redis_down") from error
        if not is_memory_only:
            raise LaneClosedError("redis_writes_to_disk")
        self._checked_at = now

    def _keeps_nothing(self) -> bool:
        snapshots: Any = self._client.config_get("save")
        journal: Any = self._client.config_get("appendonly")
        return bool(snapshots.get("save") == "" and journal.get("appendonly") == "no")

    def keys(self, now: datetime) -> Keys:
        """The keys of the day, made by whoever comes first."""
        if self._keys and timedelta() <= now - self._keys[0] < timedelta(seconds=_KEY_CACHE_S):
            return self._keys[1]
        self.ensure_open(now)
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        seconds = int((day + timedelta(days=1) - now).total_seconds()) + _KEY_OUTLIVES_S
        name = self._key_name(day)
        fresh = secrets.token_bytes(nonces.KEY_BYTES)
        self._call("SET", name, fresh, "NX", "EX", seconds)
        today = self._call("GET", name)
        if not today:
            raise LaneClosedError("redis_forgets")
        recent = now - day < _GRACE
        before = self._call("GET", self._key_name(day - timedelta(days=1))) if recent else None
        self._keys = now, Keys(today, before)
        return self._keys[1]

    @staticmethod
    def _key_name(day: datetime) -> str:
        return f"{pulses.PREFIX}key:{day:%Y%m%d}"

    def admit(self, ticket: Ticket) -> Verdict:
        """Take a number once and count; the vote is then stored, and `settle` or `release` called.

        Raises:
            LaneClosedError: Redis is not there.
        """
        limit = WORDS_AN_HOUR if ticket.score is None else VOTES_AN_HOUR
        count = self._run(
            _ADMIT, ticket.names(), [_PENDING_S, ticket.mark, limit, ticket.score or 0]
        )
        if count < 0:
            return Verdict.ALREADY if count == -1 else Verdict.PENDING
        return Verdict.TAKEN if count <= limit else Verdict.OVER_LIMIT

    def settle(self, ticket: Ticket) -> None:
        """The vote is committed; the answer of Redis is read with the next question."""
        self._post("SET", ticket.names()[0], "D", "EX", _USED_S)

    def release(self, ticket: Ticket) -> None:
        """The vote could not be stored: the number may be used again."""
        limit = WORDS_AN_HOUR if ticket.score is None else VOTES_AN_HOUR
        try:
            self._run(_RELEASE, ticket.names(), [ticket.mark, limit, ticket.score or 0])
        except LaneClosedError:
            return  # it frees itself after _PENDING_S

    def count_scan(self, sign: int, week: str) -> None:
        """One more look at a sign in the week from that Monday."""
        self._post("HINCRBY", pulses.week_name(week), sign, 1)

    # -- one connection a thread; a message without a reader costs no waiting --------------------

    def _connection(self) -> Any:
        connection: Any = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._pool.make_connection()
            self._local.connection = connection
            self._local.unread = 0
            connection.connect()
        return connection

    def _drop(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.disconnect()
            self._local.connection = None

    def _ask(self, message: Callable[[Any], Any], *, reads: bool) -> Any:
        """Send one message; tried again once on a new connection where the old one was lost."""
        for attempt in (1, 2):
            try:
                connection = self._connection()
                connection.send_packed_command(message(connection), check_health=False)
                self._local.unread += 1
                if not reads:
                    return None
                while self._local.unread > 1:
                    self._local.unread -= 1
                    self._skip(connection)
                self._local.unread = 0
                return connection.read_response()
            except ResponseError:
                raise
            except (RedisError, OSError) as error:
                self._drop()
                if attempt == 2:
                    raise LaneClosedError("redis_down") from error
        raise LaneClosedError("redis_down")

    @staticmethod
    def _skip(connection: Any) -> None:
        try:
            connection.read_response()
        except ResponseError:
            return  # nobody waits for this answer

    def _call(self, *words: Any) -> Any:
        return self._ask(lambda connection: connection.pack_command(*words), reads=True)

    def _post(self, *words: Any) -> None:
        try:
            self._ask(lambda connection: connection.pack_command(*words), reads=False)
        except LaneClosedError:
            return  # the next question says so to somebody who can be told

    def _run(self, script: str, names: list[str], values: list[Any]) -> int:
        known = self._scripts.get(script)
        if known is None:
            known = self._scripts[script] = self._call("SCRIPT", "LOAD", script)
        try:
            return int(self._call("EVALSHA", known, len(names), *names, *values))
        except NoScriptError:
            self._scripts[script] = self._call("SCRIPT", "LOAD", script)
            return int(self._call("EVALSHA", self._scripts[script], len(names), *names, *values))
