"""What may be said of a figure in plain words, in the language of the reader, and nothing more."""

from satisfaction.sentences.citations import citation, invented
from satisfaction.sentences.claims import Claim, Statement
from satisfaction.sentences.figures import alt_text, sentence, short, statement
from satisfaction.sentences.headlines import HEADLINES, fewer_hold, headline_facts, headlines
from satisfaction.sentences.numbers import count_text, interval_text, score_text
from satisfaction.sentences.periods import period_before, period_label, period_phrase

__all__ = [
    "HEADLINES",
    "Claim",
    "Statement",
    "alt_text",
    "citation",
    "count_text",
    "fewer_hold",
    "headline_facts",
    "headlines",
    "interval_text",
    "invented",
    "period_before",
    "period_label",
    "period_phrase",
    "score_text",
    "sentence",
    "short",
    "statement",
]
