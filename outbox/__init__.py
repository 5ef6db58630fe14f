"""Messages that leave the town: queued with what they tell, sent once, never lost."""
