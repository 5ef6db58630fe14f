"""Questions about questions, in domain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from zones.querysets import names_hold

if TYPE_CHECKING:
    from questions.models import Question
    from zones.models import Municipality


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions to a town."""

    def in_municipality(self, municipality: Municipality) -> QuestionQuerySet:
        """Keep those of one town."""
        return self.filter(municipality=municipality)

    def waiting(self) -> QuestionQuerySet:
        """Keep what somebody has to look at."""
        return self.filter(state="waiting")

    def public(self) -> QuestionQuerySet:
        """Keep what everybody reads, in the town's order."""
        return self.filter(state="public").order_by("position", "-answered_at", "-pk")

    def holding(self, text: str) -> QuestionQuerySet:
        """Keep those whose question or answer holds a text in any language. Linear in the rows."""
        return self.filter(names_hold(text, "questions") | names_hold(text, "answers"))
