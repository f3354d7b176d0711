"""``hotline-qa examples``: the hostile moments of a month's calls, as material for training with simulated callers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import ViewerOption, out, out_json
from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models import CallContext, CallFile
from qa_pipeline.reports.words import clock

if TYPE_CHECKING:
    from qa_pipeline.rules.hostility import Kind
    from qa_pipeline.rules.hostility.training import Example
    from qa_pipeline.rules.ruleset import Ruleset
    from qa_pipeline.rules.tone.calming import CalmingParams

RULE = "TN06"
MARKS = {"soothed_at_once": "示范", "not_soothed": "反例"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(examples)


def examples(
    context: typer.Context,
    month: Month,
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as 辱骂, 威胁 or insult")] = None,
    as_json: AsJson = False,
    viewer: ViewerOption = Viewer.TRAINER,
) -> None:
    """List a month's hostile moments for training: time, kind, level, words, how the operator answered.

    Good examples (soothed at once) come first, then bad ones (not soothed), then the others.
    Names, numbers and addresses are hidden unless it is for somebody who judges: --for reviewer.
    """
    from qa_pipeline.assessment.veil import veil_of
    from qa_pipeline.language.personal.public import public_words
    from qa_pipeline.rules.hostility.training import clearest_first, examples_of
    from qa_pipeline.standards import ruleset_of
    from qa_pipeline.store.queries import month_data
    from qa_pipeline.store.queries.knowledge import entries

    wanted = None if kind is None else _kind(kind)
    settings, sessions = context.obj.open()
    params = _params(ruleset_of(settings))
    with sessions() as session:
        files = {file.call.call_id: file for file in month_data(session, check_month(month)).files}
        public = public_words(entries(session))
    heard = [call for file in files.values() if (call := _context(file))]
    found = (
        one
        for call in heard
        for one in examples_of(call, params, params.soothing, params.listening)
        if wanted is None or wanted in one.moment.kinds
    )
    ranked = clearest_first(found)
    all_seen = may_see(viewer, settings.sees_personal_data)

    def hide(one: Example) -> Callable[[str], str]:
        return str if all_seen else veil_of(files[one.call_id], viewer, public).text

    if as_json:
        out_json([_mapping(one, hide(one)) for one in ranked])
        return
    for line in (line for one in ranked for line in _lines(one, hide(one))):
        out(line)
    out(f"{month}：{len(heard)} 通已转写的通话中有 {len(ranked)} 处")


def _kind(text: str) -> Kind:
    """Return the kind that a text names.

    Raises:
        UserError: It names none.
    """
    from qa_pipeline.rules.hostility import Kind

    named = [kind for kind in Kind if text in {kind.value, kind.name_zh}]
    named = named or [kind for kind in Kind if text and text in kind.name_zh]
    if len(named) != 1:
        raise UserError(f"kind {text!r} is not known", f"use one of {'、'.join(kind.name_zh for kind in Kind)}")
    return named[0]


def _params(ruleset: Ruleset) -> CalmingParams:
    """Return the centre's own word lists; the shipped ones where its ruleset has the rule switched off."""
    from qa_pipeline.rules.tone.calming import CalmingParams

    held = (bound.params for bound in ruleset.rules if bound.code == RULE)
    return next((params for params in held if isinstance(params, CalmingParams)), CalmingParams())


def _context(file: CallFile) -> CallContext | None:
    if file.recording is None or file.transcript is None or file.acoustics is None:
        return None
    return CallContext(file.call, file.recording, file.transcript, file.acoustics, file.work_order)


def _mapping(one: Example, hide: Callable[[str], str]) -> dict[str, Any]:
    moment = one.moment
    return {
        "call_id": one.call_id,
        "start_ms": moment.start_ms,
        "end_ms": moment.end_ms,
        "level": moment.level,
        "kinds": [kind.value for kind in moment.kinds],
        "how": [how.value for how in moment.how],
        "confidence": moment.confidence,
        "words": [hide(text) for text in dict.fromkeys(hit.text for hit in moment.hits)] or [hide(moment.demand)],
        "said": hide(one.turn),
        "answer": hide(one.answer),
        "answered": one.answered.value,
    }


def _lines(one: Example, hide: Callable[[str], str]) -> tuple[str, ...]:
    moment = one.moment
    kinds = "、".join(kind.name_zh for kind in moment.kinds)
    mark = MARKS.get(one.answered, "其他")
    return (
        f"【{mark}】{one.call_id}  {clock(moment.start_ms)}  {moment.level} 级  {kinds}  把握 {moment.confidence:.0%}",
        f"  来电人：{hide(one.turn)}（{hide(moment.told())}）",
        f"  话务员：{hide(one.answer) or '（没有说话）'}（{one.answered.name_zh}）",
    )
