"""Looks for many byte strings at once in files and folders, fast enough for a whole database."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 23
_MARK = 4
# What kind of trace, and in which way it was written.
Trace = tuple[str, str]


class Searcher:
    """Finds every place where one of the patterns stands; `patterns` gives each its name."""

    def __init__(self, patterns: Iterable[tuple[Trace, bytes]]) -> None:
        """Patterns of at least four bytes; they are recognised by their last four.

        The first ones would be a bad mark: some ways of writing begin with zeros, as do most pages
        of a database.
        """
        self._names: dict[bytes, Trace] = {pattern: name for name, pattern in patterns}
        self._longest = max(map(len, self._names))
        self._by_mark: dict[int, list[bytes]] = {}
        for pattern in self._names:
            mark = int.from_bytes(pattern[-_MARK:], "little")
            self._by_mark.setdefault(mark, []).append(pattern)
        marks = np.array(sorted(self._by_mark), dtype=np.uint32)
        self._marks = marks
        self._starts = np.zeros(1 << 24, dtype=bool)
        self._starts[marks & 0xFFFFFF] = True

    def in_bytes(self, data: bytes) -> Counter[Trace]:
        """How often each named pattern stands in the data."""
        found: Counter[Trace] = Counter()
        overlap = self._longest - 1
        for begin in range(0, len(data), _CHUNK):
            first = max(0, begin - overlap)
            piece = data[first : begin + _CHUNK]
            for at in self._candidates(piece):
                # A pattern that ends in the overlap was found in the piece before.
                end = int(at) + _MARK
                if first + end > begin:
                    found.update(self._named_before(piece, end))
        return found

    def in_file(self, path: Path) -> Counter[Trace]:
        """The same for a file."""
        return self.in_bytes(path.read_bytes())

    def in_folder(self, folder: Path, since: float = 0.0) -> dict[str, Counter[Trace]]:
        """The same for each regular file below a folder that was written since a moment."""
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                name = str(path.relative_to(folder))
                hits = self.in_file(path) + self.in_bytes(name.encode())
                if hits:
                    found[name] = hits
        return found

    def _candidates(self, piece: bytes) -> NDArray[np.int64]:
        if len(piece) < _MARK:
            return np.empty(0, dtype=np.int64)
        return np.sort(np.concatenate([self._at_every_fourth(piece, shift) for shift in range(4)]))

    def _at_every_fourth(self, piece: bytes, shift: int) -> NDArray[np.int64]:
        count = (len(piece) - shift) // _MARK
        words = np.frombuffer(piece, dtype="<u4", offset=shift, count=max(count, 0))
        maybe = np.flatnonzero(self._starts[words & 0xFFFFFF])
        at = np.minimum(np.searchsorted(self._marks, words[maybe]), len(self._marks) - 1)
        found: NDArray[np.int64] = maybe[self._marks[at] == words[maybe]] * _MARK + shift
        return found

    def _named_before(self, piece: bytes, end: int) -> Iterator[Trace]:
        mark = int.from_bytes(piece[end - _MARK : end], "little")
        for pattern in self._by_mark[mark]:
            if piece.endswith(pattern, 0, end):
                yield self._names[pattern]
