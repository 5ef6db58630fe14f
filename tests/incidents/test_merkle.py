"""The tree agrees with the definition of RFC 6962; a proof leads to the root and nowhere else."""

import hashlib
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from incidents.merkle import EMPTY, Step, Tree, leaf_hash, node_hash, root_from

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def oracle(leaves: list[bytes]) -> bytes:
    """The definition, word by word: split at the largest power of two below the number."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + oracle(leaves[:split]) + oracle(leaves[split:])).digest()


def planted(leaves: list[bytes], watched: int | None = None) -> Tree:
    tree = Tree(watched=watched)
    for leaf in leaves:
        tree.add(leaf)
    return tree


@given(LEAVES)
def test_the_root_is_the_one_of_the_definition(leaves: list[bytes]) -> None:
    assert planted(leaves).root() == oracle(leaves)


@given(LEAVES, st.data())
def test_each_leaf_has_a_proof_that_leads_to_the_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = planted(leaves, index)
    proof = tree.proof()
    assert root_from(leaves[index], proof) == tree.root()
    assert len(proof) <= (len(leaves) - 1).bit_length()


@given(LEAVES, st.data())
def test_a_changed_leaf_or_step_leads_elsewhere(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = planted(leaves, index)
    proof = tree.proof()
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda one: one != leaves[index]))
    assert root_from(other, proof) != tree.root()
    if proof:
        turned = [Step(not proof[0].is_left, proof[0].hash), *proof[1:]]
        is_twin = proof[0].hash == leaves[index]
        assert (root_from(leaves[index], turned) == tree.root()) == is_twin


def test_no_reports_have_a_root_too() -> None:
    assert Tree().root() == EMPTY == hashlib.sha256(b"").digest()
    assert Tree().proof() == []


def test_a_leaf_is_never_a_node() -> None:
    uid, head = UUID(int=7), bytes(range(32))
    assert (
        leaf_hash(uid, 3, head)
        == hashlib.sha256(b"\x00" + uid.bytes + (3).to_bytes(8, "big") + head).digest()
    )
    assert node_hash(head, head) != hashlib.sha256(b"\x00" + head + head).digest()
