"""What the pages refuse beyond what the program does, and the HTTP status of each error."""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from qa_pipeline.errors import AudioError, Conflict, NotFound, QaError, TransientError, UserError


class SignInNeeded(QaError):
    """Nobody is signed in, or the session has ended."""


class Forbidden(QaError):
    """Somebody is signed in who may not do that."""


class PasswordChangeNeeded(QaError):
    """The password was set by somebody else, and has to be changed first."""


class TooLarge(UserError):
    """A form or an upload is larger than its route takes."""


STATUS: tuple[tuple[type[QaError], int], ...] = (
    (SignInNeeded, 401),
    (Forbidden, 403),
    (PasswordChangeNeeded, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooLarge, 413),
    (AudioError, 422),
    (TransientError, 503),
)


BEYOND: tuple[type[Exception], ...] = (OverflowError, DataError, UnicodeEncodeError)
"""What no store or calendar has: too large for SQLite's driver or a date, for PostgreSQL, or half a character."""


def status_of(error: QaError) -> int:
    """Return the HTTP status that an error is answered with."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def outcome_of(error: Exception) -> int:
    """Return the HTTP status that whatever a handler raised is answered with, for the access log."""
    if isinstance(error, QaError):
        return status_of(error)
    if isinstance(error, HTTPException):
        return error.status_code
    return 400 if isinstance(error, (RequestValidationError, *BEYOND)) else 500
