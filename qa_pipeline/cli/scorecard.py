"""``hotline-qa scorecard``: which versions there are, what is wrong with one, what changes from one to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_pipeline.cli.batch import AsJson, check_month
from qa_pipeline.cli.console import State, out, out_json
from qa_pipeline.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from scoring.card import Scorecard

Named = Annotated[str, typer.Argument(help="A file, default, current, or a version that is kept")]
UNUSABLE = 1


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    scorecard = typer.Typer(no_args_is_help=True, help="Scorecards: versions, mistakes, and what changes between two.")
    scorecard.command("list")(list_cards)
    scorecard.command("lint")(lint)
    scorecard.command("diff")(diff)
    app.add_typer(scorecard, name="scorecard")


def list_cards(
    context: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", "-m", help="Say which one this month goes by, YYYY-MM")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the versions that are kept, and the one in force, with the month that each applies from."""
    from qa_pipeline.standards import scorecard_of

    settings = context.obj.settings()
    cards = {card.version: card for card in _kept(context.obj)}
    kept, current = set(cards), scorecard_of(settings)
    cards.setdefault(current.version, current)
    if month is not None:
        out(f"{month} 按评分标准 {_of_month(cards.values(), check_month(month)).version} 评分")
        return
    rows = [_row(card, current, card.version in kept) for card in sorted(cards.values(), key=_by_date)]
    if as_json:
        out_json(rows)
        return
    for row in rows:
        marks = "，".join([*(["设置中的"] if row["current"] else []), *([] if row["kept"] else ["尚未用过"])])
        dates = f"{row['effective_from']} 生效，从 {row['first_month']} 起适用"
        out(f"{row['version']}  {dates}{f'（{marks}）' if marks else ''}")


def lint(
    context: typer.Context,
    scorecard: Annotated[Path | None, typer.Argument(help="A scorecard file; without it the workspace's own")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a scorecard, and what is probably not meant. Exit code 1 where there is something."""
    from scoring.card_lint import lint_card
    from scoring.scorecard import ScorecardProblems

    state: State = context.obj
    wrong: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    try:
        card = _from(state, "current" if scorecard is None else str(scorecard))
        doubtful = (*lint_card(card), *_rules_without_items(state, card))
    except ScorecardProblems as problems:
        wrong = problems.problems
    if as_json:
        out_json({"errors": list(wrong), "warnings": list(doubtful)})
    else:
        for line in (*(f"错误  {one}" for one in wrong), *(f"提醒  {one}" for one in doubtful)):
            out(line)
        if not wrong and not doubtful:
            out(f"评分标准 {card.version} 没有问题")
    if wrong or doubtful:
        raise typer.Exit(UNUSABLE)


def diff(context: typer.Context, old: Named, new: Named, as_json: AsJson = False) -> None:
    """Say in words what changes from one scorecard to another: items, points, grades, and what calls come to."""
    from scoring.card_changes import told

    state: State = context.obj
    before, after = _named(state, old), _named(state, new)
    if as_json:
        out_json(_values(before, after))
        return
    for line in told(before, after):
        out(line)


def _values(before: Scorecard, after: Scorecard) -> dict[str, Any]:
    from dataclasses import asdict

    from scoring.card_changes import card_changes, examples, grade_shifts

    return {
        "old": before.version,
        "new": after.version,
        "changes": asdict(card_changes(before, after)),
        "calls": [{"words": one.words, "old": one.old, "new": one.new} for one in examples(before, after)],
        "grades": [
            {"low": one.low, "high": one.high, "old": asdict(one.old), "new": asdict(one.new)}
            for one in grade_shifts(before, after)
        ],
    }


def _row(card: Scorecard, current: Scorecard, kept: bool) -> dict[str, Any]:
    from scoring.effective import first_month

    return {
        "version": card.version,
        "sha256": card.sha256,
        "effective_from": card.effective_from.isoformat(),
        "first_month": first_month(card),
        "current": card.sha256 == current.sha256,
        "kept": kept,
    }


def _by_date(card: Scorecard) -> tuple[Any, str]:
    return card.effective_from, card.version


def _of_month(cards: Any, month: str) -> Scorecard:
    from qa_pipeline.errors import ScorecardInvalid
    from scoring.effective import card_of_month

    try:
        return card_of_month(cards, month)
    except ValueError as error:
        raise ScorecardInvalid(str(error), "`hotline-qa scorecard list` shows all versions with their dates") from error


def _kept(state: State) -> list[Scorecard]:
    from qa_pipeline.store.codec import decode
    from qa_pipeline.store.queries.documents import document, versions_of
    from scoring.card import Scorecard

    _, sessions = state.open()
    with sessions() as session:
        texts = [document(session, "scorecard", version) for version in versions_of(session, "scorecard")]
    return [decode(Scorecard, text) for text in texts if text is not None]


def _named(state: State, name: str) -> Scorecard:
    """Return a scorecard by what it is called.

    Raises:
        ScorecardInvalid: It has problems.
        NotFound: There is none of that name.
    """
    from qa_pipeline.errors import ScorecardInvalid
    from scoring.scorecard import ScorecardProblems

    try:
        return _from(state, name)
    except ScorecardProblems as problems:
        raise ScorecardInvalid(str(problems), f"`hotline-qa scorecard lint {name}` lists them too") from problems


def _from(state: State, name: str) -> Scorecard:
    from qa_pipeline.errors import NotFound
    from qa_pipeline.standards import DEFAULT
    from scoring.scorecard import default_scorecard, load_scorecard

    if name == DEFAULT:
        return default_scorecard()
    if name == "current":
        settings = state.settings()
        return (
            default_scorecard()
            if settings.scorecard == DEFAULT
            else load_scorecard(settings.workspace / settings.scorecard)
        )
    if Path(name).is_file():
        return load_scorecard(Path(name))
    kept = {card.version: card for card in _kept(state)} if (state.workspace / SETTINGS_FILE).is_file() else {}
    if name not in kept:
        raise NotFound(
            f"no scorecard {name}: it is no file, nor among the versions that are kept ({', '.join(kept) or 'none'})",
            "name a file, `default`, `current`, or a version of `hotline-qa scorecard list`",
        )
    return kept[name]


def _rules_without_items(state: State, card: Scorecard) -> tuple[str, ...]:
    """Return what the workspace's rules would miss in a scorecard; nothing where there is no workspace."""
    from qa_pipeline.errors import ScorecardInvalid
    from qa_pipeline.standards import require_items, ruleset_of

    if not (state.workspace / SETTINGS_FILE).is_file():
        return ()
    try:
        require_items(ruleset_of(state.settings()), card)
    except ScorecardInvalid as error:
        return (f"{error.message}；{error.hint}",)
    return ()
