"""Rows for tests: signs in any state of their life, with a living code where they have a plate."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from sign_registry.codes import ALPHABET, check_symbol
from sign_registry.models import Sign, SignCode
from sign_registry.workflow import ON_PAPER
from tests.factories.sites import SiteFactory

ISSUED_AT = dt.datetime(2026, 2, 1, 8, tzinfo=dt.UTC)


def code_number(number: int) -> str:
    """The code whose random part is this number: always the same, never met twice."""
    symbols = ""
    for _ in range(8):
        number, digit = divmod(number, len(ALPHABET))
        symbols = ALPHABET[digit] + symbols
    return symbols + check_symbol(symbols)


class SignFactory(DjangoModelFactory[Sign]):
    """A planned rating sign at a site of its own town."""

    class Meta:
        model = Sign

    site = factory.SubFactory(SiteFactory)
    municipality = factory.SelfAttribute("site.municipality")
    number = factory.Sequence(lambda n: n + 1)
    purpose = Sign.Purpose.RATING


class SignCodeFactory(DjangoModelFactory[SignCode]):
    """A living code."""

    class Meta:
        model = SignCode

    sign = factory.SubFactory(SignFactory)
    token = factory.Sequence(code_number)
    issued_at = ISSUED_AT


def sign_in(state: str, **fields: Any) -> Sign:
    """A sign in a state, with a code if a plate of it exists."""
    sign = SignFactory.create(state=state, **fields)
    if state in ON_PAPER:
        SignCodeFactory.create(sign=sign)
    return sign
