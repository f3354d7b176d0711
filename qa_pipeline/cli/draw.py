"""``hotline-qa draw``: which calls of a month are heard, fixed before, drawn again by anybody, replaced by a rule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli import draw_plan
from qa_pipeline.cli.batch import Month, check_month
from qa_pipeline.cli.console import err, out
from qa_pipeline.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_pipeline.models import Commitment, Replacement, SamplePlan
    from qa_pipeline.sampling import DrawRecord

By = Annotated[str, typer.Option("--by", help="Who does it")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done")]
DIFFERS = 1
NOT_COMMITTED = "种子未事先承诺：抽样人可以先试种子再抽，本样本不能证明未经挑选"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Draw a month's calls, so that anybody can draw the same and nobody could choose.")
    group.callback(invoke_without_command=True)(draw)
    for command in (commit, verify, export, replace, supplement):
        group.command()(command)
    draw_plan.register(group)
    app.add_typer(group, name="draw")


def draw(
    context: typer.Context,
    month: Annotated[str | None, typer.Option("--month", "-m", help="The month as YYYY-MM")] = None,
    seed: Annotated[str | None, typer.Option(help="The committed seed, where somebody outside holds it")] = None,
    quota: Annotated[int | None, typer.Option(help="Calls of each operator; default: as committed, or set")] = None,
    early: Annotated[bool, typer.Option("--early", help="Draw although the month is not over")] = False,
) -> None:
    """Make the month's sampling plan: which calls are heard, drawn so that anybody can draw the same again."""
    from qa_pipeline.runs import draw_month

    if context.invoked_subcommand is not None:
        if (month, seed, quota, early) != (None, None, None, False):
            raise UserError(
                "options of the draw stand before a command that has its own",
                f"write `hotline-qa draw {context.invoked_subcommand} --month …`",
            )
        return
    if month is None:
        raise UserError("the month is missing", "write `hotline-qa draw --month YYYY-MM`")
    settings, sessions = context.obj.open()
    plan = draw_month(
        *(sessions, check_month(month), quota, seed, datetime.now()),
        early=early,
        usual_quota=settings.quota_per_operator,
    )
    if plan.exclusions:
        err(
            f"注意：{plan.frame_size} 通中有 {len(plan.exclusions)} 通没有可用的录音，没有参加抽样；抽样只做一次，"
            "之后补导的录音抽不到"
        )
    for line in _drawn(plan):
        out(line)


def _drawn(plan: SamplePlan) -> list[str]:
    lines = [
        f"{plan.month} 抽样：总体 {plan.frame_size} 通，抽中 {len(plan.calls)} 通，排除 {len(plan.exclusions)} 通",
        f"随机种子 SHA-256 {plan.seed_sha256}，总体 SHA-256 {plan.frame_sha256}",
    ]
    if plan.commitment is None:
        lines.append(NOT_COMMITTED)
    else:
        lines += [
            (
                f"种子由 {plan.commitment.committed_by} 于 {plan.commitment.committed_at:%Y-%m-%d %H:%M} 事先承诺，"
                f"承诺 SHA-256 {plan.commitment.sha256}"
            ),
            f"种子现予公开：{plan.seed}",
        ]
    of_operators: dict[str, int] = {}
    for call in plan.calls:
        of_operators[call.operator_id] = of_operators.get(call.operator_id, 0) + 1
    few = [f"{who} {n} 通" for who, n in sorted(of_operators.items()) if n < plan.quota_per_operator]
    if few:
        lines.append(f"可用通话不足每人 {plan.quota_per_operator} 通、已全部抽中：{'，'.join(few)}")
    return [*lines, *(f"  排除 {exclusion.call_id}：{exclusion.reason}" for exclusion in plan.exclusions)]


def commit(
    context: typer.Context,
    month: Month,
    by: By,
    quota: Annotated[int | None, typer.Option(help="Calls of each operator; default: the settings'")] = None,
    outside: Annotated[
        str | None, typer.Option("--hash", help="SHA-256 of a seed that a union or discipline office holds")
    ] = None,
) -> None:
    """Fix seed, quota and rule before the month ends, and print the hash to publish."""
    from qa_pipeline.runs import commit_month

    settings, sessions = context.obj.open()
    quota = settings.quota_per_operator if quota is None else quota
    fixed = commit_month(sessions, check_month(month), quota, by, datetime.now(), outside)
    for line in _committed(fixed):
        out(line)


def _committed(fixed: Commitment) -> list[str]:
    held = "封存在本库中，抽样时公开" if fixed.seed is not None else "由外部保管，抽样时用 --seed 提供"
    lines = [
        f"{fixed.month} 抽样承诺已登记：{fixed.committed_by}，{fixed.committed_at:%Y-%m-%d %H:%M}；种子{held}",
        "请把下面五行公布或交纪检、工会留存：",
        f"  {fixed.month}",
        f"  种子 SHA-256：{fixed.seed_sha256}",
        f"  每人 {fixed.quota_per_operator} 通",
        f"  {fixed.rule}",
        f"  承诺 SHA-256：{fixed.sha256}",
    ]
    if f"{fixed.committed_at:%Y-%m}" == fixed.month:
        lines.append("注意：本月已经开始；最好在月初之前承诺，那时还没有一通电话可供挑选")
    return lines


def verify(
    context: typer.Context,
    month: Annotated[str | None, typer.Option("--month", "-m", help="Check what the store has of this month")] = None,
    plan: Annotated[Path | None, typer.Option(help="Check a file that `draw export` wrote; needs no store")] = None,
    published: Annotated[str | None, typer.Option(help="The commitment's hash as it was published then")] = None,
) -> None:
    """Draw the same sample again and name the first difference; exit code 1 if there is one.

    With both options the file is also held against the store.
    """
    from qa_pipeline.review.draws import changed_calls, stored_record
    from qa_pipeline.runs.draw_records import differs, read_record
    from qa_pipeline.sampling import first_difference

    if month is None and plan is None:
        raise UserError("nothing to check is named", "give --month, or --plan with a file of `draw export`")
    given = None if plan is None else read_record(plan)
    found, later = None if given is None else first_difference(given), 0
    record = given
    if month is not None and found is None:
        _, sessions = context.obj.open()
        with sessions() as session:
            record = stored_record(session, check_month(month))
            changed, later = changed_calls(session, record)
        found = (None if given is None else differs(given, record)) or first_difference(record) or changed
    assert record is not None  # noqa: S101  # one of the two options is there
    found = found or _not_as_published(record, published)
    if found is not None:
        out(f"{record.month} 抽样核验不通过：{found}")
        raise typer.Exit(DIFFERS)
    for line in _verified(record, later):
        out(line)


def _not_as_published(record: DrawRecord, published: str | None) -> str | None:
    if published is None or published.strip().lower() == record.commitment_sha256:
        return None
    return f"当时公布的承诺哈希是 {published.strip()}，现在的是 {record.commitment_sha256 or '无（种子未事先承诺）'}"


def _verified(record: DrawRecord, later: int) -> list[str]:
    fixed = record.commitment
    lines = [
        (
            f"{record.month} 抽样核验通过：按种子从 {len(record.frame)} 通中重新抽得同样的 {len(record.calls)} 通，"
            f"{len(record.replacements)} 处替换与规则相符"
        ),
        NOT_COMMITTED
        if fixed is None
        else f"种子、通数、规则由 {fixed.committed_by} 于 {fixed.committed_at:%Y-%m-%d %H:%M} 承诺，"
        f"承诺 SHA-256 {record.commitment_sha256}（请与当时公布的核对）",
    ]
    reasons: dict[str, int] = {}
    for exclusion in record.exclusions:
        short = exclusion.reason.startswith(("通话只有", "录音只有"))
        kind = "时长不足" if short else exclusion.reason.partition("：")[0]
        reasons[kind] = reasons.get(kind, 0) + 1
    told = "，".join(f"{kind} {n} 通" for kind, n in sorted(reasons.items()))
    lines += [f"排除 {len(record.exclusions)} 通（{told}）：录音是否确实缺失，须另行抽查"] if told else []
    return [*lines, *([f"抽样之后又导入 {later} 通，没有参加抽样"] if later else [])]


def export(
    context: typer.Context,
    month: Month,
    to: Annotated[Path | None, typer.Option("--out", "-o", help="File; default: draw-MONTH.json")] = None,
) -> None:
    """Write one file with which anybody can draw the same sample again: frame, exclusions, seed, quota, plan."""
    from qa_pipeline.review.draws import stored_record
    from qa_pipeline.runs.draw_records import write_record

    _, sessions = context.obj.open()
    with sessions() as session:
        record = stored_record(session, check_month(month))
    path = to or Path(f"draw-{month}.json")
    write_record(record, path)
    out(f"{path}：总体 {len(record.frame)} 通，抽中 {len(record.calls)} 通；文件中没有来电人的任何信息")


def replace(
    context: typer.Context,
    month: Month,
    by: By,
    call: Annotated[str | None, typer.Option(help="One call, instead of those that could not be audited")] = None,
    why: Annotated[str, typer.Option(help="Why that call cannot be used")] = "",
    dry_run: DryRun = False,
) -> None:
    """Replace drawn calls whose recording cannot be audited by the next in rank of their stratum."""
    from qa_pipeline.runs import replace_month

    if why and call is None:
        raise UserError("--why is given without --call", "what could not be audited has its reason already")
    _, sessions = context.obj.open()
    by_hand = None if call is None else {call: why}
    made = replace_month(sessions, check_month(month), by, datetime.now(), by_hand, dry_run=dry_run)
    for line in _replaced(month, made, dry_run=dry_run):
        out(line)


def _replaced(month: str, made: Sequence[Replacement], *, dry_run: bool) -> list[str]:
    if not made:
        return [f"{month} 没有需要替换的通话"]
    lines = [f"{month} {'将替换' if dry_run else '已替换'} {len(made)} 通"]
    for one in made:
        then = f"由 {one.replacement_id} 顶替" if one.replacement_id else "该层已无可用通话，缺额照记"
        lines.append(f"  {one.call_id}（{one.stratum}）：{then}；{one.why}")
    if not dry_run and any(one.replacement_id for one in made):
        lines.append(f"接着运行 hotline-qa run --month {month}，质检顶替的通话")
    return lines


def supplement(
    context: typer.Context,
    month: Month,
    by: By,
    budget: Annotated[int, typer.Option(help="At most so many calls")],
    dry_run: DryRun = False,
) -> None:
    """Add calls for a risk (complaint, low mark, repeated caller, unusual length); they never count into a mean."""
    from qa_pipeline.runs import supplement_month

    _, sessions = context.obj.open()
    chosen = supplement_month(sessions, check_month(month), budget, by, datetime.now(), dry_run=dry_run)
    out(f"{month} 风险补充{'将' if dry_run else '已'}加入 {len(chosen.calls)} 通（至多 {budget} 通），不计入均分")
    for one in chosen.calls:
        out(f"  {one.call_id}（{one.stratum}）：{'；'.join(one.reasons)}")
