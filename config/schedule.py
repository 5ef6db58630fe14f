"""When background work is woken; a call nobody took in time is dropped, the next does its work.

Every task finds its work in the database, so a lost or doubled call loses and doubles nothing.
"""

from typing import Any

from celery.schedules import crontab


def every(seconds: float, task: str) -> dict[str, Any]:
    """A call each so many seconds."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def nightly(hour: int, minute: int, task: str) -> dict[str, Any]:
    """A call a day, in UTC, that may wait an hour for a worker."""
    when = crontab(hour=hour, minute=minute)
    return {"task": task, "schedule": when, "options": {"expires": 3600}}


SCHEDULE = {
    "worker-heartbeat": {"task": "portal.tasks.beat_heart", "schedule": 10.0},
    "bake-tiles": every(5, "zones.tasks.bake_tiles"),
    # Files handed in for a register: read, tried, stored, as the person says.
    "load-files": every(3, "portal.tasks.load_files"),
    # Copies of towns to practise on, as administrators order them.
    "make-practice-copies": every(3, "portal.tasks.make_practice_copies"),
    "follow-zones": every(15, "portal.tasks.follow_zones"),
    "print-signs": every(5, "sign_registry.tasks.print_signs"),
    "deliver-messages": every(10, "outbox.tasks.deliver_messages"),
    # Each person named an hour; it is looked at each quarter of one.
    "send-notices": every(10, "notifications.tasks.send_notices"),
    "draw-posters": every(10, "notifications.tasks.draw_posters"),
    # Makes the rolls of votes that begin and closes votes that are over.
    "run-votes": every(30, "consultations.tasks.run_votes"),
    "write-to-participants": every(10, "consultations.tasks.write_to_participants"),
    # Finds out for itself whether it is day, whether offices work, and what was warned of already.
    "warn-of-terms": every(900, "incidents.tasks.warn_of_terms"),
    "recalculate-terms": nightly(1, 40, "incidents.tasks.recalculate_terms"),
    # Before offices open; one letter a day for each body something waits for.
    "mail-day-sheets": nightly(4, 30, "incidents.tasks.mail_day_sheets"),
    "mail-daily-letters": every(900, "notifications.tasks.mail_daily_letters"),
    # docs/anonymity.md promises that a vote waits ten minutes at most.
    "fold-ratings": every(600, "sign_registry.tasks.fold_ratings"),
    "sweep-files": every(1200, "submissions.tasks.sweep_files"),
    # Looks in each hour whose night it is; a day that was missed is made up.
    "seal-reports": {
        "task": "incidents.tasks.seal_reports",
        "schedule": crontab(minute=10),
        "options": {"expires": 3000},
    },
    "release-comments": nightly(1, 10, "satisfaction.tasks.release_comments"),
    "fold-tallies": nightly(1, 20, "sign_registry.tasks.fold_tallies"),
    "look-for-silent-signs": nightly(3, 30, "sign_registry.tasks.look_for_silent_signs"),
    # The week is over in every town, and its last votes were folded long before.
    "publish-figures": {
        "task": "satisfaction.tasks.publish_figures",
        "schedule": crontab(hour=2, minute=0, day_of_week=1),
        "options": {"expires": 3600},
    },
    "mail-signs-digest": {
        "task": "sign_registry.tasks.mail_signs_digest",
        "schedule": crontab(hour=5, minute=0, day_of_week=1),
        "options": {"expires": 3600},
    },
    # After the figures of the week were made.
    "mail-weeks": {
        "task": "satisfaction.tasks.mail_weeks",
        "schedule": crontab(hour=5, minute=30, day_of_week=1),
        "options": {"expires": 3600},
    },
    "remind-of-answers": nightly(4, 10, "satisfaction.tasks.remind_of_answers"),
    # Finds out for itself whether a quarter began or a town has become large enough.
    "publish-reach": nightly(2, 20, "portal.tasks.publish_reach"),
    # Finds out for itself where the month's edition is missing: on its first civil day.
    "publish-geodata": nightly(3, 0, "portal.tasks.publish_geodata"),
    "end-what-is-over": nightly(2, 20, "portal.tasks.end_what_is_over"),
    "clear-messages": nightly(2, 40, "outbox.tasks.clear_messages"),
}
