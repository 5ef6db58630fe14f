"""People and roles for tests."""

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from departments.models import Membership
from tests.factories.zones import MunicipalityFactory


class UserFactory(DjangoModelFactory[User]):
    """A person who may sign in."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@town.example")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(User.no_password)


class MembershipFactory(DjangoModelFactory[Membership]):
    """An administrator of a town."""

    class Meta:
        model = Membership

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.ADMINISTRATOR
