"""The text of an agreement, frozen when it is prepared, and its PDF."""
