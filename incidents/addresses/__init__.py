"""Addresses of the pages, one module for each group of users; all below /<slug>/."""
