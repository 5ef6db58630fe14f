"""Shows an address so that its owner knows it again and nobody else learns it; pure rules."""

import re

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ]{6,}[0-9]")


def masked(recipient: str) -> str:
    """First letter and host of an e-mail address, last two digits of a number."""
    local, at, host = recipient.rpartition("@")
    if at:
        return f"{local[:1]}…@{host}"
    if recipient.startswith("+"):
        return f"{recipient[:3]}…{recipient[-2:]}"
    return recipient


def without_addresses(words: str) -> str:
    """What a server said, with each address and number in it masked."""
    return _NUMBER.sub("…", _ADDRESS.sub(lambda found: masked(found[0]), words))
