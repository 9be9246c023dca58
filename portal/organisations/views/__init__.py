"""Pages of organisations: public profiles, the desk of their members, the moderators' side."""
