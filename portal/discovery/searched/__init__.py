"""What people search: counts without anybody's name, address or session.

`record` and `record_click` count in memory; a thread of the process that serves pages writes what
was counted every WRITE_EVERY seconds, so that a search waits for no write and a killed process
loses no more than that. Only the worker and tests call `write` themselves."""

from portal.discovery.searched.counting import WRITE_EVERY, Note, note_of
from portal.discovery.searched.recording import (
    click_token,
    record,
    record_click,
    record_kept,
    stop_writing,
    write,
    write_regularly,
)

__all__ = [
    "WRITE_EVERY",
    "Note",
    "click_token",
    "note_of",
    "record",
    "record_click",
    "record_kept",
    "stop_writing",
    "write",
    "write_regularly",
]
