"""Gives signs their codes and ends them; a code is never used twice."""

import datetime as dt
from collections.abc import Sequence

from sign_registry.codes import new_code
from sign_registry.models import Sign, SignCode

# How long a replaced code is still accepted, because the old plate may hang until the crew comes.
GRACE = dt.timedelta(days=30)


def issue_missing_codes(*, signs: Sequence[Sign], now: dt.datetime) -> dict[int, SignCode]:
    """One living code for each sign, by the sign's key; those that have one keep it."""
    living = {code.sign_id: code for code in SignCode.objects.living().filter(sign__in=signs)}
    without = [sign for sign in signs if sign.pk not in living]
    tokens = _unused_codes(len(without))
    made = SignCode.objects.bulk_create(
        SignCode(sign=sign, token=token, issued_at=now)
        for sign, token in zip(without, tokens, strict=True)
    )
    return living | {code.sign_id: code for code in made}


def end_living_code(*, sign: Sign, now: dt.datetime, grace: dt.timedelta | None) -> None:
    """Take the living code out of use, at once or after a grace; ended codes stay ended."""
    SignCode.objects.living().filter(sign=sign).update(
        ended_at=now, grace_until=now + grace if grace else None
    )


def _unused_codes(wanted: int) -> list[str]:
    """Codes that never existed, in the order they were drawn.

    Sorted, they would tell where the code of the next sign lies.
    """
    drawn: dict[str, None] = {}
    while len(drawn) < wanted:
        fresh = [new_code() for _ in range(wanted - len(drawn))]
        used = set(SignCode.objects.filter(token__in=fresh).values_list("token", flat=True))
        drawn |= dict.fromkeys(code for code in fresh if code not in used)
    return list(drawn)
