"""Tests of the set-up programs in deploy/local; the heavy ones are marked `install`."""
