"""A dialogue written down by hand, as a call that rules can look at.

::

    # 投诉物业
    话务员：您好，12345政务服务便民热线，请讲。
    [00:06] 来电人：小区电梯坏了三天没人修
    （静默12秒）
    话务员：这个不归我管
    （挂机：话务员）
    工单：
    联系方式=13900001234

``工单：无`` says that none was written; its fields may be written ``联系方式：139`` as well. One line is one
utterance. Who speaks goes before a colon, full or half; a time such as ``[00:12]``, ``00:12`` or ``00:12–00:15`` may go
before that, as ``hotline-qa show`` prints it. Where no time is given it is estimated. Blank lines and lines that begin
with ``#`` are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qa_pipeline.errors import UserError
from qa_pipeline.ingest.calls import ORDER_FIELDS
from qa_pipeline.ingest.cells import Cells
from qa_pipeline.ingest.spoken import Placed, Turn, place
from qa_pipeline.language.script import simplify
from qa_pipeline.models import (
    AcousticProfile,
    CallRecord,
    ModelStamp,
    Recording,
    Role,
    Span,
    Transcript,
    WorkOrder,
)

CALL_ID = "dialogue"
LONGEST_LINES = 20_000
LONGEST_CHARACTERS = 2_000_000
LONGEST_SILENCE_S = 3_600
SPEAKERS = {
    Role.OPERATOR: ("话务员", "客服", "坐席", "座席", "操作员", "接线员", "话务", "a", "operator", "agent"),
    Role.CALLER: (
        *("来电人", "客户", "市民", "群众", "用户", "来电者", "诉求人", "投诉人"),
        *("b", "caller", "customer"),
    ),
    Role.UNKNOWN: ("说话人不明", "不明", "未知", "unknown", "?"),
}
_ROLE_OF = {name: role for role, names in SPEAKERS.items() for name in names}
_STAMP = ModelStamp("text", "written by hand", "0" * 64, "")
_TAIL_MS = 500

_CLOCK = r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.(\d{1,3}))?"
_TIME = re.compile(rf"\[?\s*{_CLOCK}(?:\s*[-–—~]\s*{_CLOCK})?\s*\]?\s*(?=\D|$)")
_TURN = re.compile(r"([^:]{1,12}?)\s*:(.*)", re.DOTALL)
_NOTE = re.compile(r"[(\[【](.*)[)\]】]")
_SILENCE = re.compile(r"(?:静默|沉默|无声|静音)\s*(?:(\d{1,4})\s*分钟?)?\s*(?:(\d{1,4}(?:\.\d+)?)\s*秒)?")
_HANG_UP = re.compile(r"挂(?:机|断)(?:方)?\s*:\s*(.+)|(.+?)(?:先)?挂(?:机|断)(?:了)?(?:电话)?")
_ORDER = re.compile(r"工单\s*:?\s*(无|没有)?")
_FIELD = re.compile(r"([^=:]{1,20}?)\s*=(.*)", re.DOTALL)
_COLON_FIELD = re.compile(r"([^=:]{1,20}?)\s*:(.*)", re.DOTALL)
_FIELD_OF = {other: field for field, others in ORDER_FIELDS.items() for other in (field, *others)}
_REMARK = re.compile(r"〔[^〕]*〕|\s+\?听不清\s*$")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue as a call. ``estimated``: how many of its utterances have no time of their own.

    ``silences_given``: the text says where nobody spoke; ``ending_given``: it says who hung up; ``order_given``: it has
    a work order, or says that there was none. Nothing else of the sound is known. ``remarks``: what its author should
    know (Chinese).
    """

    call: CallRecord
    recording: Recording
    transcript: Transcript
    acoustics: AcousticProfile
    work_order: WorkOrder | None
    estimated: int
    silences_given: bool
    ending_given: bool
    order_given: bool
    remarks: tuple[str, ...]


def read_dialogue(text: str, now: datetime) -> Dialogue:
    """Read a dialogue.

    Args:
        text: As written by hand; traditional characters are read as simplified ones.
        now: When the call began, unless its work order says so under 来电时间.

    Raises:
        UserError: A line cannot be read; the message says which, and what would do.
    """
    reader = _Reader()
    for number, line in _lines(text):
        reader.take(number, line)
    return reader.dialogue(now)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    if len(text) > LONGEST_CHARACTERS:
        raise UserError(f"对话有 {len(text):,} 个字", f"最多读 {LONGEST_CHARACTERS:,} 个，请分成几个文件")
    lines = text.splitlines()
    if len(lines) > LONGEST_LINES:
        raise UserError(f"对话有 {len(lines):,} 行", f"最多读 {LONGEST_LINES:,} 行，请分成几个文件")
    for number, line in enumerate(lines, start=1):
        # NFKC makes full-width colons, brackets and digits half-width.
        plain = simplify(line).strip()
        if plain and not plain.startswith("#"):
            yield number, plain


def _wrong(number: int, what: str, hint: str) -> UserError:
    return UserError(f"对话第 {number} 行：{what}", hint)


def _known_field(line: str) -> re.Match[str] | None:
    """Return a field of an order that is written 联系方式：139; other names before a colon are speakers."""
    field = _COLON_FIELD.fullmatch(line)
    return field if field and simplify(field[1]).strip() in _FIELD_OF else None


class _Reader:
    """Takes one line after the other."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.silences: list[tuple[int, int]] = []  # before which turn, ms
        self.hang_up_by = Role.UNKNOWN
        self.fields: dict[str, str] = {}
        self.field_lines: dict[str, int] = {}
        self.remarks: list[str] = []
        self._in_order = False
        self._has_order = self._order_given = False

    def take(self, number: int, line: str) -> None:
        """Take a line that is neither blank nor a comment."""
        if order := _ORDER.fullmatch(line):
            self._in_order = self._has_order = order[1] is None
            self._order_given = True
        elif note := _NOTE.fullmatch(line):
            self._take_note(number, note[1].strip())
        elif self._in_order and (field := _FIELD.fullmatch(line) or _known_field(line)) and not self._is_turn(line):
            self._take_field(number, simplify(field[1]).strip(), field[2].strip())
        else:
            self._in_order = False
            self._take_turn(number, line)

    def _is_turn(self, line: str) -> bool:
        turn = _TURN.fullmatch(_TIME.sub("", line, count=1) if _TIME.match(line) else line)
        return turn is not None and turn[1].strip().lower() in _ROLE_OF

    def _take_note(self, number: int, note: str) -> None:
        if silence := _SILENCE.fullmatch(note):
            seconds = 60 * int(silence[1] or 0) + float(silence[2] or 0)
            if not 0 < seconds <= LONGEST_SILENCE_S:
                raise _wrong(number, "看不出静默了多久", f"写成（静默12秒），最长 {LONGEST_SILENCE_S} 秒")
            self.silences.append((len(self.turns), round(1000 * seconds)))
        elif hang_up := _HANG_UP.fullmatch(note):
            self.hang_up_by = _role(number, (hang_up[1] or hang_up[2]).strip())
        else:
            raise _wrong(number, f"不认识的注记（{note[:20]}）", "可写（静默12秒）或（挂机：话务员）")

    def _take_field(self, number: int, name: str, value: str) -> None:
        field = _FIELD_OF.get(name, name)
        if field not in ORDER_FIELDS:
            self.remarks.append(f"第 {number} 行：“{name}”不是工单的标准字段，照收")
        self.fields[field], self.field_lines[field] = value, number

    def _take_turn(self, number: int, line: str) -> None:
        time = _TIME.match(line)
        said = _TURN.fullmatch(line[time.end() :] if time else line)
        if said is None:
            raise _wrong(number, "没有写是谁说的", "行首写“话务员：”或“来电人：”，如 话务员：您好")
        start_ms = _ms(time.groups()[:4]) if time else None
        end_ms = _ms(time.groups()[4:]) if time and time[6] else None
        if start_ms is not None and end_ms is not None and end_ms <= start_ms:
            raise _wrong(number, "结束时间不晚于开始时间", "先写早的，再写晚的")
        text = _REMARK.sub("", said[2]).strip()
        role = _role(number, said[1].strip())
        unheard, unsure = not text and "〔" in said[2], "?听不清" in said[2]
        self.turns.append(Turn(number, role, text, start_ms, end_ms, unheard, unsure))

    def dialogue(self, now: datetime) -> Dialogue:
        """Return what was taken, as a call."""
        order, began = self._order(now)
        placed = self._placed()
        duration_ms = placed.end_ms + _TAIL_MS
        speech = (*(Span(u.start_ms, u.end_ms, u.channel, u.role) for u in placed.said), *placed.unheard)
        transcript = Transcript("0" * 64, duration_ms, placed.said, speech, placed.unheard, _STAMP)
        return Dialogue(
            call=_record(began, duration_ms, self.fields, self.hang_up_by),
            recording=Recording("0" * 64, "", "", 8000, 2, duration_ms),
            transcript=transcript,
            acoustics=AcousticProfile((), (), placed.silent, None, None, ()),
            work_order=order,
            estimated=sum(turn.start_ms is None for turn in self.turns),
            silences_given=bool(self.silences),
            order_given=self._order_given,
            ending_given=self.hang_up_by is not Role.UNKNOWN,
            remarks=(*self.remarks, *([f"{_lines_named(placed.empty)}没有可读的字，略去"] if placed.empty else [])),
        )

    def _placed(self) -> Placed:
        pauses: dict[int, int] = {}
        for before, length_ms in self.silences:
            pauses[before] = pauses.get(before, 0) + length_ms
        return place(self.turns, pauses)

    def _order(self, now: datetime) -> tuple[WorkOrder | None, datetime]:
        cells = Cells("dialogue", 0, self.fields, {})
        submitted, called = cells.moment_or_none("提交时间"), cells.moment_or_none("来电时间")
        for fault in cells.faults:
            raise _wrong(self.field_lines[fault.column], f"{fault.column} {fault.what}", fault.hint)
        if submitted is not None and called is None:
            self.remarks.append("工单有提交时间而没有来电时间，是否当日成单无从判断，提交时间不用")
            submitted = None
        order = WorkOrder(self.fields.get("工单编号", CALL_ID), CALL_ID, dict(self.fields), submitted)
        return (order if self._has_order else None), (called or now)


def _lines_named(lines: Sequence[int]) -> str:
    more = f"等 {len(lines)} 行" if len(lines) > 5 else " 行"
    return f"第 {'、'.join(str(line) for line in lines[:5])}{more}"


def _record(began: datetime, duration_ms: int, fields: Mapping[str, str], hang_up_by: Role) -> CallRecord:
    return CallRecord(
        call_id=CALL_ID,
        started_at=began,
        duration_s=round(duration_ms / 1000),
        operator_id=fields.get("坐席工号", ""),
        shift="",
        caller_number=fields.get("来电号码", ""),
        hang_up_by=hang_up_by,
        satisfaction=None,
        recording_file="",
        operator_channel=0,
    )


def _role(number: int, name: str) -> Role:
    role = _ROLE_OF.get(name.lower())
    if role is None:
        known = "、".join(one for names in SPEAKERS.values() for one in names)
        raise _wrong(number, f"不知道“{name}”是谁", f"可写：{known}")
    return role


def _ms(clock: Iterable[str | None]) -> int:
    hours, minutes, seconds, parts = clock
    whole = 3600 * int(hours or 0) + 60 * int(minutes or 0) + int(seconds or 0)
    return 1000 * whole + int((parts or "0").ljust(3, "0"))
