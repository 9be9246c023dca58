"""Drafts: what somebody types into a long form is kept until it is sent, for the person only.

A room names its form once (`register`), puts `{% draft_notice %}` above and `{% draft_fields %}`
into the form (template tags of the same name as this package), fills the form (`fill`) and clears
the draft where the form is sent (`clear`)."""

from portal.foundation.drafts.keeping import (
    KEPT,
    MAX_BYTES,
    MAX_DRAFTS,
    Gone,
    Overtaken,
    clear,
    discard,
    find,
    forget_old,
    save,
)
from portal.foundation.drafts.kinds import label_of, register
from portal.foundation.drafts.pages import asked_for, begun_signed_out, fill, opened, restored

__all__ = [
    "KEPT",
    "MAX_BYTES",
    "MAX_DRAFTS",
    "Gone",
    "Overtaken",
    "asked_for",
    "begun_signed_out",
    "clear",
    "discard",
    "fill",
    "find",
    "forget_old",
    "label_of",
    "opened",
    "register",
    "restored",
    "save",
]
