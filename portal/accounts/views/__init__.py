"""Pages about oneself, notices, complaints and the security log."""
