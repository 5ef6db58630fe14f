"""What the pages of the press office share: who comes in, and which figures they are about."""

from django.utils.functional import cached_property

from departments.access import Right, may
from departments.views import StaffView
from satisfaction.models import Alert, Snapshot
from satisfaction.selection import Selection, select, snapshots_for
from sign_registry.models import SiteCategory
from zones.names import in_language
from zones.querysets import collated


class PressPage(StaffView):
    """A page for those who see figures of the whole town before everybody else does."""

    right = Right.SEE_RATINGS

    @cached_property
    def selection(self) -> Selection | None:
        """The choice in the address; None where the town has no figures yet."""
        return select(self.municipality, self.request.GET, self.today, is_staff=True)

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        """Every period there is, newest first."""
        return list(snapshots_for(self.municipality, self.today, is_staff=True))

    @cached_property
    def order(self) -> list[str]:
        """Languages in which a name is looked for when the reader's is missing."""
        return list(self.municipality.languages)

    @cached_property
    def town(self) -> str:
        """The town's name."""
        return in_language(self.municipality.names, self.order)

    @property
    def categories(self) -> list[dict[str, str]]:
        """Kinds of place to choose from, by name."""
        found = SiteCategory.objects.in_municipality(self.municipality).in_use()
        return [
            {"code": one.code, "name": in_language(one.names, self.order)}
            for one in found.order_by(collated(self.language))
        ]

    @cached_property
    def withheld(self) -> set[int]:
        """Places whose owner may still reply to a fall; the town does not publish them alone."""
        alerts = Alert.objects.in_municipality(self.municipality).withheld_on(self.today)
        return set(alerts.values_list("site_id", flat=True))

    @cached_property
    def may_publish(self) -> bool:
        """Whether the reader takes figures out of the house."""
        return may(self.request.user, self.municipality, Right.PUBLISH)
