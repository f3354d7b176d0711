"""``hotline-qa rates``: the centre's own limits of the speech rate."""

from __future__ import annotations

from typing import Annotated

import typer

from qa_pipeline.cli.batch import check_month
from qa_pipeline.cli.console import out


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(rates)


def rates(
    context: typer.Context,
    month: Annotated[str | None, typer.Option(help="YYYY-MM; default: every audited call")] = None,
) -> None:
    """Compute the 5th and 95th percentile of the operators' speech rates, and the lines that set them for item B1."""
    from qa_pipeline.assessment import rate_limits
    from qa_pipeline.assessment.voices import MIN_RATES
    from qa_pipeline.store.queries.voices import operator_rates

    _, sessions = context.obj.open()
    with sessions() as session:
        heard = operator_rates(session, None if month is None else check_month(month))
    known = [rate for rate in heard if rate is not None]
    limits = rate_limits(known)
    if limits is None:
        out(f"能测出语速的通话只有 {len(known)} 通，不足 {MIN_RATES} 通，还不能作为本中心的上下限")
        return
    out(f"{limits.calls} 通：第5百分位 {limits.low_cpm} 字/分，第95百分位 {limits.high_cpm} 字/分。写进 ruleset.yaml：")
    out(f"  TN01:\n    min_cpm: {limits.low_cpm}\n    max_cpm: {limits.high_cpm}")
