"""What counts as an untranslated text, and what a template may say in every language."""

import polib
import pytest

from deploy.gate.translations_complete import entry_fault, fixed_texts


def text(msgid: str, msgstr: str, *flags: str) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, flags=list(flags))


def counted(*forms: str) -> polib.POEntry:
    return polib.POEntry(
        msgid="%(n)s street", msgid_plural="%(n)s streets", msgstr_plural=dict(enumerate(forms))
    )


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (text("Streets", "Străzi"), ""),
        (text("Streets", " "), "is not translated"),
        (text("Streets", "Străzi", "fuzzy"), "is only a guess (fuzzy)"),
        (text("%(n)s m", "n m"), "has other placeholders or tags"),
        (text("%(n)s of %(m)s", "%(m)s / %(n)s"), ""),
        (text("<b>One</b>", "<b>Unu</i>"), "has other placeholders or tags"),
        (text("Streets", "Ştrăzi"), "is written with cedillas; write ș and ț"),
        (text("%(n)s of 5 %% each", "%(n)s din 5 %% fiecare", "python-format"), ""),
        (
            text("a 95 % chance", "șansa de 95 %", "python-format"),
            "has a percent sign that is no placeholder; say it without one",
        ),
        (counted("%(n)s stradă", "%(n)s străzi", "%(n)s de străzi"), ""),
        (counted("%(n)s stradă", "%(n)s străzi"), "is not translated"),
        (counted("%(n)s stradă", "%(n)s străzi", "de străzi"), "has other placeholders or tags"),
    ],
)
def test_a_translation_is_judged(entry: polib.POEntry, fault: str) -> None:
    assert entry_fault(entry, "ro") == fault


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("<p>{% translate 'Streets' %}</p>", []),
        ("<p>Streets</p>", ["Streets"]),
        ('<img alt="Coat of arms">', ["Coat of arms"]),
        ('<input type="search" name="q" class="wide">', []),
        ("{% blocktranslate %}Find it{% endblocktranslate %} · {{ name }} 12 m", []),
        ("{# a remark #}{% comment %}to remember{% endcomment %}<!-- and this -->", []),
        ('<meta name="viewport" content="width=device-width"><b>Megdan</b>&nbsp;·', []),
    ],
)
def test_a_text_out_of_reach_of_translation_is_found(template: str, texts: list[str]) -> None:
    assert fixed_texts(template) == texts
