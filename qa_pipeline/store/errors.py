"""What databases and disks say, in words on what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from qa_pipeline.errors import QaError, SettingsError, TransientError

_LOCKED = (
    "the database is locked by another program",
    "wait until the other run or import has ended, close programs that hold the database open, and run again",
)
_FULL = (
    "the disk that holds the store is full",
    "free some space and run again; what was stored is kept",
)
_RACED = (
    "another program stored the same at the same time",
    "run again; what the other program stored is kept",
)
_GONE = (
    "the database server cannot be reached",
    "check that the server runs and that HOTLINE_QA_DATABASE_URL names it, then run again",
)
_SQLITE = {
    "database is locked": (TransientError, *_LOCKED),
    "database table is locked": (TransientError, *_LOCKED),
    "database or disk is full": (TransientError, *_FULL),
    "unique constraint failed": (TransientError, *_RACED),
    "disk i/o error": (
        TransientError,
        "the disk refused to read or write the database",
        "check the disk's health and space, then run again",
    ),
    "unable to open database file": (
        SettingsError,
        "the database file cannot be opened",
        "check that the workspace folder exists and may be written to; `hotline-qa init` makes one",
    ),
    "attempt to write a readonly database": (
        SettingsError,
        "the database may not be written to",
        "give this user the right to write to the workspace folder and the files in it",
    ),
    "file is not a database": (
        SettingsError,
        "the database file is not a database",
        "move the file away and run `hotline-qa init`, or put a good copy in its place",
    ),
    "database disk image is malformed": (
        SettingsError,
        "the database file is damaged",
        "put the last good copy in its place; do not write to it any more",
    ),
}
_POSTGRES = {
    "53100": (TransientError, *_FULL),
    "53300": (TransientError, "the database server takes no more connections", "wait a little and run again"),
    "23505": (TransientError, *_RACED),
    "55P03": (TransientError, *_LOCKED),
    "40P01": (TransientError, *_LOCKED),
    "40001": (TransientError, *_LOCKED),
    "57P01": (TransientError, *_GONE),
    "57P03": (TransientError, *_GONE),
}
_POSTGRES_WORDS = {
    "password authentication failed": (
        SettingsError,
        "the database server refused the user or password",
        "mend HOTLINE_QA_DATABASE_URL (or the file named by HOTLINE_QA_DATABASE_URL_FILE)",
    ),
    "does not exist": (
        SettingsError,
        "the database server does not know this database or user",
        "create it on the server, or mend HOTLINE_QA_DATABASE_URL",
    ),
}


def translated(error: BaseException) -> QaError | None:
    """Return the error to raise in place of one of a database or disk, None where this module knows no better words."""
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        where = f" ({error.filename})" if error.filename else ""
        return TransientError(_FULL[0] + where, _FULL[1])
    return None


def _of_database(error: DBAPIError) -> QaError | None:
    original = error.orig
    said = str(original).lower()
    for words, (kind, message, hint) in _SQLITE.items():
        if words in said:
            return kind(message, hint)
    state = getattr(original, "sqlstate", None)
    if state in _POSTGRES:
        kind, message, hint = _POSTGRES[state]
        return kind(message, hint)
    if type(original).__name__ != "OperationalError" or not type(original).__module__.startswith("psycopg"):
        return None
    for words, (kind, message, hint) in _POSTGRES_WORDS.items():
        if words in said:
            return kind(message, hint)
    return TransientError(*_GONE)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn a locked database, a full disk and their like into a `QaError` with words on what to do.

    The engine of `open_store` does so by itself for the database; this is for files, and for engines of others.
    """
    try:
        yield
    except (DBAPIError, OSError) as error:
        better = translated(error)
        if better is None:
            raise
        raise better from error
