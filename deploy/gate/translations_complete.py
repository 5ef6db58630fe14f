"""Says what is missing in the Romanian and Bulgarian texts; it translates nothing.

    python deploy/gate/translations_complete.py             check; exit code 1 names each fault
    python deploy/gate/translations_complete.py --collect   bring the message files up to date

Checked: each text of the source is in both files, translated, not a guess, in all plural forms,
with the same placeholders and tags; Romanian is written with comma-below letters; no template
shows a reader a text that cannot be translated.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"ro": 3, "bg": 2}  # with the number of plural forms
# Top-level folders whose texts no reader of the pages sees.
NOT_SHOWN = frozenset({"tests", "bench", "deploy", "var", "frontend", "docs", "fixtures", "locale"})

PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sdf]|%[sd]|\{[a-z_0-9]*\}|</?[a-z][^>]*>")
# A percent sign that starts nothing; the compiler of messages refuses a text with one.
STRAY = re.compile(r"(?<!%)%(?!%|(\(\w+\))?[#0\- +]*[\d.]*[diouxXeEfFgGcrsa])")
# What a template may say in every language: the program's name, signs, and entities.
SAME_EVERYWHERE = re.compile(
    r"Megdan|AGPL-3\.0(-or-later)?|OpenStreetMap|GeoJSON|CSV|PDF|RSS|UTC|DEMO|SHA-256"
    r"|OpenAPI 3\.0|JSON( Schema)?|ABC DEF GHJ|&\w+;"
)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
NOT_TEXT = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}|<!--.*?-->"
    r"|<(script|style|kbd|code)\b.*?</\1>|<svg\b.*?</svg>",
    re.DOTALL,
)
SHOWN_ATTRIBUTE = re.compile(r'\b(?:title|alt|placeholder|aria-label|content)="([^"<>]*)"')
NAMED_META = re.compile(r"<meta\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
# A template of attributes alone, put into a tag by another one.
BARE_ATTRIBUTE = re.compile(r'\bdata-[\w-]+="[^"<>]*"')


def source_folders(root: Path) -> list[Path]:
    """The packages of the program."""
    return [
        folder
        for folder in sorted(root.iterdir())
        if (folder / "__init__.py").is_file() and folder.name not in NOT_SHOWN
    ]


def collect(root: Path) -> None:
    """Run makemessages in a checkout; texts without a translation come in empty."""
    for language in LANGUAGES:
        (root / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    ignored = [part for name in sorted({*NOT_SHOWN, ".venv"}) for part in ("--ignore", name)]
    languages = [part for language in LANGUAGES for part in ("--locale", language)]
    quiet = ["--no-location", "--no-obsolete", "--verbosity", "0"]
    command = [sys.executable, "manage.py", "makemessages", *languages, *ignored, *quiet]
    subprocess.run(command, cwd=root, check=True)


def catalogue(root: Path, language: str) -> polib.POFile:
    """The message file of one language."""
    return polib.pofile(str(root / "locale" / language / "LC_MESSAGES" / "django.po"))


def forms(entry: polib.POEntry) -> list[str]:
    """The translations of one text: several where it counts something."""
    if entry.msgid_plural:
        return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)]
    return [entry.msgstr]


def entry_fault(entry: polib.POEntry, language: str) -> str:
    """What is wrong with one translation, or nothing."""
    translations = forms(entry)
    wanted = LANGUAGES[language] if entry.msgid_plural else 1
    known = [sorted(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural or "")]
    known = known[:1] if not entry.msgid_plural else known
    if len(translations) != wanted or not all(text.strip() for text in translations):
        return "is not translated"
    if entry.fuzzy:
        return "is only a guess (fuzzy)"
    if any(sorted(PLACEHOLDER.findall(text)) not in known for text in translations):
        return "has other placeholders or tags"
    if language == "ro" and re.search("[şţŞŢ]", "".join(translations)):
        return "is written with cedillas; write ș and ț"
    if "python-format" in entry.flags and any(STRAY.search(text) for text in translations):
        return "has a percent sign that is no placeholder; say it without one"
    return ""


def catalogue_faults(root: Path, language: str) -> list[str]:
    """A sentence for each text that is untranslated, guessed or altered."""
    po = catalogue(root, language)
    faults = [
        f"{language}: {entry.msgid!r} {fault}."
        for entry in po
        if not entry.obsolete and (fault := entry_fault(entry, language))
    ]
    if f"nplurals={LANGUAGES[language]}" not in po.metadata.get("Plural-Forms", ""):
        faults.append(f"{language}: the file must have {LANGUAGES[language]} plural forms.")
    return faults


def missing_texts(root: Path) -> list[str]:
    """A sentence for each text of the source that a file does not know, or knows in vain."""
    with tempfile.TemporaryDirectory(prefix="megdan-messages-") as folder:
        copy = Path(folder)
        for source in [*source_folders(root), root / "locale"]:
            shutil.copytree(source, copy / source.name, ignore=shutil.ignore_patterns("*.pyc"))
        shutil.copy(root / "manage.py", copy)
        collect(copy)
        faults = []
        for language in LANGUAGES:
            now = {(entry.msgctxt, entry.msgid) for entry in catalogue(copy, language)}
            kept = {(entry.msgctxt, entry.msgid) for entry in catalogue(root, language)}
            faults += [f"{language}: {text!r} is not in the file." for _, text in now - kept]
            faults += [f"{language}: {text!r} is no longer used." for _, text in kept - now]
    return sorted(faults)


def fixed_texts(template: str) -> list[str]:
    """Words a template shows that no translation can reach."""
    shown = NOT_TEXT.sub(" ", TRANSLATED.sub(" ", template))
    attributes = SHOWN_ATTRIBUTE.findall(NAMED_META.sub(" ", shown))
    texts = [*attributes, *TAG.sub("\n", BARE_ATTRIBUTE.sub(" ", shown)).splitlines()]
    cleaned = (SAME_EVERYWHERE.sub(" ", text).strip() for text in texts)
    return [text for text in cleaned if re.search(r"[^\W\d_]{2}", text)]


def template_faults(root: Path) -> list[str]:
    """A sentence for each fixed text in a template."""
    return [
        f"{path.relative_to(root)}: {text!r} cannot be translated; use translate or blocktranslate."
        for folder in source_folders(root)
        for path in sorted(folder.rglob("templates/**/*.html"))
        for text in fixed_texts(path.read_text("utf-8"))
    ]


def main() -> int:
    """Collect or check; print the faults; answer with the exit code."""
    parser = argparse.ArgumentParser(description="Check that every text is translated.")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--collect", action="store_true", help="bring the message files up to date")
    chosen = parser.parse_args()
    if chosen.collect:
        collect(chosen.root)
        return 0
    faults = [fault for language in LANGUAGES for fault in catalogue_faults(chosen.root, language)]
    faults += missing_texts(chosen.root) + template_faults(chosen.root)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
