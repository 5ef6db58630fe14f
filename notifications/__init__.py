"""Notifications: what a town announces, what a resident follows, and who is told why."""
