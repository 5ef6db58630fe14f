"""Figures about ratings: released, understood, published and answered."""
