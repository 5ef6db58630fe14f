"""The buttons on the page of a report: one class, one service each."""

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from departments.access import Right
from geo.crs import STORAGE_SRID
from geo.intake import parse_point
from incidents.models import Incident, Remark
from incidents.services import assigning, closing, dialogue, merging, sorting
from incidents.services.recording import Actor
from incidents.views.desk_base import CaseActView


class AssignView(CaseActView):
    """Take it, or give it to a colleague."""

    def act_on(self, incident: Incident) -> str:
        """Without a choice it is the person's own."""
        now = timezone.now()
        handler = self.person
        if self.said("handler"):
            handler = self.chosen("handler", User.objects.filter(pk__in=self._colleagues(incident)))
        assigning.assign(incident=incident, handler=handler, actor=self.actor(incident), now=now)
        if handler == self.person:
            return _("The report is yours now.")
        return _("%(name)s has the report now.") % {"name": handler}

    def _colleagues(self, incident: Incident) -> list[int]:
        return [one.pk for one in assigning.colleagues(incident, timezone.now())]


class QuestionView(CaseActView):
    """A question to the reporter."""

    def act_on(self, incident: Incident) -> str:
        """Ask."""
        dialogue.ask_reporter(
            incident=incident,
            text=self.said("text"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The question is on its way to the reporter.")


class NoteView(CaseActView):
    """A note for the house."""

    def act_on(self, incident: Incident) -> str:
        """Write it down."""
        dialogue.note(
            incident=incident,
            text=self.said("text"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The note is kept. Only the town hall reads it.")


class AskOpinionView(CaseActView):
    """A question to another department."""

    def act_on(self, incident: Incident) -> str:
        """Ask; the report stays here."""
        department = self.chosen("department", self.offices())
        dialogue.ask_opinion(
            incident=incident,
            department=department,
            text=self.said("text"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("%(department)s was asked. The report stays with you.") % {
            "department": department.name
        }


class GiveOpinionView(CaseActView):
    """The answer of the department that was asked."""

    def act_on(self, incident: Incident) -> str:
        """Answer the question of the form."""
        asked = self.chosen("asked", incident.remarks.filter(kind=Remark.Kind.OPINION_ASKED))
        dialogue.give_opinion(
            asked=asked,
            text=self.said("text"),
            actor=Actor("handler", self.person, asked.department),
            now=timezone.now(),
        )
        return _("The opinion is given.")


class SendView(CaseActView):
    """To another department."""

    def act_on(self, incident: Incident) -> str:
        """Send it."""
        department = self.chosen("department", self.offices())
        sorting.send_to(
            incident=incident,
            department=department,
            actor=self.actor(incident),
            now=timezone.now(),
            why=self.said("why"),
        )
        return _("The report went to: %(department)s.") % {"department": department.name}

    def next_path(self, otherwise: str) -> str:
        """Back to the desk: the report may be out of sight now."""
        return super().next_path(self.desk())


class HandBackView(CaseActView):
    """Back to sorting."""

    def act_on(self, incident: Incident) -> str:
        """With a reason."""
        sorting.hand_back(
            incident=incident,
            why=self.said("why"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The report is back with those who sort.")

    def next_path(self, otherwise: str) -> str:
        """Back to the desk: the report is out of sight now."""
        return super().next_path(self.desk())


class RulesAgainView(CaseActView):
    """A change after which the rules may be asked again."""

    def next_path(self, otherwise: str) -> str:
        """Back to the desk where the rules may have sent it out of sight."""
        return super().next_path(self.desk() if self.said("rules") else otherwise)


class CategoryView(RulesAgainView):
    """Another category."""

    def act_on(self, incident: Incident) -> str:
        """And the rules again, on wish."""
        category = self.chosen("category", self.kinds())
        sorting.recategorise(
            incident=incident,
            category=category,
            ask_rules=bool(self.said("rules")),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The category is now: %(category)s.") % {"category": category.name}


class PlaceView(RulesAgainView):
    """Another place."""

    def act_on(self, incident: Incident) -> str:
        """From two numbers in degrees, typed or picked on the map."""
        point = parse_point(self.said("longitude"), self.said("latitude"))
        sorting.move_place(
            incident=incident,
            geometry=Point(point.x, point.y, srid=STORAGE_SRID),
            ask_rules=bool(self.said("rules")),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The place was put right.")


class CloseView(CaseActView):
    """The end."""

    def act_on(self, incident: Incident) -> str:
        """With an outcome and a reason."""
        closing.close(
            incident=incident,
            outcome=self.said("outcome"),
            why=self.said("why"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The report is closed.")


class ReopenView(CaseActView):
    """The end was none."""

    def act_on(self, incident: Incident) -> str:
        """With a reason."""
        closing.reopen(
            incident=incident,
            why=self.said("why"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The report is open again.")


class MergeView(CaseActView):
    """Part of another report."""

    def act_on(self, incident: Incident) -> str:
        """The other one is named by its reference, and must be one the person sees."""
        leader = self._leader()
        merging.merge(
            incident=incident, leader=leader, actor=self.actor(incident), now=timezone.now()
        )
        return _("The report is now part of %(reference)s.") % {"reference": leader.reference}

    def _leader(self) -> Incident:
        leader = self.cases().filter(reference=self.said("leader")).first()
        if leader is None:
            raise ValidationError(
                _("No report of yours has this reference."), code="unknown_reference"
            )
        return leader


class UnmergeView(CaseActView):
    """A report of its own again."""

    def act_on(self, incident: Incident) -> str:
        """Take it out."""
        merging.unmerge(incident=incident, actor=self.actor(incident), now=timezone.now())
        return _("It is a report of its own again.")


class SplitView(CaseActView):
    """Two matters in one report."""

    def act_on(self, incident: Incident) -> str:
        """Make the second one."""
        part = merging.Part(self.chosen("category", self.kinds()), self.said("words"))
        made = merging.split(
            incident=incident, part=part, actor=self.actor(incident), now=timezone.now()
        )
        return _("The second report is %(reference)s.") % {"reference": made.reference}


class SortActView(CaseActView):
    """A decision at the sorting table; the next report opens at once."""

    right = Right.SORT

    def next_path(self, otherwise: str) -> str:
        """The next one, or the page the form names."""
        return super().next_path(f"{self.desk()}sorting/")


class AcceptView(SortActView):
    """What the rules offered."""

    def act_on(self, incident: Incident) -> str:
        """Take one of their answers."""
        rule = self.said("rule")
        if not rule.isdecimal() or len(rule) > 12:
            raise ValidationError(_("Choose one of the answers."), code="no_choice")
        sorting.accept(
            incident=incident, rule=int(rule), actor=self.actor(incident), now=timezone.now()
        )
        return self.went(incident)

    def went(self, incident: Incident) -> str:
        """Where it is now."""
        name = incident.department.name if incident.department else _("outside the town hall")
        return _("%(reference)s went to: %(department)s.") % {
            "reference": incident.reference,
            "department": name,
        }


class SortSendView(SortActView):
    """A department of one's own choice."""

    def act_on(self, incident: Incident) -> str:
        """Send it."""
        department = self.chosen("department", self.offices())
        sorting.send_to(
            incident=incident,
            department=department,
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("%(reference)s went to: %(department)s.") % {
            "reference": incident.reference,
            "department": department.name,
        }


class SortCategoryView(SortActView):
    """Another category; the rules are asked again."""

    def act_on(self, incident: Incident) -> str:
        """Ask them."""
        category = self.chosen("category", self.kinds())
        sorting.recategorise(
            incident=incident,
            category=category,
            ask_rules=True,
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("The category is now: %(category)s.") % {"category": category.name}


class SortAskView(SortActView, QuestionView):
    """A question to the reporter, before it goes anywhere."""


class RefuseView(SortActView):
    """No report."""

    def act_on(self, incident: Incident) -> str:
        """With the reason."""
        sorting.refuse(
            incident=incident,
            reason=self.said("reason"),
            why=self.said("why"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("%(reference)s was put aside.") % {"reference": incident.reference}


class OutsideView(SortActView):
    """No matter of the town hall."""

    def act_on(self, incident: Incident) -> str:
        """Name the owner where one is chosen."""
        owner = self.chosen("owner", self.offices()) if self.said("owner") else None
        sorting.send_outside(
            incident=incident,
            owner=owner,
            why=self.said("why"),
            actor=self.actor(incident),
            now=timezone.now(),
        )
        return _("%(reference)s is not a matter of the town hall.") % {
            "reference": incident.reference
        }
