"""One cell of a CSV file, written so that no spreadsheet program runs it; no ORM."""

import json
import unicodedata
from datetime import date
from typing import Any

# A cell that begins like this is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """Write a value; text from outside never becomes a formula, numbers keep their sign."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # Some programs read wide signs as plain ones: ＝ as =.
    plain = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if plain.startswith(FORMULA_STARTS) else text
