"""The clock calls only tasks that exist."""

from config.celery import app
from config.schedule import SCHEDULE


def test_every_call_names_a_task() -> None:
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in SCHEDULE.values()}
    assert wanted <= set(app.tasks)
