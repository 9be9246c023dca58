"""Everything that writes to organisations. Each action checks permission and values, and writes
audit and outbox rows in its own transaction.

Refused values raise django's ValidationError (messages by field); PermissionDenied says that
this person may not do it, or not in the present state."""

from portal.organisations.actions.closing import (
    close_organisation,
    may_close_now,
    standing_open,
)
from portal.organisations.actions.loading import LoadResult, store_providers
from portal.organisations.actions.members import (
    MAIL,
    accept_invitation,
    change_member_role,
    invite_member,
    leave_organisation,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from portal.organisations.actions.offers import add_offer, delete_offer, update_offer
from portal.organisations.actions.organisation import register_organisation, update_organisation
from portal.organisations.actions.profile import list_profile, save_profile, unlist_profile
from portal.organisations.actions.recognitions import (
    record_recognition,
    refresh_tiers,
    withdraw_recognition,
)
from portal.organisations.actions.verification import (
    decline_verification,
    pass_uscc,
    request_verification,
    verify_provider,
)

__all__ = [
    "MAIL",
    "LoadResult",
    "accept_invitation",
    "add_offer",
    "change_member_role",
    "close_organisation",
    "decline_verification",
    "delete_offer",
    "invite_member",
    "leave_organisation",
    "list_profile",
    "may_close_now",
    "pass_uscc",
    "record_recognition",
    "refresh_tiers",
    "register_organisation",
    "remove_member",
    "request_verification",
    "resend_invitation",
    "save_profile",
    "standing_open",
    "store_providers",
    "unlist_profile",
    "update_offer",
    "update_organisation",
    "verify_provider",
    "withdraw_invitation",
    "withdraw_recognition",
]
