"""Changes of the lines of an area while it is composed, one at a time; pure.

Lines are the JSON that zones.recipes reads; numbers count from 1. A number that no line has leaves
everything as it is: somebody else was quicker.
"""

from typing import Any

Lines = list[dict[str, Any]]

MOST_STEPS = 20


def put(lines: Lines, line: dict[str, Any], number: int | None) -> Lines:
    """Add a line at the end, or write it in the place of another, muted as that one was."""
    if number is None or not 1 <= number <= len(lines):
        return [*lines, line]
    kept = {**line, "muted": bool(lines[number - 1].get("muted"))}
    return [*lines[: number - 1], kept, *lines[number:]]


def without(lines: Lines, number: int) -> Lines:
    """Remove a line."""
    return [line for at, line in enumerate(lines, start=1) if at != number]


def muted(lines: Lines, number: int) -> Lines:
    """Mute a line, or let it speak again."""
    return [
        {**line, "muted": not line.get("muted")} if at == number else line
        for at, line in enumerate(lines, start=1)
    ]


def moved(lines: Lines, number: int, by: int) -> Lines:
    """Change places with the neighbour above (-1) or below (1)."""
    other = number + by
    if not (1 <= number <= len(lines) and 1 <= other <= len(lines)):
        return lines
    changed = list(lines)
    changed[number - 1], changed[other - 1] = changed[other - 1], changed[number - 1]
    return changed


class Steps:
    """What can be undone and done again; kept by whoever shows the page."""

    def __init__(self, past: list[Lines], future: list[Lines]) -> None:
        self.past = past
        self.future = future

    def took(self, before: Lines) -> "Steps":
        """After a change of these lines."""
        return Steps([*self.past, before][-MOST_STEPS:], [])

    def back(self, now: Lines) -> "tuple[Lines, Steps] | None":
        """The lines before the last change; None when there is none."""
        if not self.past:
            return None
        return self.past[-1], Steps(self.past[:-1], [*self.future, now][-MOST_STEPS:])

    def forth(self, now: Lines) -> "tuple[Lines, Steps] | None":
        """The lines after the change that was undone last; None when there is none."""
        if not self.future:
            return None
        return self.future[-1], Steps([*self.past, now][-MOST_STEPS:], self.future[:-1])
