"""The usual way to take ratings: Django REST Framework, the ORM, gunicorn. A peer of the bench."""
