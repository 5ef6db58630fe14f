"""Says when a message is tried again and which answers of a mail server are final; pure rules."""

import datetime as dt
import smtplib

#: Waits after the first, second … failed try; the last one repeats.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MOST_TRIES = 10
#: While the server cannot be reached no try is used up, for no message is at fault.
OUTAGE_WAIT = dt.timedelta(minutes=1)
#: Longer than any task may live, so that no second worker sends what a first one still sends.
LEASE = dt.timedelta(minutes=6)
#: A code that comes later than this opens nothing any more.
SECRET_LIFE = dt.timedelta(minutes=15)


def wait_after(tries: int) -> dt.timedelta | None:
    """How long to wait after so many failed tries; None when it was the last one."""
    if tries >= MOST_TRIES:
        return None
    return WAITS[min(tries, len(WAITS)) - 1]


def is_final(error: Exception) -> bool:
    """Whether the server refused this very letter for good: 5xx about its recipient or content.

    A refused sign-in or sender is a fault of our settings, which the operator can mend while the
    message waits.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def in_words(error: Exception) -> str:
    """What the server or the network said, in one short printable line for the operator."""
    answers: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    said = "; ".join(f"{code} {_text(words)}" for code, words in answers) or str(error)
    line = "".join(letter if letter.isprintable() else " " for letter in said)
    return f"{type(error).__name__}: {line}"[:500]


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
