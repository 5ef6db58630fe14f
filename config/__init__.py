"""Puts the settings, root addresses and servers of the project together; it holds no rule."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
