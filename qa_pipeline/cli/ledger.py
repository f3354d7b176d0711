"""The ledger of settled months: ``ledger verify``, ``export`` and ``head``, and ``replay``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import Month, check_month
from qa_pipeline.cli.console import err, out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qa_pipeline.ledger.adjusted_again import Ledger
    from qa_pipeline.ledger.chain import Entry
    from qa_pipeline.ledger.replay import Replayed

OptionalMonth = Annotated[str | None, typer.Option(help="Only this month, YYYY-MM")]
LedgerFile = Annotated[Path | None, typer.Option("--ledger", help="A file that `ledger export` wrote; needs no store")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    ledger = typer.Typer(no_args_is_help=True, help="The ledger of settled months.")
    ledger.command()(verify)
    ledger.command()(export)
    ledger.command()(head)
    ledger.command()(key)
    app.add_typer(ledger, name="ledger")
    app.command()(replay)


def verify(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A file that `ledger export` wrote; default: the store")] = None,
    month: OptionalMonth = None,
    head: Annotated[
        list[str] | None, typer.Option(help="A hash that was published at a closing; may be given again")
    ] = None,
) -> None:
    """Check that no entry was changed, left out or added since months were settled, and name the first that was."""
    from qa_pipeline.errors import LedgerBroken

    _refuse_no_hash(head or ())
    try:
        heads = _verified_file(file, month) if file is not None else _verified_store(context, month)
    except LedgerBroken as broken:
        err(broken.message)
        err(f"  → {broken.hint}")
        raise typer.Exit(1) from broken
    for name, sha256 in heads.items():
        out(f"  {name} 末条哈希 {sha256}")
    missing = [one for one in head or () if one.lower() not in heads.values()]
    for one in missing:
        err(f"公布的哈希 {one} 不是任何一个月的末条：账本在公布之后被整个改写过，或公布的是另一个账本")
    if missing:
        raise typer.Exit(1)
    if head is None:
        out("没有给出公布过的哈希（--head）：整个账本被改写重算是看不出来的")


def _refuse_no_hash(heads: Iterable[str]) -> None:
    """Refuse a hash that was copied short: it must not read as a ledger that somebody rewrote."""
    from qa_pipeline.errors import UserError

    for one in heads:
        if not re.fullmatch("[0-9a-fA-F]{64}", one):
            raise UserError(f"公布的哈希“{one}”不是 64 位十六进制数", "照公布的原文完整抄录后再核对")


def _verified_file(file: Path, month: str | None) -> dict[str, str]:
    from qa_pipeline.ledger.chain import Kind
    from qa_pipeline.ledger.checks import checked
    from qa_pipeline.ledger.files import read_ledger

    heads, entries = {}, 0
    for entry in checked(read_ledger(file), None):
        entries += 1
        if entry.kind == Kind.CLOSE and month in {None, entry.month}:
            heads[entry.month] = entry.sha256
    out(f"{file.name}：{entries} 条，逐条相符")
    return heads


def _verified_store(context: typer.Context, month: str | None) -> dict[str, str]:
    from qa_pipeline.settling.comparing import verify_store

    _, sessions = context.obj.open()
    with sessions() as session:
        found = verify_store(session, None if month is None else check_month(month))
    out(f"账本 {found.entries} 条逐条相符，库中的抽样、判定、复核与结账同账本一致")
    if found.older:
        out(f"  账本启用之前结账、不在账本中的月份：{'、'.join(found.older)}")
    if found.added:
        out(f"  结账之后补录的话单 {found.added} 条，不影响已结的账")
    return dict(found.heads)


def export(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="File to write; gzipped if it ends in .gz")],
    month: OptionalMonth = None,
) -> None:
    """Write the ledger into a file to hand on: no word of a call and no caller is in it."""
    from qa_pipeline.errors import NotFound
    from qa_pipeline.ledger.chain import Entry
    from qa_pipeline.ledger.files import write_ledger
    from qa_pipeline.store.queries.ledger import entries_of, ledger_months

    _, sessions = context.obj.open()
    with sessions() as session:
        known = ledger_months(session)
        if not known or (month is not None and check_month(month) not in known):
            raise NotFound(f"账本中没有 {month or '任何月份'}", f"账本中的月份：{'、'.join(known) or '无'}")
        written = write_ledger(path, (Entry(*stored) for stored in entries_of(session, month)))
    out(f"{path}：{written} 条")


def head(context: typer.Context) -> None:
    """Print the hash of the last entry: what to publish, on paper or a notice board, when a month is settled."""
    from qa_pipeline.errors import NotFound
    from qa_pipeline.settling.closing import ledger_head

    _, sessions = context.obj.open()
    with sessions() as session:
        found = ledger_head(session)
    if found is None:
        raise NotFound("账本还是空的", "结账（hotline-qa close）之后才有")
    out(found.sha256)
    err(f"第 {found.seq} 条，{found.month} 于 {found.at:%Y-%m-%d %H:%M} 结账")


def key(
    context: typer.Context,
    month: Month,
    place: Annotated[
        str, typer.Argument(help='Which text: "decision 12", "notice 3", "excluded H003" or "replaced H003"')
    ],
) -> None:
    """Print the key of one reason, for somebody who was given its words and may check its hash in the ledger."""
    from qa_pipeline.errors import NotFound, UserError
    from qa_pipeline.ledger.chain import Entry
    from qa_pipeline.ledger.writing import PLACES, UNKEYED
    from qa_pipeline.settling.kept import writing_of
    from qa_pipeline.store.queries.ledger import entries_of

    if not re.fullmatch(rf"({'|'.join(PLACES)}) \S+", place):
        raise UserError(f"“{place}”不是账本里的一处文字", f"写成 {'、'.join(f'{one} 编号' for one in PLACES)} 之一")
    _, sessions = context.obj.open()
    with sessions() as session:
        first = next(entries_of(session, check_month(month)), None)
        writing = None if first is None else writing_of(session, Entry(*first).said)
    if writing is None:
        raise NotFound(f"没有 {month} 的密钥", "这个月不在账本中，或密钥已不在库中：用结账当时的备份")
    if writing.format == UNKEYED:
        raise UserError(f"{month} 的账本是早先的写法，文字的哈希没有密钥", "直接用原文的 SHA-256 核对")
    out(writing.key_of(place))


def replay(context: typer.Context, month: Month, ledger: LedgerFile = None) -> None:
    """Compute a settled month again from its ledger alone, and compare to the cent; on any machine with --ledger."""
    from qa_pipeline.errors import LedgerBroken
    from qa_pipeline.ledger.replay import Replayed
    from qa_pipeline.ledger.replay import replay as again

    month, so_far = check_month(month), Replayed()
    found = 0
    try:
        for difference in again(_entries(context, month, ledger), so_far, _at_hand(context, ledger)):
            found += 1
            err(difference.words)
    except LedgerBroken as broken:
        err(broken.message)
        err(f"  → {broken.hint}")
        raise typer.Exit(1) from broken
    for line in _account(so_far, found):
        out(line)
    if found:
        raise typer.Exit(1)


def _entries(context: typer.Context, month: str, ledger: Path | None) -> Iterator[Entry]:
    from qa_pipeline.errors import NotFound
    from qa_pipeline.ledger.chain import Entry
    from qa_pipeline.ledger.checks import checked
    from qa_pipeline.ledger.files import read_ledger
    from qa_pipeline.store.queries.ledger import entries_of

    empty = True
    if ledger is not None:
        for entry in checked(read_ledger(ledger), None):
            if entry.month == month:
                empty = False
                yield entry
    else:
        _, sessions = context.obj.open()
        with sessions() as session:
            for entry in checked((Entry(*stored) for stored in entries_of(session, month)), None):
                empty = False
                yield entry
    if empty:
        raise NotFound(f"账本中没有 {month}", "这个月还没有结账，或在账本启用之前结的账，无从重算")


def _at_hand(context: typer.Context, file: Path | None) -> Ledger:
    """Return the months of the file or the store, to compute from them what adjustments follow from."""
    from qa_pipeline.ledger.adjusted_again import Ledger
    from qa_pipeline.ledger.chain import Entry
    from qa_pipeline.ledger.checks import checked
    from qa_pipeline.ledger.files import read_ledger
    from qa_pipeline.store.queries.ledger import entries_of, ledger_months

    if file is not None:
        return Ledger(
            lambda: sorted({entry.month for entry in read_ledger(file)}),
            lambda of: (one for one in checked(read_ledger(file), None) if one.month == of),
        )
    _, sessions = context.obj.open()

    def stored(of: str) -> Iterator[Entry]:
        with sessions() as session:
            yield from (Entry(*one) for one in entries_of(session, of))

    def months() -> Sequence[str]:
        with sessions() as session:
            return ledger_months(session)

    return Ledger(months, stored)


def _trusted(done: Replayed) -> list[str]:
    if not done.adjustments:
        return []
    again = done.adjustments - done.on_trust
    found = [f"以前月份的调整 {done.adjustments} 条，按原月份的账和裁定重算 {again} 条"]
    if done.on_trust:
        found.append(
            f"其余 {done.on_trust} 条照账本所记，没有重算：原月份不在这份账本里（导出整个账本），或账里没有裁定内容"
        )
    return found


def _account(done: Replayed, found: int) -> list[str]:
    drawn = {
        True: "按种子和话单重抽，抽中的通话相同",
        False: "按种子和话单重抽，抽中的通话不同",
        None: "结账时的话单已不是抽样时的话单（抽样后有补录或更正），抽样无从重抽",
    }
    adjusted = ""
    if done.adjusted_total:
        whole = done.pay_total + done.adjusted_total
        adjusted = f"，以前月份的调整 {done.adjusted_total} 元，共发 {whole} 元"
    total = f"绩效合计 {done.pay_total} 元{adjusted}" + (f"，另有 {done.unpaid} 人由人决定" if done.unpaid else "")
    models = "；".join(sorted(done.models)) or "无"
    return [
        f"{done.month} 重算：{done.operators} 名话务员、{done.calls} 通抽检通话，{total}",
        "与结账时逐分相同" if not found else f"有 {found} 处不同",
        drawn[done.drawn_again],
        *_trusted(done),
        f"语音识别没有重做：{done.recordings} 个录音的哈希和所用模型在账本中（{models}）",
    ]
