"""Background work on figures: each task hands over to services and decides nothing."""

from celery import shared_task
from django.utils import timezone

from satisfaction.present.weeks import week_news
from satisfaction.services import alert_letters, digest
from satisfaction.services.publishing import publish
from satisfaction.services.releasing import released_months
from sign_registry.services.comments import release_batch


@shared_task(name="satisfaction.tasks.publish_figures")
def publish_figures() -> None:
    """Release the votes of past weeks, freeze the figures of periods just over, look for falls."""
    publish(now=timezone.now())


@shared_task(name="satisfaction.tasks.release_comments")
def release_comments() -> None:
    """Show the moderators the comments on places whose votes of that month were released."""
    release_batch(released=released_months())


@shared_task(name="satisfaction.tasks.mail_weeks")
def mail_weeks() -> None:
    """Write the week's letters to the press offices."""
    digest.mail_weeks(now=timezone.now(), news_of=week_news)


@shared_task(name="satisfaction.tasks.remind_of_answers")
def remind_of_answers() -> None:
    """Write once more to owners whose answer is late, and to the administrators above them."""
    alert_letters.remind_of_answers(now=timezone.now())
