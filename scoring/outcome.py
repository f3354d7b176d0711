"""What can be said of one check on one call."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Three-valued verdict of a check, and the case that it does not apply.

    ``UNDETERMINED`` sends the call to a person and never costs an operator anything by itself.
    """

    PASS = "pass"  # noqa: S105  # an outcome, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


class Standing(StrEnum):
    """What a failed check may do before a person has looked at it.

    ``DEDUCT`` takes its points at once (a person may overrule it); ``ADVISE`` only points a person to the words.
    """

    DEDUCT = "deduct"
    ADVISE = "advise"
