"""Pictures of figures: what is drawn, from plain values."""
