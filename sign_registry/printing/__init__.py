"""Signs as PDF for a printing house, and the proof that every printed code can be read."""

from sign_registry.printing.faces import Format, MarginNote, PdfDocument, PlacedCode, SignFace
from sign_registry.printing.proof import (
    LEAST_RESERVE,
    Fault,
    ProofFailed,
    ProofResult,
    Why,
    prove,
)
from sign_registry.printing.sheets import TEMPLATE_VERSION, render
from sign_registry.printing.words import Purpose

__all__ = [
    "LEAST_RESERVE",
    "TEMPLATE_VERSION",
    "Fault",
    "Format",
    "MarginNote",
    "PdfDocument",
    "PlacedCode",
    "ProofFailed",
    "ProofResult",
    "Purpose",
    "SignFace",
    "Why",
    "prove",
    "render",
]
