"""How much outside geometry is taken, decided before the costly steps; it measures nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds of one document; the document at the bound is still taken."""

    size_bytes: int = 2_000_000
    depth: int = 12
    """Levels of [ and {; a feature collection of multipolygons needs 8."""
    vertices: int = 10_000
    rings: int = 500
    """Rings and lines, of the whole document: the validity test grows fastest with them."""
    features: int = 2_000

    @property
    def brackets(self) -> int:
        """Opening brackets that a document inside the other bounds can need."""
        return 2 * self.vertices + 4 * self.rings + 8 * self.features + 1_000


WEB_LIMITS = Limits()
"""For whatever comes in a request."""

FILE_LIMITS = Limits(
    size_bytes=100_000_000, vertices=3_000_000, rings=300_000, features=300_000, depth=16
)
"""For a file that the town's own operator loads by command."""
