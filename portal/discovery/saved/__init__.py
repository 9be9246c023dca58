"""Saved searches: their parameters, names, addresses, pages."""
