"""One-click sign-in of invented people; answers only where MEGDAN_DEMO is on."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView, View

from departments.models import Membership

DEMO_DOMAIN = ".example"


class DemoOnly(View):
    """Refuses to exist outside a demonstration."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404 unless the operator switched the demonstration on."""
        if not settings.MEGDAN_DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class DemoView(DemoOnly, TemplateView):
    """The invented people of the demonstration."""

    template_name = "portal/demo.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query."""
        people = [
            {
                "username": membership.user.email,
                "name": str(membership.user),
                "role_label": membership.get_role_display(),
                "town": membership.municipality.name,
                "next": f"/{membership.municipality.slug}/town/",
            }
            for membership in demo_memberships()
        ]
        return super().get_context_data(people=people, **kwargs)


class DemoSignInView(DemoOnly):
    """Signs in as one of them."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Only people of reserved example addresses can be chosen (RFC 2606)."""
        membership = get_object_or_404(demo_memberships(), user__email=request.POST.get("user", ""))
        login(request, membership.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(f"/{membership.municipality.slug}/town/")


def demo_memberships() -> Any:
    """Memberships of invented people."""
    return (
        Membership.objects.filter(user__email__endswith=DEMO_DOMAIN, user__is_active=True)
        .select_related("user", "municipality")
        .order_by("municipality__slug", "pk")
    )
