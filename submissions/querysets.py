"""Questions about what outsiders handed in: what waits, what may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from submissions.models import Submission


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions. Which town one belongs to, the row that points to it says."""

    def held(self) -> SubmissionQuerySet:
        """Keep what not even a moderator sees yet."""
        return self.filter(state="held")

    def waiting(self) -> SubmissionQuerySet:
        """Keep what somebody has to look at."""
        return self.filter(state="waiting")

    def released(self) -> SubmissionQuerySet:
        """Keep what may be shown in public."""
        return self.filter(state="released")
