"""The task desk: what waits for a person, what is stuck on the way, and the weekly e-mail."""

MOST = 100
"""Items of one kind that are listed for a person at most; rooms read no more."""
