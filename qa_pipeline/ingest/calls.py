"""Call log and work orders."""

from __future__ import annotations

import re

from qa_pipeline.ingest.cells import Cells
from qa_pipeline.models import CallRecord, Role, WorkOrder

CALL_COLUMNS = {
    "call_id": ("通话编号", "call_id"),
    "started_at": ("开始时间", "started_at"),
    "duration_s": ("时长秒", "时长", "通话时长", "duration_s"),
    "operator_id": ("工号", "坐席工号", "operator_id"),
    "shift": ("班次", "shift"),
    "caller_number": ("来电号码", "caller_number"),
    "hang_up_by": ("挂机方", "hang_up_by"),
    "satisfaction": ("满意度", "satisfaction"),
    "recording_file": ("录音文件", "recording_file"),
    "operator_channel": ("坐席声道", "operator_channel"),
}
CALL_REQUIRED = ("call_id", "started_at", "duration_s", "operator_id", "shift", "recording_file")

# Name in the work order -> other names it may come under.
ORDER_FIELDS = {
    "工单编号": ("order_id",),
    "通话编号": ("call_id",),
    "录音编号": ("recording_id",),
    "坐席工号": ("operator_id",),
    "来电时间": ("called_at",),
    "提交时间": ("submitted_at",),
    "受理渠道": ("channel",),
    "姓名或称谓": ("caller_name",),
    "性别": ("gender",),
    "来电号码": ("caller_number",),
    "联系方式": ("contact",),
    "是否保密": ("confidential",),
    "标题": (),
    "诉求类型": ("request_type",),
    "问题分类": ("category",),
    "发生时间": ("happened_at",),
    "事发地点": (),
    "被反映对象": ("subject",),
    "主要内容": ("content",),
    "具体诉求": ("request",),
    "紧急程度": ("urgency",),
    "承办单位": ("department",),
    "派单时间": ("dispatched_at",),
    "处理时限": ("deadline",),
}
ORDER_COLUMNS = {name: (name, *others) for name, others in ORDER_FIELDS.items()}
ORDER_REQUIRED = ("工单编号", "通话编号")

_HANG_UP = {
    "": Role.UNKNOWN,
    "坐席": Role.OPERATOR,
    "话务员": Role.OPERATOR,
    "operator": Role.OPERATOR,
    "来电人": Role.CALLER,
    "市民": Role.CALLER,
    "用户": Role.CALLER,
    "caller": Role.CALLER,
    "未知": Role.UNKNOWN,
    "unknown": Role.UNKNOWN,
}
_CHANNEL = {"": None, "左": 0, "left": 0, "l": 0, "0": 0, "右": 1, "right": 1, "r": 1, "1": 1}
_SATISFACTION = {
    "": None,
    **{str(points): points for points in range(1, 6)},
    "非常满意": 5,
    "满意": 4,
    "一般": 3,
    "不满意": 2,
    "非常不满意": 1,
    "未评价": None,
}
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_LONGEST_CALL_S = 7 * 24 * 3600


def read_call(cells: Cells) -> CallRecord:
    """Read one row of a call log."""
    return CallRecord(
        call_id=cells.text("call_id", required=True),
        started_at=cells.moment("started_at"),
        duration_s=_duration(cells),
        operator_id=cells.text("operator_id", required=True),
        shift=cells.text("shift", required=True),
        caller_number=cells.text("caller_number"),
        hang_up_by=cells.choice("hang_up_by", _HANG_UP, Role.UNKNOWN),
        satisfaction=cells.choice("satisfaction", _SATISFACTION, None),
        # The log's folders are another machine's; recordings are found by name.
        recording_file=re.split(r"[\\/]", cells.text("recording_file"))[-1],
        operator_channel=cells.choice("operator_channel", _CHANNEL, None),
    )


def read_order(cells: Cells) -> WorkOrder:
    """Read one row of work orders; every column is kept, known or not."""
    cells.moment_or_none("来电时间")
    return WorkOrder(
        order_id=cells.text("工单编号", required=True),
        call_id=cells.text("通话编号", required=True),
        fields=dict(cells.values),
        submitted_at=cells.moment_or_none("提交时间"),
    )


def _duration(cells: Cells) -> int:
    match = _CLOCK.fullmatch(cells.text("duration_s"))
    if match is None:
        return cells.whole("duration_s", 0, _LONGEST_CALL_S)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
