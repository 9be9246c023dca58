"""Names of uploaded files: refused where they hide something, never quietly changed."""

import re
import unicodedata

from django.utils.translation import gettext

from portal.foundation.files.bad import BadFile

MAX_NAME = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def checked_name(given: str) -> str:
    """The name in composed characters without outer blanks.

    Raises BadFile for paths, for characters that cannot be seen or change the reading direction,
    for what some systems cannot store, and for names that are too long or have no ending."""
    if re.search(r"[/\\]", given) or given.strip() in ("", ".", ".."):
        raise BadFile(gettext("Its name contains a path. Rename the file and try again."))
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in given):
        raise BadFile(
            gettext("Its name has characters that cannot be seen. Rename the file and try again.")
        )
    name = unicodedata.normalize("NFC", given).strip()
    if _FORBIDDEN.search(name) or _RESERVED.match(name) or name.startswith("."):
        raise BadFile(
            gettext("Its name cannot be stored on every computer. Rename the file and try again.")
        )
    if len(name) > MAX_NAME:
        raise BadFile(
            gettext("Its name is longer than %(limit)s characters. Rename the file.")
            % {"limit": MAX_NAME}
        )
    return name


def ending(name: str) -> str:
    """What follows the last dot, in lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
