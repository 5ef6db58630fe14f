"""What happens here when something happens in accounts, which knows nothing of towns."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from departments.services.invitations import accept_invitations


@receiver(user_logged_in, dispatch_uid="departments.invitations_are_answered")
def answer_invitations(sender: Any, user: User, **kwargs: Any) -> None:
    """Whoever signs in has come: their invitations are answered."""
    accept_invitations(user=user, now=timezone.now())
