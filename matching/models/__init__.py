"""Needs, how they are read, match runs, introductions, and what comes of them."""

from matching.models.agreement import Agreement, Consent
from matching.models.dispute import Dispute
from matching.models.introduction import Introduction
from matching.models.job import Delivery, Job, Milestone
from matching.models.match_run import MatchRun
from matching.models.need import Need
from matching.models.need_reading import NeedReading
from matching.models.proposal import Proposal, ProposalMilestone
from matching.models.review import Review, ReviewReply

__all__ = [
    "Agreement",
    "Consent",
    "Delivery",
    "Dispute",
    "Introduction",
    "Job",
    "MatchRun",
    "Milestone",
    "Need",
    "NeedReading",
    "Proposal",
    "ProposalMilestone",
    "Review",
    "ReviewReply",
]
