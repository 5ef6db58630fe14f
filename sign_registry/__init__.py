"""Sites, their QR signs, and anonymous ratings."""
