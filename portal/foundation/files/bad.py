"""Why a file is refused."""


class BadFile(Exception):
    """A file that is refused; str() says why, in the active language."""
