"""Lists of needs, introductions and jobs on the shared desk: one's own, and all for officers."""
