"""Pages of notices, of one's neighbourhood, and of what a resident wants to hear."""
