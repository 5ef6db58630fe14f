"""What consultations print."""
