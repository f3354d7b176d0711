"""When it happened: the order's field against what was said, both read as days and times of day."""

from __future__ import annotations

import re
from datetime import date

from qa_pipeline.language.clocks import Clock, clocks_of, part_of_day, speaks_of_now
from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.language.moments import Days, days_of
from qa_pipeline.language.script import simplify
from qa_pipeline.language.spoken_forms import clock_forms, date_forms, misheard
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.days import day_number_said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import put_right, standing, without_slips
from qa_pipeline.rules.record.text import sound_apart, text_of

FIELD = "发生时间"
_WITHIN_MIN = 20  # 七点多 is 07:00 in one order and 07:15 in another
_NOW_MIN = 90
_VAGUE = re.compile(
    r"好几|很久|好久|一直|天天|每天|每晚|最近|前几[天日]|前(?:一)?段时间|前阵子|常年|经常|老是|总是|刚才|刚刚|多久"
)
# Two syllables are a short sound: only exactly the same one counts (坐晚, 前添).
_NEAR_DAYS = {1: ("昨天", "昨晚", "昨儿", "昨日", "昨夜"), 2: ("前天", "前晚"), 3: ("大前天",)}
_ANOTHER_TIME = re.compile(
    r"打过|反映过|投诉过|报过|上回|上次|中秋|国庆|春节|过年|端午|清明|元旦|重阳|元宵|除夕|劳动节|五一|十一|上班|下班|放学|吃[早中午晚]?饭"
)
_READ_BACK = re.compile(r"核对|确认|复述|重复一遍|(?:对|是)(?:吗|吧|不对|不是)")
_SaidDays = list[tuple[Days, Utterance]]
_SaidClocks = list[tuple[Clock, Utterance]]


def compare_time(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return how the order's time differs from every time that was said; a vague one is no difference."""
    text, today = text_of(order, FIELD), ctx.call.started_at.date()
    spoken = standing(ctx)
    days = [(one, each.utterance) for each in spoken for one in days_of(each.text, today)]
    clocks = [(one, each.utterance) for each in spoken for one in clocks_of(each.text)]
    if (denied := _denied_day(ctx, text)) is not None:
        return [denied]
    if (other := _other_day(ctx, text, days)) is not None:
        return [other]
    other = _other_clock(ctx, text, clocks)
    return [] if other is None else [other]


def _denied_day(ctx: CallContext, text: str) -> Discrepancy | None:
    """Return a day of the order's that the caller denied when the operator named it, and named another instead."""
    today = ctx.call.started_at.date()
    for before, after in put_right(ctx):
        reply = days_of(without_slips(simplify(after.text)), today)
        denied = [one for one in days_of(before.text, today) if not any(one.meets(other) for other in reply)]
        hit = next(
            (one for one in days_of(text, today) if one.exact and any(one.spans == d.spans for d in denied)), None
        )
        if hit is not None and reply:
            shown = field_value(ctx, FIELD, text, "工单所记")
            reason = f"工单发生时间写{_plain(hit)}，来电人否认后改说“{reply[-1].text}”（{_plain(reply[-1])}）"
            evidence = (shown, said(before, "话务员说的"), said(after, "来电人改正"))
            return Discrepancy(Kind.CONFLICT, FIELD, reason, evidence, confidence=after.confidence)
    return None


def _other_day(ctx: CallContext, text: str, said_days: _SaidDays) -> Discrepancy | None:
    """Return the day of the order that nobody said or meant, None where it is borne out or vague."""
    today = ctx.call.started_at.date()
    written = days_of(text, today)
    exact = [one for one in written if one.exact]
    if not exact or any(one.meets(other) for one in written for other, _ in said_days):
        return None
    if any(_follows(ctx, one, today) or day_number_said(one, standing(ctx)) for one in exact) or _misheard_day(
        ctx, exact
    ):
        return None
    if any(_VAGUE.search(simplify(u.text)) for u in ctx.transcript.utterances) and not said_days:
        return None
    named = [(one, u) for one, u in said_days if one.exact and u.role is not Role.OPERATOR] or said_days
    shown = field_value(ctx, FIELD, text, "工单所记")
    if not named:
        where = absent(ctx.transcript.utterances, "没有听到这个日期") if ctx.transcript.utterances else None
        evidence = (shown, where) if where else (shown,)
        reason = f"工单写{_plain(exact[0])}，通话里没有说到这个日期"
        return Discrepancy(Kind.INVENTED, FIELD, reason, evidence, confidence=0.6)
    heard = tuple(said(u, f"说的是“{one.text}”（{_plain(one)}）") for one, u in named[:3])
    reason = f"工单发生时间写{_plain(exact[0])}，通话里说的是“{named[0][0].text}”（{_plain(named[0][0])}）"
    agreed = not _perhaps_of_another(ctx) and _both_said([pair for pair in said_days if pair[0].exact])
    sure = min(u.confidence for _, u in named)
    return Discrepancy(Kind.CONFLICT, FIELD, reason, (shown, *heard), fault=agreed, confidence=sure)


def _misheard_day(ctx: CallContext, exact: list[Days]) -> bool:
    forms = [form for one in exact for first, _ in one.spans for form in date_forms(first)]
    near = [f for one in exact for f in _NEAR_DAYS.get((ctx.call.started_at.date() - one.spans[0][0]).days, ())]
    if near and min(sound_apart(tuple(near), ctx)) <= 0.05:
        return True
    return misheard(forms, (u.text for u in ctx.transcript.utterances))


def _both_said(named: _SaidDays) -> bool:
    """Whether all days that were said are one, named by the caller and read back by the operator."""
    one_day = len({day.spans for day, _ in named}) == 1
    return one_day and any(u.role is Role.CALLER for _, u in named) and any(_reads_back(u) for _, u in named)


def _perhaps_of_another(ctx: CallContext) -> bool:
    """Whether a day or hour may be of an earlier call, or one was told that cannot be reckoned (中秋节, 上班的时候)."""
    return any(_ANOTHER_TIME.search(simplify(u.text)) for u in ctx.transcript.utterances)


def _reads_back(utterance: Utterance) -> bool:
    return utterance.role is Role.OPERATOR and bool(_READ_BACK.search(simplify(utterance.text)))


def _follows(ctx: CallContext, written: Days, today: date) -> bool:
    """Whether a day needs not be named: the day of the call, or when something began that lasts for some time."""
    if written.holds(today):
        return True
    spans = [span for u in ctx.transcript.utterances for span in lasting_since(u.text, ctx.call.started_at)]
    return any(first <= day <= last for first, last in spans for day, _ in written.spans)


def _other_clock(ctx: CallContext, text: str, said_clocks: _SaidClocks) -> Discrepancy | None:
    written = clocks_of(text)
    if not written or not said_clocks:
        return None
    others = [w for w in written if not any(w.near(c, _WITHIN_MIN) for c, _ in said_clocks)]
    forms = [form for one in others for form in clock_forms(one.minutes)]
    if misheard(forms, (u.text for u in ctx.transcript.utterances)):
        return None
    if not others or any(_by_part(ctx, one) for one in others) or len(others) < len(written):
        return None
    callers = [(c, u) for c, u in said_clocks if u.role is not Role.OPERATOR] or said_clocks
    shown = field_value(ctx, FIELD, text, "工单所记")
    evidence = (shown, *[said(u, f"说的是“{c.text}”") for c, u in callers[:3]])
    reason = f"工单发生时间写{others[0].text}，通话里说的是“{callers[0][0].text}”"
    one_time = len({c.minutes for c, _ in said_clocks}) == 1
    agreed = (
        not _perhaps_of_another(ctx)
        and one_time
        and any(u.role is Role.CALLER for _, u in said_clocks)
        and any(_reads_back(u) for _, u in said_clocks)
    )
    return Discrepancy(
        Kind.CONFLICT, FIELD, reason, evidence, fault=agreed, confidence=min(u.confidence for _, u in said_clocks)
    )


def _by_part(ctx: CallContext, written: Clock) -> bool:
    """Whether a time follows from what was said without an hour: 中午, or 刚才 with the time of the call."""
    at = ctx.call.started_at.hour * 60 + ctx.call.started_at.minute
    now = Clock(0, 0, "", at, True)
    texts = [simplify(u.text) for u in ctx.transcript.utterances if u.role is not Role.OPERATOR]
    if any(speaks_of_now(one) for one in texts) and written.near(now, _NOW_MIN):
        return True
    return any(part_of_day(one, written.minutes) and not clocks_of(one) for one in texts)


def _plain(days: Days) -> str:
    """Say a day as an order would write it."""
    first, last = days.spans[0]
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d}至{last:%m-%d}"
