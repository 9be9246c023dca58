"""Needs, how they are read, match runs and introductions."""

from matching.models.introduction import Introduction
from matching.models.match_run import MatchRun
from matching.models.need import Need
from matching.models.need_reading import NeedReading

__all__ = ["Introduction", "MatchRun", "Need", "NeedReading"]
