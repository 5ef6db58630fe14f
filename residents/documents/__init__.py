"""What the desk prints: letters with a code and sign-in cards, as PDF."""

from residents.documents.cards import CardFace, cards_pdf
from residents.documents.letters import LetterFace, letters_pdf

__all__ = ["CardFace", "LetterFace", "cards_pdf", "letters_pdf"]
