"""People, what they agreed to, what they asked for about their data, and what happened."""

from portal.accounts.models.complaint import Complaint
from portal.accounts.models.consent import Consent
from portal.accounts.models.rights import DataExport, Erasure
from portal.accounts.models.security import SecurityEvent
from portal.accounts.models.user import User, UserManager

__all__ = [
    "Complaint",
    "Consent",
    "DataExport",
    "Erasure",
    "SecurityEvent",
    "User",
    "UserManager",
]
