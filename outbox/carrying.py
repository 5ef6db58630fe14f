"""What can come of carrying a message away, whatever the way is."""

import datetime as dt
from typing import Protocol

from outbox.models import OutboxMessage


class NotTakenError(Exception):
    """The message was not taken: for good, or until a later try."""

    def __init__(
        self,
        words: str,
        *,
        is_final: bool = False,
        wait: dt.timedelta | None = None,
        is_line: bool = False,
        is_gone: bool = False,
    ) -> None:
        """What was said.

        Args:
            words: one printable line for the operator, without anybody's address.
            is_final: another try would end the same way.
            wait: how long the server itself asks to wait.
            is_line: the line broke, which may be the server's fault as well as the message's.
            is_gone: nobody listens at this address any more, for this and for other messages.
        """
        super().__init__(words)
        self.words = words[:500]
        self.is_final = is_final
        self.wait = wait
        self.is_line = is_line
        self.is_gone = is_gone


class NobodyAnswersError(Exception):
    """The server cannot be reached at all, which is no message's fault."""

    def __init__(self, words: str) -> None:
        """What the network said."""
        super().__init__(words)
        self.words = words[:500]


class Carrier(Protocol):
    """One way by which messages leave; may keep a line open between them."""

    def carry(self, message: OutboxMessage) -> None:
        """Hand one message over.

        Raises:
            NotTakenError: it was not taken.
            NobodyAnswersError: the server cannot be reached.
        """

    def close(self) -> None:
        """Say goodbye where a line is open."""
