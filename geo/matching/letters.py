"""Letters made comparable: case, accents, cedillas, Cyrillic and Latin; knows no streets."""

import re
import unicodedata
from functools import lru_cache

# Bulgarian Transliteration Act (State Gazette 19/2009), article 5 table; lower case only.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a",
    "ь": "y", "ю": "yu", "я": "ya", "і": "i", "ѝ": "i", "ы": "y", "э": "e", "ё": "yo", "ѣ": "ya",
    "№": " nr ", "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "–": "-", "—": "-",
}  # fmt: skip
_TO_LATIN = str.maketrans(_CYRILLIC)

# Ways people write Bulgarian in Latin letters that the Act does not know, brought to its spelling;
# then the Act's groups of letters become one sign each, so that one wrong Cyrillic letter is one
# edit. The signs c j q w x are free after the first step. Order matters: longer spellings first.
_INFORMAL = (("ck", "k"), ("ph", "f"), ("dj", "dzh"), ("w", "v"), ("x", "h"), ("q", "ya"))
_ONE_SIGN = (
    ("sht", "x"), ("sch", "x"), ("zh", "j"), ("ch", "q"), ("sh", "w"), ("ts", "c"), ("tz", "c"),
    ("cz", "c"), ("iya", "iA"), ("ya", "A"), ("ia", "A"), ("yu", "U"), ("iu", "U"), ("y", "i"),
    ("ii", "i"),
)  # fmt: skip
_CHAT_DIGITS = re.compile(r"^(?=(?:.*[a-z]){3})(?=[a-z]|[46][a-z])[a-z46]+$")
_FINAL_IA = re.compile(r"ia$")
_J_BEFORE_VOWEL = re.compile(r"j(?=[aou])")
_ROMAN_NUMERALS = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower-case Latin letters without accents; ş and ș, „“ and ", Cyrillic and Latin are one.

    Digits and punctuation stay. Cyrillic follows the Transliteration Act of 2009; the name of the
    country, the Act's one exception, does not occur in addresses.
    """
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_TO_LATIN)
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@lru_cache(maxsize=65_536)
def token_key(folded: str, language: str) -> str:
    """The key under which one folded word is compared; spellings of one word share it.

    Y and i, w and v are levelled in both languages; Bulgarian also levels the informal Latin
    spellings (tz, j, x, q, 4, 6), so that “Car Simeon” meets „Цар Симеон“.
    """
    return _ROMAN_NUMERALS.get(folded) or prefix_key(folded, language)


@lru_cache(maxsize=65_536)
def prefix_key(folded: str, language: str) -> str:
    """The key of a word that may not be finished: “vi” may become Viteazul and is not yet a six."""
    if folded.isdigit():
        return folded
    if language == "bg":
        return _bulgarian(folded)
    return folded.replace("w", "v").replace("y", "i")


def _bulgarian(word: str) -> str:
    if not word.isalpha() and _CHAT_DIGITS.match(word):
        word = word.replace("4", "ch").replace("6", "sh")
    for informal, official in _INFORMAL:
        word = word.replace(informal, official)
    word = _J_BEFORE_VOWEL.sub("y", word) if word.startswith("j") else word
    word = _FINAL_IA.sub("iya", word)
    for group, sign in _ONE_SIGN:
        word = word.replace(group, sign)
    return word
