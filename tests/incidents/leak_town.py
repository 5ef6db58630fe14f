"""A town with one public report, one shown roughly and two hidden ones, each with canaries."""

from dataclasses import dataclass

from incidents.models import Incident
from incidents.services.recording import Actor, record
from incidents.services.reporting import NewReporter
from incidents.workflow import Kind
from submissions.services import take_picture
from tests.factories.accounts import UserFactory
from tests.factories.departments import NOON, TODAY, DepartmentFactory
from tests.factories.incidents import CategoryFactory, reported
from tests.factories.submissions import picture
from tests.factories.zones import MunicipalityFactory, spot, square, zone_with_shape
from zones.models import Municipality
from zones.models.municipality import MODULES

SEEN = "canary-of-the-public-one"
#: Far from the public one, and exact to the centimetre.
HIDDEN_SPOTS = {"unreleased": (2.12345, 2.54321), "never": (3.13131, 2.42424)}
PLACE_ONLY = (1.23456, 3.34567)


@dataclass(frozen=True)
class Town:
    """A town with one report of each kind, and what must not be found of them."""

    municipality: Municipality
    public: Incident
    rough: Incident
    hidden: dict[str, Incident]

    @property
    def secrets(self) -> list[str]:
        """What must stand nowhere."""
        found = ["canary-words"]
        for one in self.hidden.values():
            assert one.geometry is not None
            found += [one.reference, f"{one.geometry.x:.5f}", f"{one.geometry.y:.5f}"]
        found += [one.tracking for one in Incident.objects.all()]
        point = self.rough.geometry
        assert point is not None
        return [*found, f"{point.x:.4f}", f"{point.y:.4f}", "canary-name", "canary@example.org"]


def town_with_secrets() -> Town:
    """The town; every module is switched on."""
    town = MunicipalityFactory.create(modules=list(MODULES))
    zone_with_shape(town, code="middle", geometry=square(0, 0, 4, 4))
    office = DepartmentFactory.create(municipality=town, code="office")
    who = NewReporter(user=UserFactory.create(), name="canary-name", email="canary@example.org")

    def one(visibility: str, release: str, at: tuple[float, float], words: str) -> Incident:
        category = CategoryFactory.create(municipality=town, visibility=visibility, release=release)
        incident = reported(
            town,
            category=category,
            geometry=spot(*at),
            words=words,
            reporter=who,
            photos=[take_picture(raw=picture(), origin="report", received_on=TODAY)],
        )
        record(
            incident=incident,
            kind=Kind.ROUTED,
            data={"department": office.pk, "rule": None},
            actor=Actor("dispatcher"),
            now=NOON,
        )
        return incident

    public = one("public", "rule", (0.5, 0.5), SEEN)
    rough = one("place", "rule", PLACE_ONLY, "canary-words")
    hidden = {
        "unreleased": one("public", "person", HIDDEN_SPOTS["unreleased"], "canary-words"),
        "never": one("never", "person", HIDDEN_SPOTS["never"], "canary-words"),
    }
    # Even a cache that says otherwise opens nothing of a category that is never shown.
    Incident.objects.filter(pk=hidden["never"].pk).update(is_released=True)
    return Town(town, public, rough, hidden)
