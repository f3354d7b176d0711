"""The scorecard, the pay scheme and the ruleset that a workspace's settings name: one place that reads them."""

from __future__ import annotations

from pathlib import Path

from qa_pipeline.errors import PaySchemeInvalid, ScorecardInvalid
from qa_pipeline.rules.ruleset import Ruleset, items_of, load_ruleset
from qa_pipeline.settings import Settings
from scoring.effective import first_month
from scoring.pay import PayScheme, default_scheme, load_scheme, misfits
from scoring.scorecard import Scorecard, default_scorecard, load_scorecard

DEFAULT = "default"


def scorecard_of(settings: Settings) -> Scorecard:
    """Read the scorecard in force.

    Raises:
        ScorecardInvalid: It cannot be read, or its points, caps or grades do not add up; the message lists all of it.
    """
    if settings.scorecard == DEFAULT:
        return default_scorecard()
    return scorecard_in(settings.workspace / settings.scorecard)


def scorecard_in(path: Path) -> Scorecard:
    """Read a scorecard from a file.

    Raises:
        ScorecardInvalid: It cannot be read, or has problems; the message lists all of them.
    """
    try:
        return load_scorecard(path)
    except (ValueError, OSError) as error:
        raise ScorecardInvalid(f"scorecard {path}: {error}", "mend the file; nothing was scored with it") from error


def pay_scheme_of(settings: Settings, card: Scorecard, month: str | None = None) -> PayScheme:
    """Read the pay scheme in force and see that it fits the scorecard and is for the month (``YYYY-MM``) if given.

    Raises:
        PaySchemeInvalid: It cannot be read, cannot be used, speaks of grades that the scorecard lacks, or pays a
            better score less (the message lists all of it), or takes effect after the month.
    """
    scheme = _pay_scheme(settings)
    if month is not None and month < f"{scheme.effective_from:%Y-%m}":
        raise PaySchemeInvalid(
            f"pay scheme {scheme.version} takes effect on {scheme.effective_from}, {month} lies before",
            "name the scheme of that month with `pay_scheme` in settings.yaml",
        )
    return require_fit(scheme, card)


def _pay_scheme(settings: Settings) -> PayScheme:
    if settings.pay_scheme == DEFAULT:
        return default_scheme()
    return pay_scheme_in(settings.workspace / settings.pay_scheme)


def pay_scheme_in(path: Path) -> PayScheme:
    """Read a pay scheme from a file.

    Raises:
        PaySchemeInvalid: It cannot be read, or has problems; the message lists all of them.
    """
    try:
        return load_scheme(path)
    except (ValueError, OSError) as error:
        raise PaySchemeInvalid(f"pay scheme {path}: {error}", "mend the file; nothing was paid by it") from error


def require_fit(scheme: PayScheme, card: Scorecard) -> PayScheme:
    """Return a scheme that fits a scorecard.

    Raises:
        PaySchemeInvalid: It does not.
    """
    if problems := misfits(scheme, card):
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise PaySchemeInvalid(
            f"pay scheme {scheme.version} does not fit scorecard {card.version}:{listed}",
            "change the scheme's `grades`, or name another with `pay_scheme`",
        )
    return scheme


def require_effective(card: Scorecard, month: str) -> None:
    """Check that a scorecard was in force on a month's first day.

    Raises:
        ScorecardInvalid: It takes effect later; calls are not judged by what was not in force when they were taken.
    """
    if first_month(card) > month:
        raise ScorecardInvalid(
            f"scorecard {card.version} takes effect on {card.effective_from}, so that it applies from "
            f"{first_month(card)}; {month} goes by an earlier one",
            "set `scorecard` in settings.yaml to the file of the version that was in force on the month's first day",
        )


def require_items(ruleset: Ruleset, card: Scorecard) -> None:
    """Check that the scorecard has every item and fatal error that the rules speak of.

    Raises:
        ScorecardInvalid: It lacks some; the message names them with their rules.
    """
    known = {item.code for item in card.items} | {fatal.code for fatal in card.fatal_errors}
    lacking = [(item, code) for item, codes in items_of(ruleset).items() if item not in known for code in sorted(codes)]
    if lacking:
        named = ", ".join(f"{item} (rule {code})" for item, code in lacking)
        raise ScorecardInvalid(
            f"scorecard {card.version} lacks what ruleset {ruleset.version} judges: {named}",
            "add these items to the scorecard, or switch the rules off in the ruleset with `enabled: false`",
        )


def ruleset_of(settings: Settings) -> Ruleset:
    """Read the ruleset in force; every parameter is checked here, outside the guard that catches crashing rules.

    Raises:
        RulesetError: An unknown rule or parameter, with its line and the nearest right word.
    """
    path: Path | None = None if settings.ruleset == DEFAULT else settings.workspace / settings.ruleset
    return load_ruleset(path)
