"""Who hung up first: as the call log says, or where it says nothing, as the recording tells."""

from __future__ import annotations

from qa_pipeline.models import CallContext, EndingSign, Role

HOW = {EndingSign.BUSY_TONE: "录音末尾有忙音", EndingSign.LINE_DROPPED: "一方线路先断"}
"""Signs that are as good as a log. Words cut off are not: a recorder may stop by itself, or the call be passed on."""


def who_hung_up(ctx: CallContext) -> tuple[Role, str]:
    """Return who hung up first and, where the recording and not the log tells it, by what (Chinese); else ''."""
    if ctx.call.hang_up_by is not Role.UNKNOWN:
        return ctx.call.hang_up_by, ""
    ending = ctx.acoustics.ending
    if ending is None or ending.sign not in HOW:
        return Role.UNKNOWN, ""
    return ending.hung_up_by, HOW[ending.sign]


def denied_by_sound(ctx: CallContext) -> str:
    """Return by what the recording says that the operator hung up first where the log names the caller; else ''."""
    ending = ctx.acoustics.ending
    if ctx.call.hang_up_by is not Role.CALLER or ending is None or ending.hung_up_by is not Role.OPERATOR:
        return ""
    return HOW.get(ending.sign, "")


def cut_off(ctx: CallContext) -> Role | None:
    """Return whose words the end of the recording cut off, None where nobody's or where it was not measured."""
    return ctx.acoustics.ending.cut if ctx.acoustics.ending is not None else None
