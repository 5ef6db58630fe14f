"""Messages on a phone, by consent: which browser, through whose service, in which words agreed."""

import datetime as dt
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Preference, PushSubscription
from outbox.services.push_addresses import forget_push_address, remember_push_address
from zones.models import Municipality

#: Changes whenever the words of the consent do.
CONSENT = "2026-11"
MOST_BROWSERS = 10
_MAKERS = (
    (".googleapis.com", "Google"),
    (".mozilla.com", "Mozilla"),
    (".apple.com", "Apple"),
    (".windows.com", "Microsoft"),
)


@transaction.atomic
def agree_to_push(  # noqa: PLR0913 - three of them are one browser
    *,
    municipality: Municipality,
    user: User,
    endpoint: str,
    p256dh: str,
    auth: str,
    consent: str,
    now: dt.datetime,
) -> PushSubscription:
    """Remember a browser whose owner agreed; one that somebody else used before changes hands.

    Raises:
        ValidationError: `old_words` when other words were agreed to, `too_many`, or as
            outbox.services.push_addresses refuses the browser.
    """
    if consent != CONSENT:
        raise ValidationError(
            _("The words of the consent have changed. Read them again, then agree."),
            code="old_words",
        )
    own = PushSubscription.objects.in_municipality(municipality).of(user).listening()
    if own.exclude(address__endpoint=endpoint).count() >= MOST_BROWSERS:
        raise ValidationError(
            _("Messages go to %(most)d devices already. End them on one first."),
            code="too_many",
            params={"most": MOST_BROWSERS},
        )
    address = remember_push_address(endpoint=endpoint, p256dh=p256dh, auth=auth, now=now)
    subscription, _is_new = PushSubscription.objects.update_or_create(
        address=address,
        defaults={
            "user": user,
            "municipality": municipality,
            "service": service_of(endpoint),
            "consent": consent,
            "agreed_at": now,
        },
    )
    Preference.objects.update_or_create(
        municipality=municipality, user=user, defaults={"by_push": True, "changed_at": now}
    )
    return subscription


@transaction.atomic
def end_push(*, subscription: PushSubscription, now: dt.datetime) -> None:
    """Forget a browser; without any left, messages are no longer a way to be told."""
    forget_push_address(endpoint=subscription.address.endpoint)
    own = PushSubscription.objects.in_municipality(subscription.municipality)
    if not own.of(subscription.user).listening().exists():
        chosen = Preference.objects.in_municipality(subscription.municipality)
        chosen.of(subscription.user).update(by_push=False, changed_at=now)


def service_of(endpoint: str) -> str:
    """Who carries the messages: the maker of the browser, else the host itself."""
    host = urlsplit(endpoint).hostname or ""
    return next((maker for end, maker in _MAKERS if host.endswith(end)), host)[:40]
