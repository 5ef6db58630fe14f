"""Verbs of the outbox: write messages, tell how far they are, try again, give up, clear away."""

from outbox.services.many import Progress, batch_progress, enqueue_many
from outbox.services.push_addresses import forget_push_address, remember_push_address
from outbox.services.settling import KEPT, bury, clear_old, retry_message, retry_messages
from outbox.services.writing import (
    CODE_WINDOW,
    MOST_CODES,
    SIGN_IN,
    NewMessage,
    enqueue_mail,
    enqueue_push,
    enqueue_sms,
)

__all__ = [
    "CODE_WINDOW",
    "KEPT",
    "MOST_CODES",
    "SIGN_IN",
    "NewMessage",
    "Progress",
    "batch_progress",
    "bury",
    "clear_old",
    "enqueue_mail",
    "enqueue_many",
    "enqueue_push",
    "enqueue_sms",
    "forget_push_address",
    "remember_push_address",
    "retry_message",
    "retry_messages",
]
