"""Needs, how they are read, match runs, introductions, and what comes of them."""

from matching.models.agreement import Agreement, AgreementPdf, Consent
from matching.models.confidentiality import Confidentiality
from matching.models.dispute import Dispute, Statement
from matching.models.introduction import Introduction
from matching.models.job import Delivery, DeliveryFile, Job, Milestone
from matching.models.match_run import MatchRun
from matching.models.message import Message, MessageFile, ReadMark
from matching.models.need import Need
from matching.models.need_reading import NeedReading
from matching.models.proposal import Proposal, ProposalFile, ProposalMilestone
from matching.models.question import Question
from matching.models.review import Review, ReviewReply

__all__ = [
    "Agreement",
    "AgreementPdf",
    "Confidentiality",
    "Consent",
    "Delivery",
    "DeliveryFile",
    "Dispute",
    "Introduction",
    "Job",
    "MatchRun",
    "Message",
    "MessageFile",
    "Milestone",
    "Need",
    "NeedReading",
    "Proposal",
    "ProposalFile",
    "ProposalMilestone",
    "Question",
    "ReadMark",
    "Review",
    "ReviewReply",
    "Statement",
]
