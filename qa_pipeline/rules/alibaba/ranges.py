"""检查范围: whose words a condition looks at, and which of them.

They count sentences as their recogniser splits them, we count turns. Without an anchor 1 is the first and -1 the last.
With one, before and after count from the anchor on (-1 is the farthest), and around counts negative ones before it.
"""

from __future__ import annotations

from typing import Any

from qa_pipeline.rules.alibaba.notes import NotCarriedError, Remark, assumed
from qa_pipeline.rules.alibaba.schema import Anchor, CheckRange, Range

ROLES = {"客服": "operator", "坐席": "operator", "客户": "caller", "所有": "", "所有角色": "", "全部": "", "": ""}
_WHERE = ("before", "after", "around", "current")
_FARTHEST = 9_999
"""Stands for "all from here on" where a range must begin with the anchor's own turn, which 0 to -1 cannot say here."""

Frame = dict[str, Any]
"""The keys of a check range: role, range, absolute, anchor, all."""


def frame_of(there: CheckRange) -> tuple[Frame, tuple[Remark, ...]]:
    """Return the check range in our words; an anchor's condition is still named by its id.

    Raises:
        NotCarriedError: An unknown role or location, or a range that says nothing that we could be sure of.
    """
    frame: Frame = {}
    if role := role_of(there):
        frame["role"] = role
    anchor, remarks = _anchor(there.anchor)
    span = _span(there.range, anchor)
    if anchor:
        if there.absolute:
            raise NotCarriedError("absolute", "it counts in the whole call, and yet there is an anchor", _ANCHOR_OR)
        where, span = _from_its_own(anchor["where"], span)
        anchor = {"condition": anchor["condition"], "where": where} | {k: v for k, v in anchor.items() if k == "hit"}
        frame["anchor"] = anchor
        if where == "current" and span is not None:
            remarks += (assumed("range", "not looked at: the sentence is the anchor's own"),)
            span = None
    if span is not None:
        frame["range"] = span
    if there.absolute and span is not None:
        frame["absolute"] = True
    if there.all_sentences_satisfy:
        frame["all"] = True
    return frame, remarks


_ANCHOR_OR = "decide for one of the two and write the condition by hand"


def role_of(there: CheckRange) -> str:
    """Return the role that is looked at, '' for everybody.

    Raises:
        NotCarriedError: A role that a call with two people does not have, or one given by a number only.
    """
    if there.role.strip() not in ROLES:
        raise NotCarriedError("role", f'there is nobody here who is "{there.role}"', "write operator, caller or any")
    if not there.role and there.role_id:
        message = f"a role is given by number ({there.role_id}), and no page says who that is"
        raise NotCarriedError("roleId", message, "write operator, caller or any")
    return ROLES[there.role.strip()]


def _anchor(there: Anchor | None) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    if there is None or not (there.cid or there.location):
        return {}, ()
    where = there.location.strip().lower()
    if where not in _WHERE:
        raise NotCarriedError("location", f'"{there.location}" is none of {", ".join(_WHERE).upper()}', _ANCHOR_OR)
    if not there.cid:
        raise NotCarriedError("anchor", "it names no condition", "name the condition that the range counts from")
    if there.hit_time is not None and there.hit_time < -1:
        raise NotCarriedError("hit_time", f"{there.hit_time} is neither a hit nor 0 (every) nor -1 (any)")
    remarks: tuple[Remark, ...] = ()
    if there.hit_time in {None, -1}:
        missing = "it is missing" if there.hit_time is None else "an older page says that -1 is the last hit"
        remarks = (assumed("hit_time", f"read as any hit; {missing}"),)
    hit = {None: {}, -1: {}, 0: {"hit": "every"}, 1: {"hit": "first"}}.get(there.hit_time, {"hit": there.hit_time})
    return {"condition": there.cid, "where": where, **hit}, remarks


def _span(there: Range | None, anchor: dict[str, Any]) -> list[int] | None:
    """Return from and to, the smaller end first as ours wants it; None for everything."""
    if there is None or (there.first is None and there.last is None):
        return None
    first = 1 if there.first is None else there.first
    last = -1 if there.last is None else there.last
    around = anchor.get("where") == "around"
    if 0 in {first, last} and not anchor:
        message = f"from {first} to {last}: 0 is the anchor's own sentence, and there is no anchor"
        raise NotCarriedError("range", message, "count from 1, or from -1 at the end")
    if first < 0 < last and not around:
        message = f"from {first} to {last} runs from the end to the beginning"
        raise NotCarriedError("range", message, "write the earlier sentence first")
    if around and (first, last) == (1, -1):
        message = "from 1 to -1 around an anchor: from the turn after it to the one before, or everything?"
        raise NotCarriedError("range", message, "write such as [-2, 2], or leave range away for everything")
    if around or first * last > 0:
        first, last = min(first, last), max(first, last)
    return None if (first, last) == (1, -1) else [first, last]


def _from_its_own(where: str, span: list[int] | None) -> tuple[str, list[int] | None]:
    """Turn before and after that begin with the anchor's own sentence (0) into around, which has it."""
    if span is None or 0 not in span or where not in {"before", "after"}:
        return where, span
    if min(span) < 0:
        far = _FARTHEST if min(span) == -1 else None
        if far is None:
            message = f"from {span[0]} to {span[1]} begins at the anchor and ends before the end"
            raise NotCarriedError("range", message, "write two conditions joined by or")
    else:
        far = max(span)
    return "around", [-far, 0] if where == "before" else [0, far]
