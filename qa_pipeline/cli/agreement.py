"""``hotline-qa agreement``: how far the reviewers of a month agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.language.columns import pad
from scoring.card import FATAL_MARK

if TYPE_CHECKING:
    from qa_pipeline.assessment.agreement import ReviewersMonth
    from scoring.agreement import Agreement, Coefficient

WIDTHS = (34, 8, 26, 26, 26)
HEADS = ("评分项／质检员", "对数", "一致率（95%区间）", "kappa（95%区间）", "AC1（95%区间）")


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(agreement)


def agreement(context: typer.Context, month: Month, as_json: AsJson = False) -> None:
    """Say how far reviewers agreed beyond chance, per item and pair of people, from findings that two judged."""
    from qa_pipeline.assessment.agreement import reviewers_month
    from qa_pipeline.review import card_for, month_figures
    from qa_pipeline.store.queries import month_data
    from qa_pipeline.store.queries.repeats import repeats_of

    settings, sessions = context.obj.open()
    with sessions() as session:
        data = month_data(session, check_month(month), speech=False)
        _, card = month_figures(session, data, lambda v: card_for(session, settings, v), settings.min_calls)
        drawn = repeats_of(session, data.month)
    found = reviewers_month(data.month, data.files, card, drawn)
    if as_json:
        out_json(as_dict(found))
        return
    for line in lines(found):
        out(line)


def lines(found: ReviewersMonth) -> Iterator[str]:
    """Yield the account for people."""
    yield f"{found.month}：两人以上判过的结论 {found.twice} 条，只有一人判过的 {found.once} 条"
    if found.none:
        yield "没有由两人判过的结论，一致性无从说起；可安排第二人复核同一批通话"
        return
    yield f"对数少于 {found.enough} 的只给一致率，不给系数：样本太小，系数说明不了什么"
    yield ""
    yield _row(*HEADS)
    yield _row("一票否决（互不知情）", *_cells(found.blind))
    yield _row("一般评分项（后者可见前者意见）", *_cells(found.seen))
    for line in found.items:
        blind = "（盲复核）" if line.blind and not line.code.startswith(FATAL_MARK) else ""
        yield _row(f"  {line.code} {line.name}{blind}", *_cells(line.found))
    for line in found.people:
        yield _row(f"  {line.name}{'（互不知情）' if line.blind else ''}", *_cells(line.found))
    yield _row("抽出盲复核（互不知情）", *_cells(found.drawn))
    yield _row("同一人隔日再判", *_cells(found.repeats))
    yield "一般评分项的第二人看得到前一人的意见，一致率只是上限；取每人对该结论的第一次判定。"


def as_dict(found: ReviewersMonth) -> dict[str, Any]:
    """Return the account for programs; what is not known is null."""
    return {
        "month": found.month,
        "judged_by_two": found.twice,
        "judged_by_one": found.once,
        "fewest_pairs": found.enough,
        "blind": _values(found.blind),
        "not_blind": _values(found.seen),
        "items": [
            {"code": one.code, "name": one.name, "blind": one.blind, **_values(one.found)} for one in found.items
        ],
        "people": [{"names": one.name, "blind": one.blind, **_values(one.found)} for one in found.people],
        "repeats": _values(found.repeats),
        "drawn_again": _values(found.drawn),
    }


def _cells(found: Agreement) -> tuple[str, ...]:
    share = found.same
    if share.value is None or share.interval is None:
        return ("0", "–", "–", "–")
    told = f"{share.value:.1%}（{share.interval.low:.1%}–{share.interval.high:.1%}）"
    return (str(found.n), told, _coefficient(found.kappa), _coefficient(found.ac1))


def _coefficient(found: Coefficient) -> str:
    if found.value is None:
        return "–"
    ends = found.interval
    return f"{found.value:.2f}" + ("" if ends is None else f"（{ends.low:.2f}–{ends.high:.2f}）")


def _values(found: Agreement) -> dict[str, Any]:
    return {
        "pairs": found.n,
        "same": found.same.hits,
        "share": found.same.value,
        "kappa": _coefficient_values(found.kappa),
        "ac1": _coefficient_values(found.ac1),
    }


def _coefficient_values(found: Coefficient) -> dict[str, Any]:
    ends = found.interval
    return {"value": found.value, "interval": None if ends is None else [ends.low, ends.high]}


def _row(*cells: str) -> str:
    return "".join(pad(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
