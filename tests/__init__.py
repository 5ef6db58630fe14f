"""Tests of the whole project; they mirror the apps."""
