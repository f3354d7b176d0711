"""The errors of the program.

::

    QaError                 everything below; carries a hint: what to do about it
    ├── UserError           what was given is wrong: a file, a setting, a rule. Fix it and run again (exit 2)
    │   ├── SettingsError   a setting, a missing model, a folder that cannot be written
    │   ├── ImportRefused   one row or file of an import; the rest of the import goes on
    │   ├── RulesetError    a ruleset or a rule's parameters
    │   ├── ScorecardInvalid a scorecard that does not add up (raised by scoring as ValueError, wrapped here)
    │   ├── PaySchemeInvalid a pay scheme that cannot be used, or does not fit the scorecard
    │   ├── NotFound        a call, month or operator that is not in the store
    │   └── Conflict        what was decided on has changed: a newer audit, another word, a closed month
    ├── CallError           one call cannot be audited (its audio, its data); the batch goes on (exit 1)
    │   └── AudioError      the recording is empty, silent, truncated, too long, unreadable
    ├── TransientError      may pass if tried again: a locked database, a full disk
    ├── LedgerBroken        an entry of the ledger is not what was written when a month was settled (exit 1)
    └── RuleCrashed         a rule raised; its outcome is UNDETERMINED
"""

from __future__ import annotations


class QaError(Exception):
    """A message says what and where; the hint says what to do. Both survive pickling."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UserError(QaError):
    """What was given is wrong; nothing was done with it."""


class SettingsError(UserError):
    """A setting, a missing model or a folder that cannot be used."""


class ImportRefused(UserError):
    """One row or one file of an import that was not taken."""


class RulesetError(UserError):
    """A ruleset names an unknown rule or parameter, or a value out of range."""


class ScorecardInvalid(UserError):
    """A scorecard whose items, points or grades do not add up, or that rules do not fit."""

    @classmethod
    def of(cls, version: str, error: ValueError) -> ScorecardInvalid:
        """Return what to say of a scorecard that lacks an item which a rule judged."""
        return cls(
            f"scorecard {version} does not fit the ruleset: {error}",
            "add the item to the scorecard, or take the rule out of the ruleset",
        )


class PaySchemeInvalid(UserError):
    """A pay scheme that cannot be used, or that does not fit the scorecard."""


class NotFound(UserError):
    """A call, month or operator that the store does not hold."""


class Conflict(UserError):
    """What was to be changed is no longer what was shown; look again and decide anew."""


class CallError(QaError):
    """One call cannot be audited; the others can."""


class AudioError(CallError):
    """A recording that cannot be heard: empty, silent, truncated, too long, not audio."""


class TransientError(QaError):
    """May pass if tried again: a locked database, a full disk, a lost connection."""


class LedgerBroken(QaError):
    """An entry of the ledger is not what was written: the message names the first such entry."""


class RuleCrashed(QaError):
    """A rule raised an exception; the call goes to a person."""
