"""What a training changed, by the API: with what its figures cannot say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.tokens import Scope
from qa_pipeline.training.records.effects import EffectView, effect_of
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.training_records import TRAINS
from scoring.intervals import Interval, Mean
from scoring.training_effect import ENOUGH_CALLS, Effect, Estimate, Group, Verdict

router = api_family("training")


class Change(Values):
    """A change in points lost a call, below 0 is better, with its interval.

    No interval where nothing varies, and none where teams attended whole: it would be too short.
    """

    value: Decimal
    low: Decimal | None
    high: Decimal | None


class Measured(Values):
    """What a training changed on some items; no figure where too few people or calls are in either group.

    ``alone`` is what those who attended changed by, never a proof; ``regression`` what they would have changed by had
    nothing been done; ``changes`` is their change less the others', ``adjusted`` their later figure less the others' at
    the same earlier one.
    """

    verdict: Verdict
    attended: Group | None
    others: Group | None
    alone: Change | None
    reliability: Decimal | None
    regression: Decimal | None
    changes: Change | None
    adjusted: Change | None


class SideLine(Values):
    """``n`` calls of one operator, and their mean of points lost; no figure of fewer than are enough."""

    n: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


class TrainedLine(Values):
    """One who attended, before and after; ``left_out`` of the comparison with too few calls."""

    operator_id: str
    operator: str
    before: SideLine
    after: SideLine
    left_out: bool


class EffectDetail(Values):
    """What sessions of one topic changed, looked at as one, in ``weeks`` before and after; it reaches nobody's pay.

    ``unsettled`` months are not closed, so their calls are not in it; who made it up ``late`` or attended another
    training on the items (``elsewhere``) is in neither group; ``over``: the days after are over.
    """

    sessions: list[int]
    items: list[str]
    weeks: int
    before: tuple[date, date]
    after: tuple[date, date]
    over: bool
    together: Measured
    by_item: dict[str, Measured]
    people: list[TrainedLine]
    unsettled: list[str]
    late: list[str]
    elsewhere: list[str]


@router.get("/training/effect", dependencies=[by_token(Scope.TRAINING_READ, *TRAINS, looks=True)])
def get_effect(
    desk: DeskOf, session: Annotated[int, Query(ge=1, le=2**31 - 1)], weeks: Annotated[int, Query(ge=1, le=52)] = 8
) -> EffectDetail:
    """Return what a session changed."""
    with desk.sessions() as store:
        found = effect_of(store, session, weeks, datetime.now().date())
    return EffectDetail(
        sessions=[file.session.session_id for file in found.files],
        items=list(found.items),
        weeks=found.weeks,
        before=found.windows.before,
        after=found.windows.after,
        over=found.over,
        together=_measured(found.effect, by_team=found.effect.by_team),
        by_item={code: _measured(one, by_team=found.effect.by_team) for code, one in found.by_item},
        people=_people(found),
        unsettled=list(found.unsettled),
        late=sorted(found.late),
        elsewhere=sorted(found.elsewhere),
    )


def _measured(effect: Effect, *, by_team: bool) -> Measured:
    enough = effect.naive is not None

    def change(one: Estimate | None) -> Change | None:
        ends = None if one is None or by_team else one.interval
        return None if one is None else Change(value=one.value, **_ends(ends))

    return Measured(
        verdict=effect.verdict,
        attended=effect.attended if enough else None,
        others=effect.others if enough else None,
        alone=change(effect.naive),
        reliability=effect.reliability,
        regression=effect.regression,
        changes=change(effect.changes),
        adjusted=change(effect.adjusted),
    )


def _people(found: EffectView) -> list[TrainedLine]:
    return [
        TrainedLine(
            operator_id=one.operator_id,
            operator=one.name,
            before=_side(one.before),
            after=_side(one.after),
            left_out=one.operator_id in found.effect.left_out,
        )
        for one in found.people
    ]


def _side(mean: Mean | None) -> SideLine:
    if mean is None or mean.n < ENOUGH_CALLS:
        return SideLine(n=0 if mean is None else mean.n, value=None, low=None, high=None)
    return SideLine(n=mean.n, value=mean.value, **_ends(mean.interval))


def _ends(interval: Interval | None) -> dict[str, Decimal | None]:
    return {"low": None, "high": None} if interval is None else {"low": interval.low, "high": interval.high}
