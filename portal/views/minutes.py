"""The minutes of a consultation with the newest signed root of the town's register of reports.

It stands here because consultations and reports do not know each other.
"""

from consultations.documents.minutes import Seal
from consultations.views.minutes import MinutesView
from incidents.models import LedgerRoot


class SealedMinutesView(MinutesView):
    """The PDF as everybody gets it."""

    def seal(self) -> Seal | None:
        """The root of the newest day that was signed."""
        root = LedgerRoot.objects.in_municipality(self.municipality).newest_first().first()
        return Seal(root.day, bytes(root.root).hex(), root.key) if root else None
