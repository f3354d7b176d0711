"""``hotline-qa training``: passages of a month for training, and exemplary calls."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import ViewerOption, out, out_json
from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.reports.words import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from qa_pipeline.models import CallFile, Utterance
    from qa_pipeline.models.passages import Passage
    from qa_pipeline.settings import Settings
    from qa_pipeline.store.queries.passages import Listed

MOST = 10_000


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="What a month's calls hold for training.")
    group.command("find")(find)
    group.command("exemplary")(exemplary_calls)
    app.add_typer(group, name="training")


def find(
    context: typer.Context,
    month: Month,
    scenario: Annotated[str | None, typer.Option(help="Only this scenario, such as 辱骂 or insult")] = None,
    handling: Annotated[str | None, typer.Option(help="Only so handled, such as 安抚住 or calmed")] = None,
    team: Annotated[str, typer.Option(help="Only calls of this team")] = "",
    as_json: AsJson = False,
    viewer: ViewerOption = Viewer.TRAINER,
) -> None:
    """List a month's passages for training, what is to be learnt most of first, with the reasons.

    Names, numbers and addresses are hidden unless it is for somebody who judges: --for reviewer.
    """
    from qa_pipeline.store.queries.calls import call_files
    from qa_pipeline.store.queries.passages import Wanted, passages_of_month
    from qa_pipeline.training.clips.secrecy import barred_in
    from qa_pipeline.training.finding.keeping import renew_in_parts

    wanted = Wanted(check_month(month), _named(Scenario, scenario), _named(Handling, handling), team)
    settings, sessions = context.obj.open()
    renew_in_parts(sessions, month)
    with sessions() as session:
        barred = barred_in(session, month)
        found, _ = passages_of_month(session, replace(wanted, without=tuple(barred)), MOST)
        files = call_files(session, {one.passage.call_id for one in found})
        spoken = _spoken(session, settings, viewer, files)
    if as_json:
        out_json([_mapping(one, spoken(one.passage)) for one in found])
        return
    for one in found:
        _tell(one, spoken(one.passage))
    out(f"{month}：{len(found)} 个片段{_left_out(barred)}")


def exemplary_calls(context: typer.Context, month: Month, team: str = "", as_json: AsJson = False) -> None:
    """List a month's exemplary calls, the best first."""
    from qa_pipeline.training.clips.secrecy import barred_in
    from qa_pipeline.training.finding.exemplary import exemplary
    from qa_pipeline.training.finding.keeping import renew_in_parts

    check_month(month)
    _, sessions = context.obj.open()
    renew_in_parts(sessions, month)
    with sessions() as session:
        barred = barred_in(session, month)
        found = exemplary(session, month, team, without=barred)
    if as_json:
        names = ("call_id", "value", "tone", "clarity", "recovery")
        out_json(
            [
                {name: getattr(one.exemplary, name) for name in names}
                | {"operator_id": one.operator_id, "team": one.team}
                for one in found
            ]
        )
        return
    for one in found:
        reasons = "；".join(one.exemplary.reasons)
        out(f"{one.exemplary.value:.2f}  {one.exemplary.call_id}  {one.operator_name}（{one.team}）  {reasons}")
    out(f"{month}：{len(found)} 通榜样通话{_left_out(barred)}")


def _left_out(barred: Collection[str]) -> str:
    return f"；另有 {len(barred)} 通不能用于培训（保密、申诉或监督记录未结），没有列出" if barred else ""


def _spoken(
    session: Session, settings: Settings, viewer: Viewer, files: dict[str, CallFile]
) -> Callable[[Passage], Sequence[Utterance]]:
    """Return what gives a passage's utterances as the viewer may read them."""
    from qa_pipeline.assessment.veil import veiled
    from qa_pipeline.language.personal.public import public_words
    from qa_pipeline.store.queries.knowledge import entries

    allowed = settings.sees_personal_data
    public = () if may_see(viewer, allowed) else public_words(entries(session))
    shown = {call_id: veiled(file, viewer, allowed, public) for call_id, file in files.items()}

    def spoken(passage: Passage) -> Sequence[Utterance]:
        transcript = shown[passage.call_id].transcript
        return () if transcript is None else transcript.utterances[passage.first : passage.last + 1]

    return spoken


def _named(kind: type[Scenario] | type[Handling], text: str | None) -> Any:
    """Return the member that a text names; None where nothing is asked.

    Raises:
        UserError: It names none.
    """
    if text is None:
        return None
    for one in kind:
        if text in {one.value, one.name_zh}:
            return one
    names = "、".join(one.name_zh for one in kind)
    raise UserError(f"{kind.__name__.lower()} {text!r} is not known", f"use one of {names}")


def _mapping(one: Listed, spoken: Sequence[Utterance]) -> dict[str, Any]:
    p = one.passage
    return {
        "call_id": p.call_id,
        "start_ms": p.start_ms,
        "end_ms": p.end_ms,
        "scenarios": [scenario.value for scenario in p.scenarios],
        "handling": p.handling.value,
        "value": p.value,
        "reasons": list(p.reasons),
        "operator_id": one.operator_id,
        "team": one.team,
        "said": [{"role": u.role.value, "text": u.text} for u in spoken],
    }


def _tell(one: Listed, spoken: Sequence[Utterance]) -> None:
    p = one.passage
    scenarios = "、".join(scenario.name_zh for scenario in p.scenarios)
    place = f"{clock(p.start_ms)}–{clock(p.end_ms)}"
    out(
        f"{p.value:.2f}  【{scenarios}】【{p.handling.name_zh}】{p.call_id}  {place}  {one.operator_name}（{one.team}）"
    )
    for u in spoken:
        who = {"operator": "话务员", "caller": "来电人"}.get(u.role.value, "？")
        out(f"    {who}：{u.text}")
    out(f"    {'；'.join(p.reasons)}")
