"""Everything an installation keeps: each store by name, searched for the traces of visitors."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.anonymity.identities import DECOYS, NETWORK, session_written, visitors, written
from tests.anonymity.searching import Searcher, Trace
from tests.stack import Stack

# Shorter ones turn up by chance in random bytes: they are compared with devices that never came.
CERTAIN = 6
# A row of a signed-in person has to stand there; nothing else may know of the session.
OF_ACCOUNTS = ("django_session",)
LANE = "megdan:lane:"
ALLOWED_NAMES = re.compile(
    r"megdan:lane:(key:\d{8}"
    r"|used:(votes|words):[0-9a-f]{16}"
    r"|marks:(votes|words):\d+:\d{10}"
    r"|hour:\d+:\d{10}"
    r"|scans:\d{4}-\d\d-\d\d)"
)
Found = dict[str, Counter[Trace]]
# Long enough to mean something wherever it stands; produced by chance as well; the same of devices
# that never came; the session of somebody signed in.
SURE, SHORT, NEVER, SESSION = "sure", "short", "never", "session"


def searcher(session: str) -> Searcher:
    """For every way of writing every trace."""
    return Searcher(_traces(session))


def _traces(session: str) -> Iterator[tuple[Trace, bytes]]:
    for network, chance in ((NETWORK, SHORT), (DECOYS, NEVER)):
        for way, pattern in (way for one in visitors(network) for way in written(one)):
            is_sure = len(pattern) >= CERTAIN
            if network == NETWORK or not is_sure:
                yield (SURE if is_sure else chance, way), pattern
    for way, pattern in session_written(session):
        yield (SESSION, way), pattern


def of_kind(found: Found, *kinds: str) -> Found:
    """Keep traces of some kinds."""
    kept = {
        store: Counter({trace: count for trace, count in hits.items() if trace[0] in kinds})
        for store, hits in found.items()
    }
    return {store: hits for store, hits in kept.items() if hits}


def how_many(found: Found, kind: str) -> int:
    """Traces of a kind in all stores."""
    return sum(hits.total() for hits in of_kind(found, kind).values())


def dump(stack: Stack, *arguments: str) -> str:
    """The database as the usual backup has it."""
    return stack.postgres_program("pg_dump", "--no-owner", *arguments, stack.database)


def memory(stack: Stack) -> dict[str, bytes]:
    """Every name in Redis with all it holds, readable and as Redis itself would write it down."""
    client = stack.redis()
    held = {}
    for raw in client.scan_iter(count=1000):
        content: Any = client.dump(raw)
        readers: dict[Any, Any] = {
            b"hash": client.hgetall,
            b"string": client.get,
        }
        plain = readers.get(client.type(raw), lambda _name: "")(raw)
        held[raw.decode("latin-1")] = raw + bytes(content or b"") + str(plain).encode()
    return held


def living(stack: Stack, search: Searcher) -> Found:
    """What can be asked of the running servers: the backup and the memory of Redis."""
    without = (f"--exclude-table-data={one}" for one in OF_ACCOUNTS)
    backup = search.in_bytes(dump(stack, *without).encode())
    inside: Counter[Trace] = Counter()
    for content in memory(stack).values():
        inside.update(search.in_bytes(content))
    return {
        store: hits for store, hits in (("backup", backup), ("memory of redis", inside)) if hits
    }


def lying(stack: Stack, search: Searcher, own: set[str], since: float) -> Found:
    """What lies on the disk once everything has stopped, by store.

    `own` are the files of the tables of accounts: only these, and the write-ahead log, may know of
    a session. Files that nobody wrote to `since` the first rating are left out.
    """
    found: Found = {}
    for path, hits in search.in_folder(stack.home, since).items():
        inside = path.removeprefix("servers/data/")
        if inside in own or inside.startswith("pg_wal/"):
            hits = Counter({one: count for one, count in hits.items() if one[0] != SESSION})
        if hits:
            found.setdefault(_store_of(path), Counter()).update(hits)
    return found


def _store_of(path: str) -> str:
    for beginning, store in STORES.items():
        if path.startswith(beginning):
            return store
    return path


STORES = {
    "servers/data/pg_wal": "write-ahead log",
    "servers/data": "data folder",
    "servers/postgresql.log": "log of postgresql",
    "servers": "folder of redis",
    "logs": "logs of the program",
    "var": "files of the program",
    "temporary": "temporary files",
    "nginx": "nginx",
}


def names_not_allowed(names: Iterator[str] | list[str]) -> list[str]:
    """Names in Redis of a shape nobody agreed to."""
    return [name for name in names if name.startswith(LANE) and not ALLOWED_NAMES.fullmatch(name)]


def relation_files(stack: Stack, *tables: str) -> set[str]:
    """Files of tables and of their indexes, below the data folder."""
    rows = stack.rows(
        "SELECT pg_relation_filepath(oid) FROM pg_class WHERE oid IN"
        " (SELECT t::regclass FROM unnest(%s) t UNION SELECT indexrelid FROM pg_index"
        "  WHERE indrelid IN (SELECT t::regclass FROM unnest(%s) t))",
        (list(tables), list(tables)),
    )
    return {str(row[0]) for row in rows if row[0]}
