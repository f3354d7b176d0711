"""``hotline-qa fairness``: whether groups of calls fare differently in a month."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.language.columns import pad

if TYPE_CHECKING:
    from qa_pipeline.reports.fairness import Compared, FairnessMonth
    from scoring.fairness import Relation
    from scoring.intervals import Interval

WIDTHS = (34, 26, 12, 11, 11, 30, 20)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(fairness)


def fairness(context: typer.Context, month: Month, as_json: AsJson = False) -> None:
    """Compare scores, open findings and recognition by shift, night, caller and how surely calls were heard."""
    from qa_pipeline.reports.fairness import fairness_month
    from qa_pipeline.review import card_for, month_figures
    from qa_pipeline.store.queries import month_data

    settings, sessions = context.obj.open()
    with sessions() as session:
        data = month_data(session, check_month(month))
        view, _ = month_figures(session, data, lambda v: card_for(session, settings, v), settings.min_calls)
    found = fairness_month(view, data)
    if as_json:
        out_json(as_dict(found))
        return
    for line in lines(found):
        out(line)


def lines(found: FairnessMonth) -> Iterator[str]:
    """Yield the account for people, in the words of the report."""
    from qa_pipeline.reports.words import translator

    t = translator("zh")
    yield f"{found.month}：计分通话 {found.calls} 通"
    for remark in ("fair.read.p", "fair.read.listen"):
        yield t(remark)
    yield t("fair.read.few", n=found.enough, operators=found.enough_operators)
    yield ""
    heads = ("group", "measure", "n", "first", "second", "difference", "said")
    yield _row(*(t(f"fair.col.{head}") for head in heads))
    for line in found.lines:
        yield _row(t(f"fair.group.{line.group}", name=line.name), t(f"fair.measure.{line.measure}"), *_cells(line, t))
    for name, told in (("points", found.points), ("taken", found.taken)):
        yield t(f"fair.relation.{name}", said=_relation(told, t))


def as_dict(found: FairnessMonth) -> dict[str, Any]:
    """Return the account for programs; what is not known is null."""
    return {
        "month": found.month,
        "calls": found.calls,
        "fewest_calls": found.enough,
        "comparisons": [_values(line) for line in found.lines],
        "confidence_and_points": _relation_values(found.points),
        "confidence_and_deductions": _relation_values(found.taken),
    }


def _cells(line: Compared, t: Any) -> tuple[str, ...]:
    found = line.found
    difference = "–" if found.value is None else f"{_figure(found.value, '+')}{_ends(found.interval)}"
    said = t(f"fair.said.{line.said}")
    return (f"{found.n_first} / {found.n_second}", _figure(found.first), _figure(found.second), difference, said)


def _relation(found: Relation, t: Any) -> str:
    if found.value is None:
        return str(t("fair.said.few"))
    return f"r={_figure(found.value)}{_ends(found.interval)}, n={found.n}"


def _figure(value: Decimal | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.3f}"


def _ends(interval: Interval | None) -> str:
    return "" if interval is None else f"（{interval.low:.3f} 至 {interval.high:.3f}）"


def _values(line: Compared) -> dict[str, Any]:
    found = line.found
    return {
        "group": line.group.value,
        "name": line.name,
        "measure": line.measure.value,
        "n": [found.n_first, found.n_second],
        "first": found.first,
        "second": found.second,
        "difference": found.value,
        "interval": _interval(found.interval),
        "p": found.p,
        "p_corrected": found.p_corrected,
        "said": line.said.value,
    }


def _relation_values(found: Relation) -> dict[str, Any]:
    return {"n": found.n, "r": found.value, "interval": _interval(found.interval), "p": found.p}


def _interval(found: Interval | None) -> list[Decimal] | None:
    return None if found is None else [found.low, found.high]


def _row(*cells: str) -> str:
    return "".join(pad(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
