"""Reads the inventory of personal data and compares it with the tables that really exist."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

from portal.privacy.activities import ACTIVITIES, KEPT_BECAUSE

FILE = Path(__file__).with_name("inventory.toml")
NOTHING_PERSONAL = "none"
DELETE, KEEP, RECOMPUTE = "delete", "keep", "recompute"
#: Tables of PostGIS itself.
_FOREIGN = frozenset({"gis"})
_WORDS = frozenset({"subject", "mail", "erasure", "because"})


@dataclass(frozen=True, slots=True)
class Table:
    """What is kept in one table.

    Attributes:
        fields: names of fields by activity; `none` are those that say nothing about a person.
        subject: look-up from a row to its account; `self` for the account, empty for none.
        mail: field that holds the e-mail address by which a row belongs to an account.
        erasure: what becomes of the row when its account is erased.
        because: why it stays, a key of `KEPT_BECAUSE`.
        secret: fields that prove who somebody is, and are therefore shown nowhere.
    """

    label: str
    fields: Mapping[str, Sequence[str]]
    subject: str = ""
    mail: str = ""
    erasure: str = ""
    because: str = ""
    secret: Sequence[str] = ()

    @property
    def model(self) -> type[Model]:
        """The table's model."""
        return apps.get_model(self.label)

    @property
    def personal(self) -> list[str]:
        """Names of the fields that say something about a person, in the order of the table."""
        named = {name for key, names in self.fields.items() if key in ACTIVITIES for name in names}
        return [name for name in field_names(self.model) if name in named]

    @property
    def shown(self) -> list[str]:
        """Names of the personal fields that their owner sees."""
        return [name for name in self.personal if name not in self.secret]

    @property
    def is_about_accounts(self) -> bool:
        """Whether its rows belong to one account each."""
        return bool(self.subject or self.mail)


@cache
def inventory() -> Mapping[str, Table]:
    """The inventory by label of the model, as the file says it; nothing is checked here."""
    with FILE.open("rb") as file:
        written: dict[str, dict[str, Any]] = tomllib.load(file)
    return {label: _table(label, facts) for label, facts in written.items()}


def _table(label: str, facts: Mapping[str, Any]) -> Table:
    words = {key: str(facts[key]) for key in _WORDS if key in facts}
    fields = {key: facts[key] for key in facts if key not in _WORDS and key != "secret"}
    return Table(label, fields, secret=tuple(facts.get("secret", ())), **words)


def field_names(model: type[Model]) -> list[str]:
    """Names of the fields that hold something, as the model declares them."""
    return [field.name for field in model._meta.get_fields() if field.concrete]


def known_models() -> list[type[Model]]:
    """Every table of the program and of its libraries."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in _FOREIGN
    ]


def faults(tables: Mapping[str, Table]) -> list[str]:
    """What an inventory leaves out or says wrongly, one sentence each; none when complete."""
    models = {model._meta.label: model for model in known_models()}
    found = [f"{label} has no entry in the inventory." for label in sorted(models.keys() - tables)]
    found += [f"{label} is no table any more." for label in sorted(tables.keys() - models)]
    for label in sorted(models.keys() & tables.keys()):
        found += _faults_of(tables[label], models[label])
    return found


def _faults_of(table: Table, model: type[Model]) -> Iterator[str]:
    known = {NOTHING_PERSONAL, *ACTIVITIES}
    named = [name for names in table.fields.values() for name in names]
    fields = set(field_names(model))
    for name in sorted(fields - set(named)):
        yield f"{table.label}.{name} has no entry in the inventory."
    for name in sorted({*named, *table.secret} - fields):
        yield f"{table.label}.{name} is no field any more."
    for activity in sorted(table.fields.keys() - known):
        yield f"{table.label}: {activity} is no activity."
    yield from _faults_of_end(table)


def _faults_of_end(table: Table) -> Iterator[str]:
    is_personal = bool(table.fields.keys() - {NOTHING_PERSONAL})
    if is_personal and table.erasure not in {DELETE, KEEP, RECOMPUTE}:
        yield f"{table.label}: say what becomes of its rows (delete, keep or recompute)."
    if table.erasure == KEEP and table.because not in KEPT_BECAUSE:
        yield f"{table.label}: say why its rows stay."
    if table.is_about_accounts and not is_personal:
        yield f"{table.label} is about accounts, so name what it says of them."
