"""Property tests without a time limit per example: two cores shared by all make one meaningless."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
