"""One hash that stands for many (RFC 6962, 2.1), and the short proof that one is among them.

leaf  = SHA-256(0x00 || uid || number of the last event, 8 bytes || hash of the last event)
node  = SHA-256(0x01 || left || right)
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

EMPTY = hashlib.sha256(b"").digest()
"""The root of no leaves."""


class Step(NamedTuple):
    """One neighbour on the way from a leaf to the root."""

    is_left: bool
    hash: bytes


class _Part(NamedTuple):
    """A finished subtree."""

    leaves: int
    hash: bytes
    is_watched: bool


def leaf_hash(uid: UUID, seq: int, head: bytes) -> bytes:
    """What stands in the tree for a report that has come so far."""
    return hashlib.sha256(b"\x00" + uid.bytes + seq.to_bytes(8, "big") + head).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands for two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Tree:
    """Takes leaves one after the other and remembers only what it needs: log n hashes.

    Attributes:
        watched: number of the leaf, from 0, whose proof is wanted.
    """

    watched: int | None = None
    size: int = 0
    _parts: list[_Part] = field(default_factory=list)
    _path: list[Step] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Put a leaf at the end."""
        self._parts.append(_Part(1, leaf, self.size == self.watched))
        self.size += 1
        while len(self._parts) > 1 and self._parts[-1].leaves == self._parts[-2].leaves:
            right = self._parts.pop()
            self._parts.append(_joined(self._parts.pop(), right, self._path))

    def root(self) -> bytes:
        """The hash over all leaves so far."""
        return self._finish()[0]

    def proof(self) -> list[Step]:
        """The neighbours of the watched leaf, from the bottom up."""
        return self._finish()[1]

    def _finish(self) -> tuple[bytes, list[Step]]:
        if not self._parts:
            return EMPTY, []
        path = list(self._path)
        whole = self._parts[-1]
        for left in reversed(self._parts[:-1]):
            whole = _joined(left, whole, path)
        return whole.hash, path


def _joined(left: _Part, right: _Part, path: list[Step]) -> _Part:
    if left.is_watched:
        path.append(Step(is_left=False, hash=right.hash))
    elif right.is_watched:
        path.append(Step(is_left=True, hash=left.hash))
    return _Part(
        left.leaves + right.leaves,
        node_hash(left.hash, right.hash),
        left.is_watched or right.is_watched,
    )


def root_from(leaf: bytes, proof: Iterable[Step]) -> bytes:
    """The root that a leaf and its neighbours lead to."""
    found = leaf
    for step in proof:
        found = node_hash(step.hash, found) if step.is_left else node_hash(found, step.hash)
    return found
