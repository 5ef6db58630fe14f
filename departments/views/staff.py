"""Who works for the town: list, invite, change and end roles, deputies, invitations."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from departments.access import Right
from departments.forms import (
    DeputyForm,
    EndForm,
    InviteForm,
    RoleForm,
)
from departments.last_days import day_after, day_before
from departments.loading import STAFF_COLUMNS, staff_cells
from departments.models import Department, Invitation, Membership
from departments.querysets import MembershipQuerySet
from departments.services import (
    Invited,
    appoint_deputy,
    change_role,
    end_role,
    invite,
    send_invitation,
    withdraw_invitation,
)
from departments.views.base import ActionView, AdministrationView, ChangeView
from zones.exports import csv_file
from zones.querysets import collated
from zones.views import ExportedView

STATES = {
    "now": gettext_lazy("at work"),
    "coming": gettext_lazy("coming"),
    "ended": gettext_lazy("ended"),
    "invited": gettext_lazy("invited, no answer yet"),
}


class StaffListView(AdministrationView, ExportedView, ListView[Membership]):
    """Roles by name of the person, filtered by department, role, state and words; also as CSV."""

    template_name = "departments/staff.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Membership]:
        """What the filters leave."""
        rows: MembershipQuerySet = Membership.objects.in_municipality(self.municipality)
        chosen = self.filters
        if chosen["state"] == "coming":
            rows = rows.coming(self.today)
        elif chosen["state"] == "ended":
            rows = rows.ended(self.today)
        elif chosen["state"] == "invited":
            rows = rows.invited(self.today)
        else:
            rows = rows.in_force(self.today)
        if chosen["role"]:
            rows = rows.with_role([chosen["role"]])
        if self.department:
            rows = rows.filter(department__in=Department.objects.ids_under(self.department))
        if chosen["q"]:
            rows = rows.named_like(chosen["q"])
        return rows.for_listing()

    @cached_property
    def filters(self) -> dict[str, str]:
        """What the reader chose; what is not known filters nothing."""
        asked = self.request.GET
        state, role = asked.get("state", ""), asked.get("role", "")
        return {
            "state": state if state in STATES else "now",
            "role": role if role in Membership.Role.values else "",
            "q": asked.get("q", "").replace("\x00", "").strip()[:100],
        }

    @cached_property
    def department(self) -> Department | None:
        """The office the list is narrowed to, with all below it; an unknown one is not found."""
        number = self.request.GET.get("department", "")
        if not number:
            return None
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        own = Department.objects.in_municipality(self.municipality)
        return get_object_or_404(own, pk=int(number))

    def exports(self) -> dict[str, Callable[[], HttpResponseBase]]:
        """The columns of load_staff."""
        return {"csv": self._csv}

    def _csv(self) -> HttpResponseBase:
        names = [column.name for column in STAFF_COLUMNS]
        rows = (staff_cells(one) for one in self.get_queryset().iterator(chunk_size=500))
        return csv_file(f"{self.municipality.slug}-staff", names, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Rows as the page shows them."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [_row(one) for one in page.object_list]
        offices = Department.objects.in_municipality(self.municipality).in_use()
        return {
            **context,
            "page": page,
            "filters": self.filters,
            "department": self.department,
            "departments": offices.order_by(collated(self.language), "pk"),
            "roles": Membership.Role.choices,
            "states": STATES.items(),
        }


def _row(one: Membership) -> dict[str, Any]:
    waiting = [row for row in one.invitations.all() if not row.accepted_at and not row.withdrawn_at]
    return {
        "membership": one,
        "areas": [zone.name for zone in one.areas.all()],
        "last_day": day_before(one.valid_until),
        "invitation": max(waiting, key=lambda row: row.sent_at) if waiting else None,
    }


class InviteView(ChangeView):
    """Invites a person to a role."""

    right = Right.ADMINISTER
    form_class = InviteForm
    title = gettext_lazy("Invite somebody")
    lead = gettext_lazy("The person gets a letter with a link that works once, within two weeks.")
    submit = gettext_lazy("Invite")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offices and areas of the town."""
        own = {"municipality": self.municipality, "language": self.language}
        return {**super().get_form_kwargs(), **own}

    def store(self, form: Any) -> str:
        """Invite."""
        data = form.cleaned_data
        membership = invite(
            municipality=self.municipality,
            person=Invited(data["email"], data["full_name"], data["language"]),
            facts=form.facts(),
            act=self.act,
            site=self.request.build_absolute_uri("/"),
        )
        return _("A letter to %(email)s is on its way.") % {"email": membership.user.email}

    def back(self) -> str:
        """The list."""
        return staff_path(self.municipality.slug)


class RoleView(ChangeView):
    """Shows one role of a person and changes it; ended roles are shown only."""

    right = Right.ADMINISTER
    form_class = RoleForm
    template_name = "departments/role.html"
    submit = gettext_lazy("Save")

    @cached_property
    def role(self) -> Membership:
        """The role of the address."""
        return role_of(self)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form starts from what there is."""
        one = self.role
        initial = {
            "role": one.role,
            "department": one.department_id,
            "areas": [zone.pk for zone in one.areas.all()],
            "first_day": one.valid_from,
            "last_day": day_before(one.valid_until),
        }
        own = {"municipality": self.municipality, "language": self.language, "initial": initial}
        return {**super().get_form_kwargs(), **own}

    def store(self, form: Any) -> str:
        """Save it."""
        change_role(membership=self.role, facts=form.facts(), act=self.act)
        return _("Saved.")

    def back(self) -> str:
        """The same page."""
        return role_path(self.municipality.slug, self.role.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can be done with it."""
        one = self.role
        deputies = one.deputies.not_ended(self.today).select_related("user").order_by("valid_from")
        has_ended = one.valid_until is not None and one.valid_until <= self.today
        return super().get_context_data(
            title=str(one.user),
            role=one,
            row=_row(one),
            has_ended=has_ended,
            may_change=not has_ended and not one.deputy_for_id,
            may_end=not has_ended,
            deputies=[
                {"membership": row, "last_day": day_before(row.valid_until)} for row in deputies
            ],
            letters=one.invitations.order_by("-sent_at"),
            staff=staff_path(self.municipality.slug),
            **kwargs,
        )


class EndView(ChangeView):
    """Ends a role, at once or after a day."""

    right = Right.ADMINISTER
    form_class = EndForm
    title = gettext_lazy("End a role")
    submit = gettext_lazy("End this role")

    def store(self, form: Any) -> str:
        """End it."""
        on = day_after(form.cleaned_data["last_day"]) or self.today
        ended = end_role(membership=role_of(self), on=on, act=self.act)
        return _("The role of %(name)s ends.") % {"name": ended.user}

    def back(self) -> str:
        """The role's page."""
        return role_path(self.municipality.slug, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose and which."""
        one = role_of(self)
        return super().get_context_data(
            lead=f"{one.user} · {one.get_role_display()}", is_danger=True, **kwargs
        )


class DeputyView(ChangeView):
    """Names somebody who stands in for a time."""

    right = Right.ADMINISTER
    form_class = DeputyForm
    title = gettext_lazy("Name a deputy")
    submit = gettext_lazy("Name this deputy")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The town's people, without the one stood in for."""
        rows = Membership.objects.in_municipality(self.municipality).not_ended(self.today)
        people = rows.exclude(user=role_of(self).user).values_list("user", flat=True)
        return {**super().get_form_kwargs(), "people": people}

    def store(self, form: Any) -> str:
        """Name them."""
        data = form.cleaned_data
        deputy = appoint_deputy(
            membership=role_of(self),
            user=data["person"],
            valid_from=data["first_day"],
            valid_until=day_after(data["last_day"]) or self.today,
            act=self.act,
        )
        return _("%(name)s stands in from %(first)s to %(last)s.") % {
            "name": deputy.user,
            "first": data["first_day"],
            "last": data["last_day"],
        }

    def back(self) -> str:
        """The role's page."""
        return role_path(self.municipality.slug, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For whom."""
        one = role_of(self)
        sentence = _("For %(name)s, %(role)s: with the same rights, and it ends by itself.")
        words = {"name": one.user, "role": one.get_role_display()}
        return super().get_context_data(lead=sentence % words, **kwargs)


class InvitationSendView(ActionView):
    """Writes the letter of a role once more."""

    right = Right.ADMINISTER

    def act_on(self, **kwargs: Any) -> str:
        """Send."""
        site = self.request.build_absolute_uri("/")
        sent = send_invitation(membership=role_of(self), act=self.act, site=site)
        email = sent.membership.user.email
        return _("A letter to %(email)s is on its way.") % {"email": email}

    def back(self) -> str:
        """The role's page."""
        return role_path(self.municipality.slug, self.kwargs["pk"])


class InvitationWithdrawView(ActionView):
    """Takes back an invitation that nobody answered; its role ends."""

    right = Right.ADMINISTER

    def act_on(self, **kwargs: Any) -> str:
        """Withdraw the newest that waits."""
        one = role_of(self)
        waiting = Invitation.objects.unanswered().filter(membership=one).order_by("-sent_at")
        invitation = waiting.first()
        if invitation is None:
            raise Http404
        withdraw_invitation(invitation=invitation, act=self.act)
        return _("The invitation of %(name)s is withdrawn.") % {"name": one.user}

    def back(self) -> str:
        """The role's page."""
        return role_path(self.municipality.slug, self.kwargs["pk"])


def role_of(view: AdministrationView | ChangeView | ActionView) -> Membership:
    """The role of the address, of the town of the address."""
    own = Membership.objects.in_municipality(view.municipality).for_listing()
    return get_object_or_404(own, pk=view.kwargs["pk"])


def staff_path(slug: str) -> str:
    """Path of the list of staff."""
    return reverse("departments:staff", args=[slug])


def role_path(slug: str, pk: int) -> str:
    """Path of the page of a role."""
    return reverse("departments:role", args=[slug, pk])
