"""Comments of raters, for tests."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from sign_registry.models import Comment
from tests.factories.sites import SiteFactory
from tests.factories.submissions import SubmissionFactory

MONTH = dt.date(2026, 3, 1)


class CommentFactory(DjangoModelFactory[Comment]):
    """A comment that waits to be looked at."""

    class Meta:
        model = Comment

    site = factory.SubFactory(SiteFactory)
    month = MONTH
    submission = factory.SubFactory(SubmissionFactory, received_on=factory.SelfAttribute("..month"))


def comment_in(state: str, text: str = "The bench is broken", **fields: Any) -> Comment:
    """A comment that stands somewhere on its way to the public."""
    return CommentFactory.create(submission__state=state, submission__text=text, **fields)
