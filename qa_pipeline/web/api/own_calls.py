"""One of an operator's own calls by the API: what was marked in it and why, its words, and its sound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from fastapi.responses import FileResponse, Response

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.appeals import AppealState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import SOUND, Values, api_family, by_token
from qa_pipeline.web.api.shown import FoundLine, SaidLine, SaidWord, found_line, order_of, said_lines, said_words
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.findings import FindingView, GroupView, ItemView
from qa_pipeline.web.own_calls import OwnCall, own_recording, own_view
from scoring.evaluation import ItemState

router = api_family("me")
LOOKS = [by_token(Scope.OWN_READ, Role.OPERATOR, looks=True)]


class OwnFinding(Values):
    """What was found, and what people decided of it as far as it may be told."""

    found: FoundLine
    words: list[SaidWord]


class OwnItem(Values):
    """An item in which something was found.

    ``lost`` of its points, and ``effect`` of the call's 100, which is more or less; both None of a fatal error, which
    is suspected unless ``fatal`` says that two people confirmed it. ``appeal_id`` is the newest appeal against it.
    """

    group: str
    code: str
    name: str
    how: str
    lost: Decimal | None
    effect: Decimal | None
    state: ItemState | None
    fatal: bool
    may_appeal: bool
    appeal_id: int | None
    appeal_state: AppealState | None
    findings: list[OwnFinding]


class OwnCallDetail(Values):
    """A call of the operator. Points are None where it was not audited; what is open shows as their range.

    ``waiting`` are items in which nothing was found and that a person has still to judge. ``appeal_until`` is None
    while the month is open: then it may be appealed against at any time.
    """

    call_id: str
    month: str
    shift: str
    started_at: datetime
    duration_s: int
    audited: bool
    failed: bool
    points: Decimal | None
    points_low: Decimal | None
    points_high: Decimal | None
    formula: str
    items: list[OwnItem]
    waiting: list[str]
    appeal_until: date | None
    workdays_left: int | None
    too_late: bool
    lines: list[SaidLine]
    work_order: Mapping[str, str] | None
    has_sound: bool


@router.get("/me/calls/{call_id}", dependencies=LOOKS)
def get_own_call(desk: DeskOf, person: PersonOf, call_id: str) -> OwnCallDetail:
    """Return one of one's own calls that were drawn; reviewers are not named, and what is judged blind stays unsaid."""
    own = own_view(desk, person, call_id, "")
    file, judged = own.file, own.judged
    evaluation = judged.evaluation
    return OwnCallDetail(
        call_id=file.call.call_id,
        month=own.month,
        shift=file.call.shift,
        started_at=file.call.started_at,
        duration_s=file.call.duration_s,
        audited=file.audit is not None,
        failed=file.failure is not None,
        points=None if evaluation is None else evaluation.points,
        points_low=None if evaluation is None else evaluation.points_low,
        points_high=None if evaluation is None else evaluation.points_high,
        formula=judged.formula,
        items=[_item(own, group, item) for group, items in judged.groups for item in items],
        waiting=[item.code for item in judged.waiting],
        appeal_until=None if own.window is None else own.window.day,
        workdays_left=own.left,
        too_late=own.too_late,
        lines=said_lines(file),
        work_order=order_of(file),
        has_sound=file.recording is not None,
    )


@router.get("/me/calls/{call_id}/audio", dependencies=LOOKS, response_class=FileResponse, responses=SOUND)
def get_own_audio(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Return the recording of one of one's own calls as PCM WAV; a Range header gets its part."""
    return FileResponse(own_recording(desk, person, call_id), media_type="audio/wav")


def _item(own: OwnCall, group: GroupView, item: ItemView) -> OwnItem:
    filed = own.appeals.get(item.code)
    return OwnItem(
        group=group.code,
        code=item.code,
        name=item.name,
        how=item.how,
        lost=None if item.score is None else item.score.lost,
        effect=own.judged.effects.get(item.code),
        state=None if item.score is None else item.score.state,
        fatal=item.score is None and item.code in own.judged.lost,
        may_appeal=own.may_appeal(item.code),
        appeal_id=None if filed is None else filed.appeal.appeal_id,
        appeal_state=None if filed is None else filed.state,
        findings=[_finding(finding) for finding in item.findings if not finding.quiet],
    )


def _finding(finding: FindingView) -> OwnFinding:
    return OwnFinding(found=found_line(finding), words=said_words(finding))
