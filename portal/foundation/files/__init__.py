"""Files that people upload: checked by content, kept privately, read by permission.

store, store_all · register_reader (who may read) · MultipleFileField (forms)
formats and checks/ (what is taken) · uploads (limits on bodies) · sweeping · views
"""

from portal.foundation.files.formats import ALL
from portal.foundation.files.forms import MultipleFileField
from portal.foundation.files.readers import register_reader
from portal.foundation.files.storing import delete, path_of, store, store_all
from portal.foundation.models.files import StoredFile

__all__ = [
    "ALL",
    "MultipleFileField",
    "StoredFile",
    "delete",
    "path_of",
    "register_reader",
    "store",
    "store_all",
]
