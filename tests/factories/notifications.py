"""Target areas, notices and what people follow, for tests."""

import factory
from factory.django import DjangoModelFactory

from notifications.models import Announcement, FollowedArea, Preference
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY
from tests.factories.zones import MunicipalityFactory, square
from zones.models import TargetArea


class TargetAreaFactory(DjangoModelFactory[TargetArea]):
    """The first cell as a drawn shape."""

    class Meta:
        model = TargetArea

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Area {n}")
    on = TODAY
    geometry = factory.LazyFunction(lambda: square(0, 0))
    created_at = NOON
    changed_at = NOON


class AnnouncementFactory(DjangoModelFactory[Announcement]):
    """A notice that went to the whole town."""

    class Meta:
        model = Announcement

    municipality = factory.SubFactory(MunicipalityFactory)
    topic = "works"
    titles = factory.Sequence(lambda n: {"en": f"Notice {n}", "ro": f"Anunț {n}"})
    texts = factory.LazyFunction(lambda: {"en": "What happens.", "ro": "Ce se întâmplă."})
    state = "sent"
    created_at = NOON
    changed_at = NOON
    published_at = NOON
    send_at = NOON
    created_by = factory.SubFactory(UserFactory)


class FollowedAreaFactory(DjangoModelFactory[FollowedArea]):
    """The first cell, followed by somebody."""

    class Meta:
        model = FollowedArea

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory)
    name = "Around school"
    geometry = factory.LazyFunction(lambda: square(0, 0))
    created_at = NOON


class PreferenceFactory(DjangoModelFactory[Preference]):
    """Each notice at once, by e-mail."""

    class Meta:
        model = Preference

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory)
    is_daily = False
    changed_at = NOON
