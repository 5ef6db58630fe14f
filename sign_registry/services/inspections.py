"""Looking at a sign through a photo: can its code be read, and is it ours?"""

import datetime as dt
import uuid
from typing import NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from departments.access import ROLES_WITH, Right
from departments.models import Membership
from outbox.services import enqueue_mail
from sign_registry.codes import MistypedError, UnfitOriginError, read_sign_url
from sign_registry.models import Inspection, Sign, SignCode
from sign_registry.photos import texts_in
from sign_registry.services.signs import move_sign
from sign_registry.workflow import MOVES, State
from submissions.models import Submission
from zones.days import civil_day
from zones.models import Municipality
from zones.names import in_language


class Finding(NamedTuple):
    """What a photo showed."""

    is_read: bool
    is_host_right: bool
    is_code_right: bool

    @property
    def is_tampered(self) -> bool:
        """A code was read, and it does not lead to this sign's own page."""
        return self.is_read and not (self.is_host_right and self.is_code_right)


def judge(texts: list[str], *, origin: str, tokens: set[str]) -> Finding:
    """Compare the codes of a photo with what should hang there.

    One foreign code is enough: a sticker beside the true code is as bad as one over it.
    """
    pairs = [_judge_one(text, origin, tokens) for text in texts]
    return Finding(
        is_read=bool(pairs),
        is_host_right=bool(pairs) and all(host for host, _code in pairs),
        is_code_right=bool(pairs) and all(code for _host, code in pairs),
    )


@transaction.atomic
def inspect_sign(
    *,
    sign: Sign,
    photo: Submission,
    actor: Membership | None,
    now: dt.datetime,
    happened_at: dt.datetime,
    key: uuid.UUID | None,
) -> Inspection:
    """Keep a look at a sign; a foreign code makes it suspect and alerts the leads."""
    with photo.file.open("rb") as opened:
        texts = texts_in(opened.read())
    tokens = set(SignCode.objects.filter(sign=sign).accepted(now).values_list("token", flat=True))
    finding = judge(texts, origin=sign.municipality.sign_origin, tokens=tokens)
    inspection = Inspection.objects.create(
        sign=sign,
        actor=actor,
        happened_at=happened_at,
        recorded_at=now,
        distance_m=None,
        photo=photo,
        is_read=finding.is_read,
        is_host_right=finding.is_host_right,
        is_code_right=finding.is_code_right,
        key=key,
    )
    if finding.is_tampered:
        _suspect(inspection, now)
    return inspection


def crew_leads(municipality: Municipality, today: dt.date) -> list[tuple[str, str]]:
    """Address and language of everybody who runs the signs of a town."""
    held = (
        Membership.objects.in_municipality(municipality)
        .in_force(today)
        .with_role(ROLES_WITH[Right.RUN_SIGNS])
        .select_related("user")
    )
    language = municipality.languages[0]
    return sorted({(row.user.email, language) for row in held if row.user.email})


def _judge_one(text: str, origin: str, tokens: set[str]) -> tuple[bool, bool]:
    try:
        link = read_sign_url(text)
    except UnfitOriginError:
        return False, False
    except MistypedError:
        return text.lower().startswith(origin.lower() + "/"), False
    return link.origin == origin.lower().rstrip("/"), link.code in tokens


def _suspect(inspection: Inspection, now: dt.datetime) -> None:
    sign = inspection.sign
    reason = (
        _("A photo shows a code that leads to another address.")
        if not inspection.is_host_right
        else _("A photo shows the code of another sign.")
    )
    if (sign.state, State.SUSPECTED_TAMPERED) in MOVES:
        move_sign(
            sign=sign,
            to=State.SUSPECTED_TAMPERED,
            actor=inspection.actor,
            now=now,
            happened_at=inspection.happened_at,
            reason=reason,
            photo=inspection.photo,
        )
    _alert(inspection, now)


def _alert(inspection: Inspection, now: dt.datetime) -> None:
    sign = inspection.sign
    town = sign.municipality
    for address, language in crew_leads(town, civil_day(now, town.timezone)):
        with translation.override(language):
            name = in_language(sign.site.names) if sign.site else ""
            enqueue_mail(
                recipient=address,
                subject=_("Sign %(number)d: a foreign code was found") % {"number": sign.number},
                body=_(
                    "A photo of sign %(number)d (%(place)s) shows a code that is not the code of "
                    "this sign. The sign is marked as suspected of tampering and its page is "
                    "closed until somebody has looked.\n\nSee %(path)s"
                )
                % {"number": sign.number, "place": name, "path": sign_page(sign)},
                kind="alert",
                now=now,
                language=language,
                sender=town.mail_sender,
                queue=town.slug,
                key=f"tampered-{inspection.pk}-{address}",
            )


def sign_page(sign: Sign) -> str:
    """Address of the sign's page, as far as this installation knows its own name."""
    return f"{sign.municipality.sign_origin}/{sign.municipality.slug}/signs/{sign.pk}/"
