"""What was put right on a roll, in words and without the person."""

from typing import Any

from django.utils.translation import gettext as _

from consultations.models import Roll, RollAdmission, RollEntry


def admission_rows(roll: Roll) -> list[dict[str, Any]]:
    """Each correction, the oldest first, with the digest of the roll since; one query."""
    rows = RollAdmission.objects.filter(roll=roll).order_by("recorded_at", "pk")
    return [
        {
            "kind": one.kind,
            "label": one.get_kind_display(),
            "decision": one.decision,
            "reason": one.reason,
            "when": one.recorded_at,
            "digest": bytes(one.digest).hex(),
        }
        for one in rows
    ]


def admission_sums(roll: Roll) -> list[dict[str, Any]]:
    """How many of each kind, those that happened."""
    kinds = [row["kind"] for row in admission_rows(roll)]
    return [
        {"label": kind.label, "many": kinds.count(kind)}
        for kind in RollAdmission.Kind
        if kind in kinds
    ]


def decision_words(entry: RollEntry | None) -> str:
    """What a decision did to the reader's own line, and why; nothing where there was none."""
    if entry is None:
        return ""
    rows = RollAdmission.objects.filter(roll=entry.roll_id, line=entry.pk)
    last = rows.exclude(decision="").order_by("-recorded_at", "-pk").first()
    if last is None:
        return ""
    if last.kind == RollAdmission.Kind.ADDED:
        told = _("You were added to the roll by decision %(decision)s. Reason: %(reason)s")
    else:
        told = _("You were struck from the roll by decision %(decision)s. Reason: %(reason)s")
    return told % {"decision": last.decision, "reason": last.reason}
