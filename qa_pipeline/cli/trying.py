"""``hotline-qa rules test``: a ruleset is tried before it judges anybody."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_pipeline.cli.batch import AsJson, check_month
from qa_pipeline.cli.console import State, ViewerOption, out, out_json
from qa_pipeline.cli.told import OUTCOMES, finding_lines, label, result_values
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models import CallFile, Outcome, RuleResult
from qa_pipeline.settings import SETTINGS_FILE, Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from qa_pipeline.knowledge.background import Background
    from qa_pipeline.knowledge.retrieval import KnowledgeIndex
    from qa_pipeline.rules.ruleset import Ruleset
    from qa_pipeline.trial import CaseTried, Tried

Named = Annotated[str, typer.Argument(help="A file, default, current, or a version that has judged calls")]
_QUIET = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a call's results is shown: all, or only some rules' (both also where they pass)."""

    everything: bool
    codes: tuple[str, ...]

    def picks(self, result: RuleResult, tested: Tried) -> bool:
        """Whether a result is shown."""
        if self.codes:
            return result.code in self.codes
        return self.everything or (result.outcome not in _QUIET and result.code not in tested.not_judged)


@dataclass(frozen=True, slots=True)
class One:
    """A tested call with what stands above it and what its author should know."""

    name: str
    tested: Tried
    remarks: tuple[str, ...] = ()


def try_rules(
    context: typer.Context,
    ruleset: Named = "current",
    month: Annotated[str | None, typer.Option("--month", "-m", help="The month's transcribed calls, YYYY-MM")] = None,
    call: Annotated[list[str] | None, typer.Option("--call", help="A stored call; may be repeated")] = None,
    dialogue: Annotated[
        str | None,
        typer.Option("--dialogue", help="A file of 话务员：… and 来电人：… lines; - is stdin"),
    ] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="Only this rule; may be repeated")] = None,
    cases: Annotated[bool, typer.Option("--cases", help="The cases that stand beside the ruleset's own rules")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also the rules that passed")] = False,
    as_json: AsJson = False,
    viewer: ViewerOption = Viewer.OUTSIDER,
) -> None:
    """Run a ruleset over stored calls or over a dialogue written by hand, and show what hits and why.

    Of stored calls names, numbers and addresses are hidden unless it is for somebody who judges: --for reviewer.
    """
    from qa_pipeline.trial import ruleset_named

    if sum(bool(given) for given in (month, call, dialogue, cases)) != 1:
        raise UserError(
            "没有说在什么上面试", "四选一：--month 2026-10、--call 通话编号、--dialogue 文件（- 为标准输入）、--cases"
        )
    state: State = context.obj
    alone = dialogue is not None or cases
    settings, sessions = state.open() if not alone or _is_workspace(state) else (None, None)
    session = None if sessions is None else sessions()
    try:
        wanted = ruleset_named(ruleset, settings, session)
        shown = Shown(everything, _known(tuple(rule or ()), wanted))
        index = _index(session, settings)
        if cases:
            _cases(wanted, index, as_json=as_json)
        if dialogue is not None:
            tested = iter([_dialogue(dialogue, wanted, index, settings)])
        else:
            assert session is not None and settings is not None  # noqa: S101,PT018  # opened above
            seen = _seen_by(viewer, session, settings)
            tested = _stored(session, settings, wanted, index, _heard(session, month, call or []), seen)
        head = {"version": wanted.version, "sha256": wanted.sha256, "rules": len(wanted.rules)}
        if as_json:
            calls = [_values(one, wanted, shown) for one in tested]
            out_json({"ruleset": head, "knowledge_entries": len(index.entries), "calls": calls})
        else:
            out(f"规则集 {wanted.version}（{len(wanted.rules)} 条规则），知识库 {len(index.entries)} 条")
            _print(tested, wanted, shown)
    finally:
        if session is not None:
            session.close()


def _cases(ruleset: Ruleset, index: KnowledgeIndex, *, as_json: bool) -> None:
    """Run the cases and end: with 1 where a rule says otherwise than its author."""
    from qa_pipeline.trial import tried_cases

    tried = list(tried_cases(ruleset, index, datetime.now()))
    wrong = [one for one in tried if not one.as_expected]
    if as_json:
        out_json([_case_values(one) for one in tried])
    else:
        for one in tried:
            said = f"应为 {one.case.outcome}，实为 {one.result.outcome.value}（{one.result.reason}）"
            out(f"{one.code} {one.case.name}：{'相符' if one.as_expected else f'不符：{said}'}")
        out(f"共 {len(tried)} 个例子，{len(wrong)} 个不符")
    raise typer.Exit(1 if wrong else 0)


def _case_values(one: CaseTried) -> dict[str, str]:
    outcome = one.result.outcome.value
    return {"code": one.code, "name": one.case.name, "expected": one.case.outcome, "outcome": outcome}


def _is_workspace(state: State) -> bool:
    return (state.workspace / SETTINGS_FILE).is_file()


def _known(codes: tuple[str, ...], ruleset: Ruleset) -> tuple[str, ...]:
    from qa_pipeline.rules.ruleset import nearest

    known = [bound.code for bound in ruleset.rules]
    for code in codes:
        if code not in known:
            raise NotFound(f'ruleset {ruleset.version} has no rule "{code}" that is switched on', nearest(code, known))
    return codes


def _index(session: Session | None, settings: Settings | None) -> KnowledgeIndex:
    from qa_pipeline.knowledge.meanings import CACHE
    from qa_pipeline.knowledge.retrieval import KnowledgeIndex
    from qa_pipeline.store.queries import entries

    if session is None or settings is None:
        return KnowledgeIndex(())
    return KnowledgeIndex(entries(session), settings.workspace / CACHE)


def _dialogue(source: str, ruleset: Ruleset, index: KnowledgeIndex, settings: Settings | None) -> One:
    from qa_pipeline.ingest.dialogue import read_dialogue
    from qa_pipeline.trial import judged_dialogue

    given = read_dialogue(_read(source), datetime.now())
    correct_terms = settings is None or settings.correct_terms
    tested = judged_dialogue(given, ruleset, index, index.lexicon if correct_terms and index.entries else None)
    count = len(given.transcript.utterances)
    times = f"{given.estimated} 句没有写时间，按每分钟 250 字估计" if given.estimated else "时间照所写"
    return One(f"对话 {count} 句，{times}；文字当作一字不差", tested, given.remarks)


def _read(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UserError(f"对话文件 {source} 读不出来（{error.strerror}）", "写文本文件的路径；- 为标准输入") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"对话文件 {source} 不是 UTF-8 或 GB 18030 的文本", "另存为 UTF-8")


Seen = Callable[["Tried", CallFile], "Tried"]


def _seen_by(viewer: Viewer, session: Session, settings: Settings) -> Seen:
    """Return what a role gets to see of a call that was tried."""
    from qa_pipeline.language.personal.public import public_words
    from qa_pipeline.store.queries import entries
    from qa_pipeline.trial import veiled_trial

    if may_see(viewer, settings.sees_personal_data):
        return lambda tried, _file: tried
    public = public_words(entries(session))
    return lambda tried, file: veiled_trial(tried, file, viewer, public)


def _heard(session: Session, month: str | None, call_ids: Sequence[str]) -> list[CallFile]:
    """Return the calls of a month, or some calls, that are transcribed.

    Raises:
        NotFound: None of them is.
    """
    from qa_pipeline.store.queries import call_file, month_data

    if month is not None:
        files: Sequence[CallFile] = month_data(session, check_month(month)).files
    else:
        files = [call_file(session, call_id) for call_id in call_ids]
    heard = [file for file in files if file.transcript is not None]
    if not heard:
        raise NotFound("这些通话都还没有转写", "先运行 hotline-qa run --month 2026-10（写所要的月份）")
    return heard


def _stored(
    session: Session, settings: Settings, ruleset: Ruleset, index: KnowledgeIndex, files: Sequence[CallFile], seen: Seen
) -> Iterator[One]:
    from qa_pipeline.background import background_of
    from qa_pipeline.store.queries.voices import baselines
    from qa_pipeline.trial import judged_call
    from qa_pipeline.trial.testing import context_of

    known: dict[str, Background] = {}
    for file in files:
        its_month = f"{file.call.started_at:%Y-%m}"
        if its_month not in known:
            known[its_month] = background_of(session, its_month)
        voice = baselines(session, its_month, {file.call.operator_id}).get(file.call.operator_id)
        ctx = context_of(file, index, voice, known[its_month], correct_terms=settings.correct_terms)
        if ctx is not None:
            operator = f"{file.call.operator_id} {file.operator.name if file.operator else ''}".strip()
            tested = seen(judged_call(ctx, ruleset), file)
            yield One(f"通话 {file.call.call_id}  话务员 {operator}", tested)


def _print(tested: Iterator[One], ruleset: Ruleset, shown: Shown) -> None:
    names = {bound.code: bound.name for bound in ruleset.rules}
    totals: Counter[tuple[str, str]] = Counter()
    calls = 0
    for one in tested:
        calls += 1
        totals.update((result.code, label(result)) for result in one.tested.results)
        for line in _lines(one, names, shown):
            out(line)
    if calls > 1:
        out("")
        out(f"合计 {calls} 通，各规则各有几通：")
        for code in shown.codes or names:
            counts = [(name, totals[code, name]) for name in ("扣分", "提请复核", "存疑", "通过", "不适用")]
            told = "，".join(f"{name} {count}" for name, count in counts if count)
            if shown.codes or shown.everything or any(count for name, count in counts[:3]):
                out(f"  {code} {names[code]}：{told}")


def _lines(one: One, names: dict[str, str], shown: Shown) -> list[str]:
    tested = one.tested
    picked = [result for result in tested.results if shown.picks(result, tested)]
    lines = ["", one.name, *(f"  注意：{remark}" for remark in one.remarks)]
    for result in picked:
        lines += finding_lines(result, names[result.code], tested.ctx)
    rest = Counter(OUTCOMES[result.outcome] for result in tested.results if result.outcome in _QUIET)
    if not shown.codes and not shown.everything:
        quiet = "，".join(f"{name} {count} 条" for name, count in rest.items())
        lines.append(f"  {'其余' if picked else '没有命中的规则；'}{quiet or '没有'}（--all 全部显示）")
    if tested.not_judged and not shown.codes:
        lines.append(f"  {len(tested.not_judged)} 条要看文字里没有的东西，不作判断：")
        for code, open_ in tested.not_judged.items():
            words = open_.by_words
            asks = "、".join(open_.asks)
            lines.append(f"      {code} {names[code]}：要看{asks}；只看文字是{label(words)}：{words.reason}")
    return lines


def _values(one: One, ruleset: Ruleset, shown: Shown) -> dict[str, Any]:
    tested = one.tested
    names = {bound.code: bound.name for bound in ruleset.rules}
    return {
        "call_id": tested.ctx.call.call_id,
        "operator_id": tested.ctx.call.operator_id,
        "about": one.name,
        "remarks": list(one.remarks),
        "results": [
            result_values(result, names[result.code], tested.ctx)
            for result in tested.results
            if shown.picks(result, tested)
        ],
        "not_judged": {
            code: {"asks": list(one.asks), "by_words": one.by_words.outcome.value, "reason": one.by_words.reason}
            for code, one in tested.not_judged.items()
        },
    }
