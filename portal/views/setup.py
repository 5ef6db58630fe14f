"""From nothing to a town: founding it, the checklist, the border, templates, the first sign."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from accounts.models import Operator
from accounts.security import signed_in_with_second_factor, way_to_second_factor
from departments.acts import Act
from departments.csv_rows import FaultyFile
from departments.services.founding import found_town
from departments.views import AdministrationView
from departments.views.base import ChangeView
from portal.first_sign import FirstPlace, make_first_sign
from portal.quality import report_rows
from portal.setup_forms import FirstSignForm, FoundForm, ModulesForm, OutlineForm
from portal.setup_steps import SKIPPABLE, steps_of
from portal.setup_templates import TEMPLATES, Template, apply_template
from zones.forms import add_refusal
from zones.models import TownLoad
from zones.names import in_language
from zones.services.municipalities import set_outline
from zones.services.setting_up import skip_step
from zones.services.town_settings import TownChoices, set_town

SHOWN_FILES = 8


class OperatorView(AccessMixin, View):
    """A page for those who run this installation; it belongs to no town."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not Operator.objects.filter(user=request.user).exists():
            raise PermissionDenied
        if settings.MEGDAN_STAFF_SECOND_FACTOR and not signed_in_with_second_factor(request):
            return redirect(way_to_second_factor(request))
        return super().dispatch(request, *args, **kwargs)


class FoundView(OperatorView, FormView[FoundForm]):
    """Founds a town; whoever does administers it, and goes on with its checklist."""

    template_name = "portal/setup/found.html"
    form_class = FoundForm

    def get_initial(self) -> dict[str, Any]:
        """The language of whoever founds it is the likely one."""
        return {"first_language": get_language()}

    def form_valid(self, form: FoundForm) -> HttpResponse:
        """Found it, or put the refusal at its field."""
        user = self.request.user
        try:
            town = found_town(
                facts=form.facts(),
                founder=user,  # type: ignore[arg-type] # OperatorView lets only users in
                act=Act(user, timezone.now(), "setup"),  # type: ignore[arg-type] # as above
            )
        except ValidationError as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        return redirect("portal:setup", slug=town.slug)


class SetupView(AdministrationView, TemplateView):
    """The checklist beside the map."""

    template_name = "portal/setup/checklist.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every step, the files under way, and what the newest loads found."""
        town = self.municipality
        steps = steps_of(town, self.today)
        files = TownLoad.objects.in_municipality(town).without_content().newest_first()
        over = sum(step.is_over for step in steps)
        return super().get_context_data(
            steps=steps,
            done=over,
            total=len(steps),
            is_ready=over == len(steps),
            files=files[:SHOWN_FILES],
            reports=report_rows(town) if over == len(steps) else [],
            bbox=self.bbox,
            map_kind="neighbourhood",
            has_ground=town.outline is not None,
            **kwargs,
        )


class SetupSkipView(AdministrationView):
    """Leaves a step out, or takes it up again."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Note it and go back to the checklist."""
        code = request.POST.get("step", "")
        if code not in SKIPPABLE:
            messages.error(request, _("This step cannot be left out."))
            return redirect("portal:setup", slug=slug)
        skip_step(
            municipality=self.municipality,
            step=code,
            is_skipped=request.POST.get("again") != "1",
            actor=self.membership.user,
            now=timezone.now(),
        )
        return redirect("portal:setup", slug=slug)


class SetupChangeView(ChangeView):
    """A form of the set-up; it comes back to the checklist."""

    right = AdministrationView.right
    template_name = "portal/setup/form.html"
    submit = gettext_lazy("Save")

    def back(self) -> str:
        """The checklist."""
        return reverse("portal:setup", args=[self.municipality.slug])


class OutlineView(SetupChangeView):
    """The border of the town, drawn or from a file."""

    form_class = OutlineForm
    template_name = "portal/setup/outline.html"
    title = gettext_lazy("Border of the municipality")

    def store(self, form: Any) -> str:
        """Draw it."""
        town = set_outline(
            municipality=self.municipality,
            outline=form.outline(),
            actor=self.membership.user,
            now=self.act.now,
        )
        return _("The border is drawn; distances are measured by EPSG:%(srid)d.") % {
            "srid": town.metric_srid
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The map to draw on."""
        return super().get_context_data(bbox=self.bbox, **kwargs)


class ModulesView(SetupChangeView):
    """What is switched on, and the address that signs are printed with."""

    form_class = ModulesForm
    title = gettext_lazy("What is switched on")

    def get_initial(self) -> dict[str, Any]:
        """What the town has; this server's address where signs have none."""
        here = self.request.build_absolute_uri("/").rstrip("/")
        town = self.municipality
        return {"modules": town.modules, "sign_origin": town.sign_origin or here}

    def store(self, form: Any) -> str:
        """Set both; all else stays."""
        town = self.municipality
        set_town(
            municipality=town,
            choices=TownChoices(
                names=town.names,
                accent=town.accent,
                modules=form.cleaned_data["modules"],
                mail_sender=town.mail_sender,
                sign_origin=form.cleaned_data["sign_origin"],
            ),
            actor=self.membership.user,
            now=self.act.now,
        )
        return _("Saved.")


class FirstSignView(SetupChangeView):
    """A place of the register becomes the first rated one; its sign goes to print."""

    form_class = FirstSignForm
    title = gettext_lazy("First place and sign")
    submit = gettext_lazy("Make the place and print its sign")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Places and kinds of this town."""
        return {**super().get_form_kwargs(), "municipality": self.municipality}

    def store(self, form: Any) -> str:
        """Make place, sign and print run in one go."""
        given = form.cleaned_data
        town, place = self.municipality, given["place"]
        where = (
            FirstPlace(place.names, place.location.x, place.location.y)
            if place
            else FirstPlace(
                {town.languages[0]: given["name"]}, given["longitude"], given["latitude"]
            )
        )
        batch = make_first_sign(
            municipality=town,
            where=where,
            category=given["category"],
            actor=self.membership,
            now=self.act.now,
        )
        self.batch_url = reverse("signs:batch", args=[town.slug, batch.pk])
        name = in_language(where.names, town.languages)
        return _("%(name)s has its sign; the sheet is being drawn.") % {"name": name}

    def form_valid(self, form: Any) -> HttpResponse:
        """Go to the print run."""
        answer = super().form_valid(form)
        return redirect(self.batch_url) if hasattr(self, "batch_url") else answer


class TemplateLoadView(AdministrationView):
    """Shows what a template would add, and adds it after a yes."""

    def template(self) -> Template:
        """The one of the address."""
        found = TEMPLATES.get(self.kwargs["template"])
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Try it: nothing is stored."""
        return self._tried(is_trial=True)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Store it and go on."""
        return self._tried(is_trial=False)

    def _tried(self, *, is_trial: bool) -> HttpResponse:
        template = self.template()
        context: dict[str, Any] = {"template": template, "view": self}
        try:
            parts = apply_template(
                template=template,
                municipality=self.municipality,
                actor=self.membership,
                act=Act(self.membership.user, timezone.now(), "template"),
                is_trial=is_trial,
            )
        except FaultyFile as refused:
            context["faults"] = refused.faults
            return render(self.request, "portal/setup/template.html", context, status=422)
        if not is_trial:
            messages.success(self.request, _("The template is loaded."))
            return redirect("portal:setup", slug=self.municipality.slug)
        context["parts"] = parts
        return render(self.request, "portal/setup/template.html", context)
