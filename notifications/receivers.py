"""What follows when a letter comes back for good: nothing more is sent to that address."""

from notifications.services.preferences import note_bounce
from outbox.services.bounces import Bounce


def stop_writing(bounce: Bounce) -> None:
    """Switch letters off for an address where none will ever arrive."""
    if bounce.is_permanent:
        note_bounce(recipient=bounce.recipient, now=bounce.happened_at)
