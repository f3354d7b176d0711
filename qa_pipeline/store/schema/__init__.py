"""Tables. Times are the centre's own wall clock without a zone; months are ``YYYY-MM``; hashes are hex SHA-256."""

from __future__ import annotations

from qa_pipeline.store.schema.accounts import AccessRow, AccountRow, AttemptRow, SignInRow
from qa_pipeline.store.schema.appeals import AdjustmentRow, AppealRow, AppealWordRow
from qa_pipeline.store.schema.base import Base
from qa_pipeline.store.schema.calibration import (
    CalibrationCallRow,
    CalibrationClosingRow,
    CalibrationFinishRow,
    CalibrationMemberRow,
    CalibrationRemarkRow,
    CalibrationRow,
    CalibrationWordRow,
)
from qa_pipeline.store.schema.calls import CallRow, RecordingRow, WorkOrderRow
from qa_pipeline.store.schema.clips import ClipCorrectionRow, ClipExportRow, ClipRow, ClipWordRow
from qa_pipeline.store.schema.contest import (
    BallotRow,
    ContestClosingRow,
    ContestEntryRow,
    ContestRow,
    EntryWordRow,
    VoterRow,
    VotingRow,
)
from qa_pipeline.store.schema.errands import ColumnMapRow, ErrandRow, UploadRow
from qa_pipeline.store.schema.hooks import HookRow
from qa_pipeline.store.schema.imports import ImportRow, RefusalRow
from qa_pipeline.store.schema.knowledge import DocumentRow, KnowledgeRow, PlaceRow
from qa_pipeline.store.schema.ledger import LedgerRow
from qa_pipeline.store.schema.packs import (
    PackCardRow,
    PackDownloadRow,
    PackPlanRow,
    PackRow,
    PackWordRow,
    RehearsalRow,
)
from qa_pipeline.store.schema.passages import PassageRow, ReadCallRow
from qa_pipeline.store.schema.pay import PayTermRow
from qa_pipeline.store.schema.people import DutyRow, OperatorRow
from qa_pipeline.store.schema.retraining import RetrainingRow, RetrainingWordRow
from qa_pipeline.store.schema.review import ClosingLineRow, ClosingRow, DecisionRow, HandCorrectionRow, NoteRow
from qa_pipeline.store.schema.sampling import (
    CommitmentRow,
    ExclusionRow,
    FrameRows,
    PlanRow,
    ReplacementRow,
    RiskCallRow,
    SampledCallRow,
    SupplementRow,
)
from qa_pipeline.store.schema.search import SavedSearchRow, SearchTextRow
from qa_pipeline.store.schema.standings import CallReadingRow, ClaimRow, ReachRow, RepeatRow, RepeatWordRow, StandingRow
from qa_pipeline.store.schema.supervision import NoticeRow, NoticeWordRow
from qa_pipeline.store.schema.tokens import ApiTokenRow
from qa_pipeline.store.schema.training_records import AttendanceRow, SessionWithdrawalRow, TrainingSessionRow
from qa_pipeline.store.schema.work import AuditRow, JobRow, JobState, SpeechRow

__all__ = [
    "APPEND_ONLY",
    "AccessRow",
    "AccountRow",
    "AdjustmentRow",
    "ApiTokenRow",
    "AppealRow",
    "AppealWordRow",
    "AttemptRow",
    "AttendanceRow",
    "AuditRow",
    "BallotRow",
    "Base",
    "CalibrationCallRow",
    "CalibrationClosingRow",
    "CalibrationFinishRow",
    "CalibrationMemberRow",
    "CalibrationRemarkRow",
    "CalibrationRow",
    "CalibrationWordRow",
    "CallReadingRow",
    "CallRow",
    "ClaimRow",
    "ClipCorrectionRow",
    "ClipExportRow",
    "ClipRow",
    "ClipWordRow",
    "ClosingLineRow",
    "ClosingRow",
    "ColumnMapRow",
    "CommitmentRow",
    "ContestClosingRow",
    "ContestEntryRow",
    "ContestRow",
    "DecisionRow",
    "DocumentRow",
    "DutyRow",
    "EntryWordRow",
    "ErrandRow",
    "ExclusionRow",
    "FrameRows",
    "HandCorrectionRow",
    "HookRow",
    "ImportRow",
    "JobRow",
    "JobState",
    "KnowledgeRow",
    "LedgerRow",
    "NoteRow",
    "NoticeRow",
    "NoticeWordRow",
    "OperatorRow",
    "PackCardRow",
    "PackDownloadRow",
    "PackPlanRow",
    "PackRow",
    "PackWordRow",
    "PassageRow",
    "PayTermRow",
    "PlaceRow",
    "PlanRow",
    "ReachRow",
    "ReadCallRow",
    "RecordingRow",
    "RefusalRow",
    "RehearsalRow",
    "RepeatRow",
    "RepeatWordRow",
    "ReplacementRow",
    "RetrainingRow",
    "RetrainingWordRow",
    "RiskCallRow",
    "SampledCallRow",
    "SavedSearchRow",
    "SearchTextRow",
    "SessionWithdrawalRow",
    "SignInRow",
    "SpeechRow",
    "StandingRow",
    "SupplementRow",
    "TrainingSessionRow",
    "UploadRow",
    "VoterRow",
    "VotingRow",
    "WorkOrderRow",
]

APPEND_ONLY = tuple(
    sorted(mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.append_only)
)
"""Tables whose rows are never changed or deleted."""
