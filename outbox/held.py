"""Which queues never leave the house: those of practice towns, told by the end of their name.

The name alone decides, so that no row that is missing or late lets a message out.
"""

PRACTICE_ENDING = "-practice"


def is_held(queue: str) -> bool:
    """Whether messages of a queue are kept to be read and handed to no server."""
    return queue.endswith(PRACTICE_ENDING)
