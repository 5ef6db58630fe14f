"""Covering words of a text: parts may give way to the mark, nothing may be added or changed."""

from submissions.masking import MARK


def is_covered_form(original: str, edited: str) -> bool:
    """Whether a text is another one with some parts covered, and nothing else.

    Linear: each kept piece is looked for after the one before it.
    """
    pieces = [piece.strip() for piece in edited.split(MARK)]
    if len(pieces) == 1:
        return edited.strip() == original.strip()
    first, *middle, last = pieces
    text = original.strip()
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return text.endswith(last) and len(text) - len(last) >= at
