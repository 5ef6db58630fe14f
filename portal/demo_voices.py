"""Gives a demonstration town what people wrote about its places, and the works done there."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from departments.access import ROLES_WITH, Right
from departments.acts import Act
from departments.models import Department, Membership, Works
from departments.services.works import WorksFacts, save_works
from portal.demo_ratings import Rated, Story
from sign_registry.models import Comment, Site
from sign_registry.services.comments import decide
from sign_registry.services.ratings import ORIGIN
from submissions.models import Submission
from submissions.services import take_text
from zones.models import Municipality

_NEWEST, _OLDEST = 40, 380
_REFUSAL = "Not about the place (demonstration)"


def load_demo_works(
    *, story: Story, municipality: Municipality, now: dt.datetime
) -> dict[str, Works]:
    """Enter the works of the file; tells which answer a worsening, by the code of the place."""
    answers: dict[str, Works] = {}
    sites = Site.objects.in_municipality(municipality)
    offices = Department.objects.in_municipality(municipality)
    for part in story.facts["works"]:
        geometry = sites.get(code=part["site"]).geometry
        if geometry is None:
            raise ValueError(f"{part['site']} is nowhere, so no works can be there")
        works = save_works(
            municipality=municipality,
            facts=WorksFacts(
                owner=offices.get(code=part["owner"]),
                kind=part["kind"],
                names=part["names"],
                texts=part["texts"],
                geometry=geometry,
                starts_on=story.back(part["from"]),
                ends_on=story.back(part["until"]),
            ),
            act=Act(None, now, "demo"),
        )
        if part.get("answers"):
            answers[part["site"]] = works
    return answers


def load_demo_comments(
    *, story: Story, rated: Rated, municipality: Municipality, now: dt.datetime
) -> int:
    """Write the comments of the file at invented places; most are released, some wait."""
    random = np.random.default_rng([story.facts["seed"], 13])
    facts = story.facts["comments"]
    written: list[Comment] = []
    for about in facts["about"]:
        written += _comments_about(about, story, rated, random)
    shuffled = [written[index] for index in random.permutation(len(written))]
    moderator = (
        Membership.objects.in_municipality(municipality)
        .filter(role__in=ROLES_WITH[Right.MODERATE])
        .order_by("-role", "pk")[:1]
        .get()
    )
    refused, rest = shuffled[: facts["refused"]], shuffled[facts["refused"] :]
    released = rest[: len(rest) - facts["waiting"]]
    state = Submission.State
    decide(comments=refused, state=state.REFUSED, actor=moderator, now=now, reason=_REFUSAL)
    decide(comments=released, state=state.RELEASED, actor=moderator, now=now)
    return len(written)


def _comments_about(
    about: Mapping[str, Any], story: Story, rated: Rated, random: np.random.Generator
) -> list[Comment]:
    """Each text of a group at some of its places, in some months of the past."""
    facts = story.facts["comments"]
    places = [
        site
        for site, kind in zip(rated.sites, rated.ground.kinds, strict=True)
        if kind in about["categories"] and site.dataset.is_synthetic
    ]
    written = []
    for text in about["texts"]:
        for index in random.choice(len(places), facts["each"], replace=False):
            month = story.back(int(random.integers(_NEWEST, _OLDEST))).replace(day=1)
            submission = take_text(text=f"{text} {facts['mark']}", origin=ORIGIN, received_on=month)
            written.append(
                Comment.objects.create(site=places[index], month=month, submission=submission)
            )
    return written
