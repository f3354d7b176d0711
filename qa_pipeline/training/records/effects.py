"""What a training changed in the items that it was about: those who attended before and after, beside colleagues.

Only calls that count in a closed month are looked at, with the month's own weights. The figures are
`scoring.training_effect`'s; what they can and cannot say stands there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models.training_records import SessionFile
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.training_effect import SettledCall, settled_calls, unsettled_months
from qa_pipeline.store.queries.training_records import training_between, training_file
from scoring.intervals import Mean, mean_with_interval
from scoring.training_effect import Effect, Loss, Operator, effect

WEEKS = (4, 8, 12)
"""How long either side may be."""
TOGETHER = timedelta(days=31)
"""Sessions of one topic at most so long apart are looked at as one: a training given to one group after the other."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Windows:
    """The days before and after; the days of the sessions themselves are in neither."""

    before: tuple[date, date]
    after: tuple[date, date]


@dataclass(frozen=True, slots=True)
class TrainedOperator:
    """One who attended: mean points lost a call on the items before and after, with intervals; None of no calls."""

    operator_id: str
    name: str
    before: Mean | None
    after: Mean | None


@dataclass(frozen=True, slots=True)
class EffectView:
    """What a training changed.

    Args:
        files: The sessions that are looked at as one.
        items: Codes of the items that it was about.
        windows: The days before and after.
        weeks: How long either is.
        effect: On all items together; ``by_item`` on each by itself.
        people: Those who attended, by operator id.
        unsettled: Months within the windows that are not closed: their calls are not in it.
        late: Who made it up later than the last session, and so is in neither group.
        elsewhere: Who attended another training on the same items about that time, and so is not compared with.
        over: Whether the days after are over.
    """

    files: tuple[SessionFile, ...]
    items: tuple[str, ...]
    windows: Windows
    weeks: int
    effect: Effect
    by_item: tuple[tuple[str, Effect], ...]
    people: tuple[TrainedOperator, ...]
    unsettled: tuple[str, ...]
    late: frozenset[str]
    elsewhere: frozenset[str]
    over: bool


@dataclass(frozen=True, slots=True)
class Groups:
    """Who attended, who is in neither group, by operator id."""

    attended: frozenset[str]
    late: frozenset[str]
    elsewhere: frozenset[str]


def effect_of(session: Session, session_id: int, weeks: int, today: date) -> EffectView:
    """Return what a session changed, together with other sessions of its topic about that time.

    Args:
        session: The unit of work.
        session_id: Which session.
        weeks: How long the days before and after are to be, of `WEEKS`.
        today: Whether the days after are over.

    Raises:
        NotFound: No such session.
        UserError: It is about no items, was withdrawn, the weeks are not offered, or the calls were judged by two
            scorecards.
    """
    chosen = training_file(session, session_id)
    items = _items(chosen, weeks)
    held = chosen.session.held_on
    files = tuple(
        f
        for f in training_between(session, held - TOGETHER, held + TOGETHER)
        if f.session.topic == chosen.session.topic and f.session.items == items
    )
    windows = windows_of(files, weeks)
    others = training_between(session, windows.before[0], windows.after[1])
    calls = settled_calls(session, windows.before[0], windows.after[1])
    _refuse_two_cards(calls)
    groups = groups_of(files, [f for f in others if f not in files and set(f.session.items) & set(items)])
    roster = {o.operator_id: o for o in operators(session)}
    compared = {who: one.team for who, one in roster.items() if who not in groups.late | groups.elsewhere}
    whole = sides(calls, windows, frozenset(items), compared, groups.attended)
    return EffectView(
        files=files,
        items=items,
        windows=windows,
        weeks=weeks,
        effect=effect(whole),
        by_item=tuple(
            (code, effect(sides(calls, windows, frozenset({code}), compared, groups.attended))) for code in items
        ),
        people=tuple(
            TrainedOperator(one.operator_id, roster[one.operator_id].name, _mean(one.before), _mean(one.after))
            for one in whole
            if one.attended
        ),
        unsettled=unsettled_months(session, windows.before[0], windows.after[1]),
        late=groups.late,
        elsewhere=groups.elsewhere,
        over=today > windows.after[1],
    )


def windows_of(files: Sequence[SessionFile], weeks: int) -> Windows:
    """Return the days before the first and after the last of some sessions."""
    first, last = min(f.session.held_on for f in files), max(f.session.held_on for f in files)
    length = timedelta(weeks=weeks)
    return Windows((first - length, first - DAY), (last + DAY, last + length))


def groups_of(files: Sequence[SessionFile], others: Iterable[SessionFile]) -> Groups:
    """Return who attended some sessions, and who belongs to neither group.

    Args:
        files: The sessions that are looked at.
        others: Other sessions on the same items within the windows.
    """
    last = max(f.session.held_on for f in files)
    took = [(w.operator_id, w.day(f.session)) for f in files for w in f.latest.values() if w.presence.attended]
    attended = frozenset(who for who, day in took if day <= last)
    late = frozenset(who for who, _ in took) - attended
    elsewhere = {w.operator_id for f in others for w in f.latest.values() if w.presence.attended}
    return Groups(attended, late, frozenset(elsewhere) - attended - late)


def sides(
    calls: Iterable[SettledCall],
    windows: Windows,
    items: frozenset[str],
    compared: Mapping[str, str],
    attended: Collection[str],
) -> tuple[Operator, ...]:
    """Return those who are compared, each with what their calls lost before and after; who has no calls is left out.

    Args:
        calls: Calls that count.
        windows: The days before and after.
        items: Codes of the items that are looked at.
        compared: The team of everybody who is compared, by operator id.
        attended: Ids of those who attended.
    """
    before: defaultdict[str, list[Loss]] = defaultdict(list)
    after: defaultdict[str, list[Loss]] = defaultdict(list)
    for call in calls:
        side = before if call.day <= windows.before[1] else after if call.day >= windows.after[0] else None
        if side is not None:
            side[call.operator_id].append(Loss(call.on(items), call.probability))
    return tuple(
        Operator(who, who in attended, tuple(before[who]), tuple(after[who]), compared[who])
        for who in sorted(compared)
        if before[who] or after[who]
    )


def _items(file: SessionFile, weeks: int) -> tuple[str, ...]:
    one = file.session
    if file.withdrawal is not None:
        raise UserError(f"{one.session_id} 号培训记录已撤销", "选另一场培训")
    if not one.items:
        raise UserError(f"“{one.topic}”没有登记对应哪些评分项", "登记培训时选上评分项，才有可比的分数")
    if weeks not in WEEKS:
        raise UserError(f"前后各 {weeks} 周不在可选范围", f"选 {'、'.join(map(str, WEEKS))} 周")
    return one.items


def _refuse_two_cards(calls: Iterable[SettledCall]) -> None:
    versions = sorted({str(call.scorecard_version) for call in calls})
    if len(versions) > 1:
        raise UserError(
            f"前后两段的通话按 {len(versions)} 版评分标准质检（{'、'.join(versions)}），扣分不能相比", "把周数选短一些"
        )


def _mean(calls: Sequence[Loss]) -> Mean | None:
    if not calls:
        return None
    return mean_with_interval([c.lost for c in calls], [c.probability for c in calls])
