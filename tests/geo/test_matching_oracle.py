"""The quick ways of matching against the slow and obvious ones, on random input."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geo.matching.names import NameIndex, Word
from geo.matching.tokens import Kind, Token

# Few letters, so that random words are often near each other.
WORDS = st.text(alphabet="abcdo", min_size=1, max_size=12)


def allowed(one: str, other: str) -> int:
    """Edits the documentation promises: one from three letters, two from six."""
    shorter = min(len(one), len(other))
    return 2 if shorter >= 6 else int(shorter >= 3)


@given(st.sets(WORDS, min_size=1, max_size=40), WORDS)
@settings(max_examples=200)
def test_the_deletion_neighbourhood_finds_just_the_words_within_their_edits(
    known: set[str], asked: str
) -> None:
    index = NameIndex("xx")
    for number, word in enumerate(sorted(known)):
        index.add(number, [Token(Kind.WORD, word)])
    index.finish()
    cut_short = {word for word in known if len(word) == 1}
    slowly = {word for word in known if OSA.distance(asked, word) <= allowed(asked, word)}

    quickly = set(index.near(Word(asked, 1.0)))

    assert quickly - cut_short == slowly - cut_short


@given(st.lists(WORDS, min_size=1, max_size=4), st.randoms())
def test_the_order_of_words_does_not_matter(words: list[str], random: Random) -> None:
    index = NameIndex("xx")
    index.add(1, [Token(Kind.WORD, word) for word in words])
    index.finish()
    shuffled = words[:]
    random.shuffle(shuffled)
    [found] = index.search([Token(Kind.WORD, word) for word in shuffled])
    assert found.similarity == 1.0
