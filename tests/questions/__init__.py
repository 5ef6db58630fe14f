"""Tests of questions to the town."""
