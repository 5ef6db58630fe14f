"""Keeps the letters of a demonstration as files, newest five hundred; no real letter comes here."""

import datetime as dt
import email
import email.policy
import re
import secrets
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

MOST_KEPT = 500
#: Names that `keep` gives; whatever else is asked for is not a letter of ours.
NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}\.eml")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder of letters, one file each, named by the moment they came."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Write a letter down whole, drop the oldest ones over the bound, and name the new one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(content)
        unfinished.rename(self.folder / name)
        for old in self.names()[MOST_KEPT:]:
            (self.folder / old).unlink(missing_ok=True)
        return name

    def names(self) -> list[str]:
        """Names of the letters, newest first."""
        if not self.folder.is_dir():
            return []
        found = (path.name for path in self.folder.iterdir())
        return sorted((name for name in found if NAME.fullmatch(name)), reverse=True)

    def read(self, name: str) -> "Letter | None":
        """One letter; None where no letter has this name."""
        path = self.folder / name
        if not NAME.fullmatch(name) or not path.is_file():
            return None
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return Letter(name, message)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a reader of the demonstration sees of a letter."""

    name: str
    message: EmailMessage

    @property
    def sender(self) -> str:
        """From whom."""
        return str(self.message["From"] or "")

    @property
    def recipient(self) -> str:
        """To whom."""
        return str(self.message["To"] or "")

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.message["Subject"] or "")

    @property
    def written_at(self) -> dt.datetime | None:
        """When it was written; None where it does not say."""
        return getattr(self.message["Date"], "datetime", None)

    @property
    def text(self) -> str:
        """Its plain text; empty where it has none."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content())
