"""Which consultation of the demonstration a page shows: a draft, one under way, a counted one."""

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from consultations.blueprints import BLUEPRINTS
from consultations.models import CountRun, LegalNotice, Phase, Process, Question
from consultations.services.preparing import Beginning, begin
from departments.models import Department, Membership
from tests.factories.consultations import ContributionFactory, LayerFactory, PartFactory
from tests.factories.zones import spot
from zones.models import Municipality

#: Files, and what only a program reads; opened by their own tests.
FILES = {
    "<slug:slug>/consultations/<int:pk>/layers.geojson",
    "<slug:slug>/plan/consultations/<int:pk>/layers.geojson",
    "<slug:slug>/plan/consultations/<int:pk>/law/notice.pdf",
    "<slug:slug>/plan/consultations/<int:pk>/law/posters.pdf",
    "<slug:slug>/plan/consultations/<int:pk>/law/register.csv",
    "<slug:slug>/consultations/<int:pk>/notice/proofs/<int:proof>.txt",
    "<slug:slug>/consultations/<int:pk>/result.pb",
    "<slug:slug>/consultations/<int:pk>/recount.html",
    "<slug:slug>/consultations/<int:pk>/minutes.pdf",
}
_BUDGET = (
    "result/", "zones/", "integrity/", "vote/", "vote/done/", "projects/", "roll/", "roll/looks/",
    "count/", "simulate/", "opinions/", "propose/",
)  # fmt: skip
_DRAFT = ("texts/", "phases/", "area/", "who/", "publish/", "drawing/", "survey/new/")


def consulted_rows(town: Municipality) -> dict[str, str]:
    """Numbers by name: three consultations, and a row of each kind that belongs to them."""
    counted = CountRun.objects.filter(phase__process__municipality=town).latest("pk").phase.process
    asked = Question.objects.filter(phase__process__municipality=town).order_by("pk")[0]
    draft = _draft(town)
    LegalNotice.objects.get_or_create(
        process=asked.phase.process,
        defaults={
            "regime": f"{town.country.lower()}-normative-act",
            "announced_on": timezone.localdate(),
        },
    )
    layer = LayerFactory.create(
        process=draft, names=dict.fromkeys(town.languages, "A"),
        descriptions=dict.fromkeys(town.languages, "A"),
    )  # fmt: skip
    part = PartFactory.create(
        layer=layer, names=dict.fromkeys(town.languages, "1"), geometry=_middle(town)
    )
    project = counted.projects.order_by("pk")[0]
    project.department = Department.objects.filter(municipality=town, parent__isnull=False)[0]
    project.save(update_fields=["department"])
    phase = asked.phase.process.phases.order_by("pk")[0]
    head = Membership.objects.get(
        municipality=town, role="administrator", user__email__endswith=".example"
    )
    # Whoever looks at the pages said it, and may take it back.
    said = ContributionFactory.create(process=phase.process, phase=phase, author=head.user)
    return {
        "of_contribution": str(said.pk),
        "counted": str(counted.pk),
        "process": str(asked.phase.process_id),
        "drafted": str(draft.pk),
        "of_layer": str(layer.pk),
        "of_part": str(part.pk),
        "of_phase": str(Phase.objects.get(process=draft, kind="vote").pk),
        "of_question": str(asked.pk),
        "of_project": str(project.pk),
    }


def consultation_of(route: str, rows: dict[str, str]) -> str:
    """The address with the consultation that has something to show there."""
    rest = route.partition("<int:pk>/")[2]
    name = "process"
    if rest.startswith(_BUDGET) or route.startswith("<slug:slug>/desk/ballots/"):
        name = "counted"
    elif "/plan/" in route and rest.startswith(_DRAFT):
        name = "drafted"
    path = route.replace("<int:pk>", rows[name])
    for parameter in ("layer", "part", "phase", "question", "project", "contribution"):
        path = path.replace(f"<int:{parameter}>", rows[f"of_{parameter}"])
    return path


def _draft(town: Municipality) -> Process:
    planner = Membership.objects.filter(municipality=town, role="planner")[0].user
    assert planner is not None
    words = dict.fromkeys(town.languages, "A new line")
    return begin(
        municipality=town,
        beginning=Beginning(
            blueprint=BLUEPRINTS["tram_line"],
            names=words,
            texts=words,
            department=Department.objects.filter(municipality=town)[0],
            starts_on=timezone.localdate(),
        ),
        actor=planner,
        now=timezone.now(),
    )


def _middle(town: Municipality) -> GEOSGeometry:
    return town.outline.point_on_surface if town.outline else spot(0.5, 0.5)
