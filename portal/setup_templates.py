"""Starts a town from templates: offices, kinds of faults with who answers, kinds of rated places.

Each is loaded by the load the town uses for its own files; a trial stores nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from departments.acts import Act
from departments.loading import Loaded, load_calendars, load_departments
from departments.models import Department, Membership
from incidents.loading import load_report_categories, load_rules
from incidents.services.rules import rules_now
from sign_registry.services.site_categories import load_categories
from zones.models import Municipality

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
_COUNTRY = b"COUNTRY"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a template: what it holds and what loading it changes."""

    title: StrOrPromise
    loaded: Loaded


Load = Callable[[Municipality, Membership, Act], Loaded]


@dataclass(frozen=True, slots=True)
class Template:
    """A template with its name, what it is good for, and its loads in their order."""

    title: StrOrPromise
    lead: StrOrPromise
    parts: Sequence[tuple[StrOrPromise, Load]]


def _calendars(town: Municipality, actor: Membership, act: Act) -> Loaded:
    """The working days of the country, where its public holidays are known."""
    raw = _raw("templates/calendars.csv").replace(_COUNTRY, town.country.encode())
    return load_calendars(municipality=town, raw=raw, act=act)


def _departments(town: Municipality, actor: Membership, act: Act) -> Loaded:
    return load_departments(municipality=town, raw=_raw("templates/departments.csv"), act=act)


def _faults(town: Municipality, actor: Membership, act: Act) -> Loaded:
    """The kinds of faults with the terms of the country's law; elsewhere without legal terms."""
    own = f"reports/categories-{town.country.lower()}.csv"
    name = own if (FIXTURES / own).is_file() else "reports/categories-any.csv"
    return load_report_categories(municipality=town, raw=_raw(name), act=act)


def _rules(town: Municipality, actor: Membership, act: Act) -> Loaded:
    """Rules for the offices there are; a town that has rules of its own keeps them."""
    if rules_now(town) is not None:
        return Loaded()
    offices = set(Department.objects.in_municipality(town).values_list("code", flat=True))
    head, *rows = _raw("templates/report_rules.csv").decode().splitlines()
    place = head.split(",").index("department")
    kept = [row for row in rows if row.split(",")[place] in offices]
    if not kept:
        return Loaded()
    raw = "\n".join([head, *kept]).encode()
    return load_rules(municipality=town, raw=raw, act=act, note=_("From the template"))


def _rated(town: Municipality, actor: Membership, act: Act) -> Loaded:
    found = load_categories(
        municipality=town,
        raw=_raw("site_categories.csv"),
        actor=actor,
        now=act.now,
        origin=act.origin,
    )
    return Loaded(found.added, found.changed, len(found.unchanged))


def _raw(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


TEMPLATES: Mapping[str, Template] = {
    "offices": Template(
        gettext_lazy("Departments and working days"),
        gettext_lazy(
            "The offices a town hall usually has, and the public holidays of the country. Change "
            "or close what does not fit afterwards."
        ),
        (
            (gettext_lazy("Calendars"), _calendars),
            (gettext_lazy("Departments"), _departments),
        ),
    ),
    "faults": Template(
        gettext_lazy("Kinds of faults, and who answers for them"),
        gettext_lazy(
            "What residents can report, with the terms of the country, and which office gets it."
        ),
        (
            (gettext_lazy("Kinds of faults"), _faults),
            (gettext_lazy("Who answers for what"), _rules),
        ),
    ),
    "ratings": Template(
        gettext_lazy("Kinds of rated places"),
        gettext_lazy("What can be rated, with the question and the reasons people can choose."),
        ((gettext_lazy("Kinds of rated places"), _rated),),
    ),
}


@transaction.atomic
def apply_template(
    *, template: Template, municipality: Municipality, actor: Membership, act: Act, is_trial: bool
) -> list[Part]:
    """Load all parts, one after the other, or none.

    Raises:
        FaultyFile: where a part does not fit what the town has already.
    """
    parts = [Part(title, load(municipality, actor, act)) for title, load in template.parts]
    transaction.set_rollback(is_trial)
    return parts
