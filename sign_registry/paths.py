"""Stable addresses of pages about rated places, for links made below the pages themselves."""


def site_path(slug: str, site_id: int) -> str:
    """Public page of a place; it shows figures, so it stands above this app."""
    return f"/{slug}/sites/{site_id}/"
