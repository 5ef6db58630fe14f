"""Stable addresses of pages about figures, for links made below the pages themselves."""

import datetime as dt


def open_data_path(slug: str) -> str:
    """Page with the open data of ratings."""
    return f"/{slug}/open/ratings/"


def own_place_path(slug: str, site_id: int) -> str:
    """Page of a place for whoever answers for it."""
    return f"/{slug}/mine/{site_id}/"


def alert_path(slug: str, alert_id: int) -> str:
    """Page on which a worsening is answered."""
    return f"/{slug}/mine/alerts/{alert_id}/"


def week_path(slug: str, monday: dt.date) -> str:
    """Page with the news of the week up to a Monday, for the press office."""
    return f"/{slug}/press/digest/?week={monday:%Y-%m-%d}"
