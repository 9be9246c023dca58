"""Alerts: which saved searches a new document answers, and telling their owners."""
