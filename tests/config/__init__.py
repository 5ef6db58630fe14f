"""Tests of settings, logs and database connections."""
