"""Setting what can be reported: groups, categories, their questions, and for which a role is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from departments.acts import Act
from departments.models import Membership
from incidents.models import Category, Scope
from incidents.regimes import regimes
from zones.models import Municipality
from zones.models.municipality import LANGUAGES
from zones.names import in_language, validate_names, with_code
from zones.services.history import Subject, record_change

SHAPES = ("point", "line", "area")
DATATYPES = ("string", "text", "number", "datetime", "singlevaluelist", "multivaluelist")
LISTS = ("singlevaluelist", "multivaluelist")
MOST_QUESTIONS, MOST_VALUES, MOST_WORDS = 10, 40, 60
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """Everything a town says of a category; without a parent it is a group."""

    code: str
    names: Mapping[str, str]
    parent: Category | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    icon: str = "place"
    is_hazard: bool = False
    danger_texts: Mapping[str, str] = field(default_factory=dict)
    shapes: Sequence[str] = ()
    reporter: str = Category.Reporter.ANONYMOUS
    visibility: str = Category.Visibility.PUBLIC
    release: str = Category.Release.PERSON
    regime: str = ""
    target_hours: int | None = None
    family: str = ""
    questions: Sequence[Mapping[str, Any]] = ()
    position: int = 0
    is_active: bool = True


@transaction.atomic
def save_report_category(
    *,
    municipality: Municipality,
    facts: CategoryFacts,
    act: Act,
    category: Category | None = None,
) -> Category:
    """Add a category or a group, or change one.

    Raises:
        ValidationError: with the field that is wrong: a group of another town (`elsewhere`), one
            below itself or a third level (`too_deep`), an unknown shape, regime or question, a
            danger without words on what to do (`no_danger_text`), a code that is taken.
    """
    before = None
    if category is None:
        category = Category(municipality=municipality)
    else:
        category = Category.objects.select_for_update().get(pk=category.pk)
        before = category_values(category)
    _check(municipality, category, facts)
    for name in CategoryFacts.__slots__:
        setattr(category, name, _plain(getattr(facts, name)))
    category.full_clean(exclude=[] if facts.shapes else ["shapes"])
    category.save()
    record_change(
        municipality=municipality,
        subject=Subject("report_category", category.code, _label(category)),
        before=before,
        after=category_values(category),
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )
    return category


@transaction.atomic
def narrow_role(*, membership: Membership, categories: Iterable[Category], act: Act) -> None:
    """Let a role see reports of some categories or groups only; none at all is every one.

    Raises:
        ValidationError: `elsewhere` for a category of another town.
    """
    wanted = {category.pk: category for category in categories}
    town = membership.municipality
    if any(category.municipality_id != town.pk for category in wanted.values()):
        raise ValidationError(_("Choose categories of this town."), code="elsewhere")
    held = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    standing = list(Scope.objects.filter(membership=held).select_related("category"))
    before = sorted(row.category.code for row in standing)
    gone = [row.pk for row in standing if row.category_id not in wanted]
    Scope.objects.filter(pk__in=gone).delete()
    there = {row.category_id for row in standing}
    Scope.objects.bulk_create(
        Scope(membership=held, category=row) for pk, row in wanted.items() if pk not in there
    )
    record_change(
        municipality=town,
        subject=Subject("report_scope", str(held.pk), held.get_role_display()),
        before={"categories": before},
        after={"categories": sorted(row.code for row in wanted.values())},
        actor=act.actor,
        now=act.now,
        origin=act.origin,
    )


def category_values(category: Category) -> dict[str, Any]:
    """What can be set of a category, as plain values for the history."""
    parent = category.parent
    spoken = category.municipality.languages
    plain = {name: _plain(getattr(category, name)) for name in CategoryFacts.__slots__}
    return plain | {"parent": with_code(parent.names, parent.code, spoken) if parent else None}


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _label(category: Category) -> str:
    languages = category.municipality.languages
    return in_language(category.names, languages, languages[0])


def _check(town: Municipality, category: Category, facts: CategoryFacts) -> None:
    _check_parent(town, category, facts.parent)
    if unknown := [shape for shape in facts.shapes if shape not in SHAPES]:
        _refuse("shapes", _known(unknown[0], SHAPES), "unknown_shape")
    if facts.parent and not facts.shapes:
        _refuse("shapes", _("Choose at least one shape."), "no_shape")
    if facts.regime and facts.regime not in regimes():
        _refuse("regime", _known(facts.regime, sorted(regimes())), "unknown_regime")
    if facts.is_hazard and not facts.danger_texts:
        sentence = _("Say what to do at once, such as calling 112.")
        _refuse("danger_texts", sentence, "no_danger_text")
    for words in facts.words.values():
        if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
            sentence = _("Take at most %(most)d words of at most %(longest)d letters.")
            _refuse("words", sentence % {"most": MOST_WORDS, "longest": LONGEST_WORD}, "words")
    check_questions(facts.questions)


def _check_parent(town: Municipality, category: Category, parent: Category | None) -> None:
    if parent is None:
        if category.pk and category.parent_id and category.incidents.exists():
            sentence = _("Reports name this category, so that it cannot become a group.")
            _refuse("parent", sentence, "has_reports")
        return
    if parent.municipality_id != town.pk:
        _refuse("parent", _("Choose a group of this town."), "elsewhere")
    has_parts = category.pk is not None and category.parts.exists()
    if parent.parent_id is not None or parent.pk == category.pk or has_parts:
        sentence = _("A group cannot belong to another group. There are two levels.")
        _refuse("parent", sentence, "too_deep")


def check_questions(questions: Sequence[Mapping[str, Any]]) -> None:
    """Refuse questions that no form could ask.

    Raises:
        ValidationError: at the field `questions`, naming the question.
    """
    if len(questions) > MOST_QUESTIONS:
        sentence = _("Ask at most %(most)d questions.") % {"most": MOST_QUESTIONS}
        _refuse("questions", sentence, "too_many")
    codes: set[str] = set()
    for number, question in enumerate(questions, start=1):
        if fault := _question_fault(question, codes):
            sentence = _("Question %(number)d: %(fault)s") % {"number": number, "fault": fault}
            _refuse("questions", sentence, "bad_question")
        codes.add(question["code"])


def _question_fault(question: Any, codes: set[str]) -> str:
    if not isinstance(question, Mapping) or not _is_code(question.get("code")):
        return _("Give it a short name of small letters, digits and hyphens.")
    if question["code"] in codes:
        return _("Another question has this short name already.")
    if question.get("datatype") not in DATATYPES:
        return _known(str(question.get("datatype", "")), DATATYPES)
    if not isinstance(question.get("is_required", False), bool):
        return _("Write yes or no.")
    if not _has_names(question):
        return _("Write it in at least one language.")
    return _values_fault(question)


def _values_fault(question: Mapping[str, Any]) -> str:
    values = question.get("values", [])
    is_list = question["datatype"] in LISTS
    if not isinstance(values, list | tuple) or is_list != bool(values):
        return _("A choice needs answers to choose from, and nothing else has them.")
    keys = [value.get("key") for value in values if isinstance(value, Mapping)]
    sound = len(values) <= MOST_VALUES and all(_is_code(key) for key in keys)
    if not sound or len(set(keys)) != len(values) or not all(map(_has_names, values)):
        return _("Each answer needs a short name of its own and words in at least one language.")
    return ""


def _is_code(text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST_WORD and slugify(text) == text


def _has_names(row: Mapping[str, Any]) -> bool:
    try:
        validate_names(row.get("names"))
    except ValidationError:
        return False
    return all(code in LANGUAGES for code in row["names"])


def _known(text: str, known: Iterable[str]) -> str:
    return _("“%(text)s” is not known here. Write one of: %(known)s.") % {
        "text": text[:40],
        "known": ", ".join(known),
    }


def _refuse(field_name: str, sentence: str, code: str) -> None:
    raise ValidationError({field_name: ValidationError(sentence, code=code)})
