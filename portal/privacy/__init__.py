"""Protection of personal data: what is kept and why, what one person can see, and its end."""
