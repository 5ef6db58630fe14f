"""A letter by e-mail to one resident, in their language; nothing for those without an address."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.utils import translation

from outbox.services import enqueue_mail
from residents.models import Resident

#: Subject and paragraphs, asked for once the person's language is switched on.
Words = Callable[[], tuple[str, Sequence[str]]]


def write_to(*, resident: Resident, kind: str, key: str, words: Words, now: dt.datetime) -> bool:
    """Write to a resident; tell whether there was an address to write to.

    Args:
        key: what the letter tells; a second letter of the same key is not sent.
    """
    user, town = resident.user, resident.municipality
    if not user.email or not user.is_active:
        return False
    language = user.language or town.languages[0]
    with translation.override(language):
        subject, paragraphs = words()
        link = f"{town.sign_origin.rstrip('/')}/{town.slug}/me/"
        body = "\n\n".join([*paragraphs, link])
        subject = f"{town.name}: {subject}"
    enqueue_mail(
        recipient=user.email,
        subject=" ".join(subject.split()),
        body=body,
        kind=kind,
        now=now,
        language=language,
        sender=town.mail_sender,
        queue=town.slug,
        key=key,
    )
    return True
