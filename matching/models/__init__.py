"""Needs, match runs and introductions."""

from matching.models.introduction import Introduction
from matching.models.match_run import MatchRun
from matching.models.need import Need

__all__ = ["Introduction", "MatchRun", "Need"]
