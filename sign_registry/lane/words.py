"""What people add after a vote: reasons, a comment, or that the sign hangs in the wrong place."""

import datetime as dt

from sign_registry import intake
from sign_registry.lane import pages
from sign_registry.lane.answers import Answer
from sign_registry.lane.limiter import LaneClosedError, Limiter, Ticket, Verdict
from sign_registry.lane.pages import LONGEST_COMMENT, Reader
from sign_registry.lane.scenes import Scene
from sign_registry.models import CommentInbox
from submissions.masking import mask

MORE = "more"
WRONG_PLACE = "wrong-place"
ACTIONS = frozenset({MORE, WRONG_PLACE})
_MOST_REASONS = 12
_LONGEST_ID = 18

Fields = dict[str, list[str]]


def comment_of(fields: Fields) -> str:
    """The comment as typed, cut to what is taken."""
    return fields.get("comment", [""])[0].strip()[:LONGEST_COMMENT]


def _reasons_of(fields: Fields) -> list[int]:
    chosen = fields.get("reason", [])[:_MOST_REASONS]
    return sorted(
        {int(one) for one in chosen if one.isascii() and one.isdigit() and len(one) <= _LONGEST_ID}
    )


def again(scene: Scene, reader: Reader, fields: Fields, action: str, nonce: str) -> Answer:
    """The page was open for too long: what was typed, to be sent once more."""
    return pages.again_page(
        scene,
        reader,
        {
            "action": action,
            "comment": comment_of(fields),
            "reasons": _reasons_of(fields),
            "fresh_nonce": nonce,
        },
    )


def take(
    limiter: Limiter,
    scene: Scene,
    reader: Reader,
    fields: Fields,
    how: tuple[str, Ticket, dt.datetime],
) -> Answer:
    """Store what was added, each part without a key to any vote or to the other parts."""
    action, ticket, now = how
    verdict = limiter.admit(ticket)
    if verdict is Verdict.PENDING:
        raise LaneClosedError("words_pending")
    if verdict is Verdict.OVER_LIMIT:
        return pages.done_page(scene, reader, "too_many", 429)
    if verdict is not Verdict.ALREADY:
        try:
            _store(scene, fields, action, now)
        except BaseException:
            limiter.release(ticket)
            raise
        limiter.settle(ticket)
    return pages.done_page(scene, reader, "sign" if action == WRONG_PLACE else "words")


def _store(scene: Scene, fields: Fields, action: str, now: dt.datetime) -> None:
    covered = mask(comment_of(fields))
    is_wrong = action == WRONG_PLACE
    reasons = [] if is_wrong else _reasons_of(fields)
    if reasons:
        intake.store_reasons(token=scene.token, reasons=reasons, now=now)
    if covered.text or is_wrong:
        about = CommentInbox.About.SIGN if is_wrong else CommentInbox.About.PLACE
        intake.store_comment(
            token=scene.token,
            about=about.value,
            text=covered.text[:LONGEST_COMMENT],
            masked=covered.count,
            now=now,
        )
