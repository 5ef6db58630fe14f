"""The rating lane: its own small WSGI application before Django, which knows nobody.

visits strips a request; limiter keeps what may be remembered for hours; scenes and pages say what
a sign shows; application puts it together; words takes what follows a vote.
"""

from sign_registry.lane.application import in_front_of

__all__ = ["in_front_of"]
