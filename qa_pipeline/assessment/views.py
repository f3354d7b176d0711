"""The figures of a month, as screens and reports show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.models import DrawReason, Operator
from scoring.adjustments import Adjustment
from scoring.intervals import Share
from scoring.score import Evaluation
from scoring.standing import is_open
from scoring.strikes import MonthlyAssessment, StrikeState

DRAWN = (DrawReason.RANDOM, DrawReason.REPLACEMENT)
"""Why a call may count into the month's means; a risk supplement never does."""


class NoteKind(StrEnum):
    """What must be known of an operator's figure."""

    NOTHING_HEARD = "nothing_heard"
    FEW_CALLS = "few_calls"
    NOT_AUDITED = "not_audited"
    NOTHING_APPLIES = "nothing_applies"
    UNJUDGED = "unjudged"
    OPEN = "open"
    UNCONFIRMED = "unconfirmed"
    SUSPECTED = "suspected"
    FATAL = "fatal"
    SETTLED_OPEN = "settled_open"
    SETTLED_UNJUDGED = "settled_unjudged"
    SETTLED_SUSPECTED = "settled_suspected"
    SETTLED_UNHEARD = "settled_unheard"
    SETTLED_UNREVIEWED = "settled_unreviewed"


WORDS = {
    NoteKind.NOTHING_HEARD: "本月没有可计分的抽检通话，不评等次",
    NoteKind.FEW_CALLS: "样本不足：计分通话少于 {count} 通，不作为连续不合格的依据",
    NoteKind.NOT_AUDITED: "{count} 通抽中的通话未能质检，未计入",
    NoteKind.NOTHING_APPLIES: "{count} 通没有适用的评分项，未计入",
    NoteKind.UNJUDGED: "{count} 通过半分值待人工判定，判定之前不计入均分",
    NoteKind.OPEN: "{count} 通有待人工判定的内容，存疑不扣",
    NoteKind.UNCONFIRMED: "{count} 通有规则扣分尚未复核",
    NoteKind.SUSPECTED: "{count} 通疑似一票否决，须两人分别复核",
    NoteKind.FATAL: "{count} 通一票否决，已由两人确认",
    NoteKind.SETTLED_OPEN: "结账时 {count} 项待人工判定，没有扣",
    NoteKind.SETTLED_UNJUDGED: "结账时 {count} 通过半分值待人工判定，没有计入均分",
    NoteKind.SETTLED_SUSPECTED: "结账时 {count} 通疑似一票否决未经两人判定，没有计",
    NoteKind.SETTLED_UNHEARD: "结账时 {count} 通抽中的通话没有质检，没有计入",
    NoteKind.SETTLED_UNREVIEWED: "结账时 {count} 项规则扣分无人复核，照扣",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One remark with its number; as text it is Simplified Chinese."""

    kind: NoteKind
    count: int

    def __str__(self) -> str:
        return WORDS[self.kind].format(count=self.count)


@dataclass(frozen=True, slots=True)
class CallPoints:
    """One sampled call. ``counted``: it is part of the month's means. ``evaluation`` is None where it was not audited.

    ``unjudged``: more than half of its points wait for a person, so that it says nothing of the operator yet and does
    not count; a mono recording whose speakers cannot be told apart would otherwise stand at 100.
    ``weight`` is 1/probability of being drawn; ``upheld`` the points if only faults count that two reviewers found
    (of ordinary items the second may have seen the first's word).
    ``unconfirmed`` are items that lost points by rules alone, with nobody having looked.
    """

    call_id: str
    operator_id: str
    shift: str
    reason: DrawReason | None
    probability: Decimal
    evaluation: Evaluation | None
    upheld: Decimal | None
    unconfirmed: tuple[str, ...]
    counted: bool
    failure: str | None
    unjudged: bool = False

    @property
    def drawn(self) -> bool:
        """Whether it was drawn at random, or replaces one that was."""
        return self.reason in DRAWN

    @property
    def is_open(self) -> bool:
        """Whether something of it waits for a person."""
        return self.evaluation is not None and is_open(self.evaluation)

    @property
    def waiting(self) -> bool:
        """Whether something of it is open or not confirmed, so that its points may still change."""
        return self.is_open or bool(self.unconfirmed)


@dataclass(frozen=True, slots=True)
class OperatorMonth:
    """One operator's month. What is a figure is None where no call counts.

    ``mean`` is the score as it stands (what is open costs nothing) and decides ``grade`` and ``factor``; ``mean_low``
    and ``mean_high`` bound it by what people may still decide, ``interval_low`` and ``interval_high`` by chance (95 %).
    ``provisional``: something is open or unreviewed; never of a settled month, whose notes say what
    it was settled with. ``enough``: as many calls counted as the centre asks for.
    ``call_mean`` is the mean of the calls, of which approved notices took ``notice_points``; all other figures are
    after notices. ``pay`` is in yuan, None where it was not computed or a person must decide.
    """

    operator: Operator
    n_heard: int
    n_audited: int
    n_frame: int
    mean: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    grade: str | None
    grade_low: str | None
    grade_high: str | None
    factor: Decimal | None
    failing: bool
    enough: bool
    provisional: bool
    suspected_fatal: int
    confirmed_fatal: int
    assessment: MonthlyAssessment
    strike: StrikeState
    notes: tuple[Note, ...]
    call_mean: Decimal | None = None
    notice_points: Decimal = Decimal(0)
    pay: Decimal | None = None

    @property
    def all_heard(self) -> bool:
        """Whether every call was heard, so that the mean has no error of sampling."""
        return 0 < self.n_audited == self.n_frame and self.interval_low == self.interval_high


@dataclass(frozen=True, slots=True)
class ItemMonth:
    """One item over the calls that count: on how many it applied, lost points, waits; and the points lost in all."""

    code: str
    n_applicable: int
    n_lost: int
    n_open: int
    lost: Decimal


@dataclass(frozen=True, slots=True)
class SectionMonth:
    """One of the four standards over the calls that count: points earned of those possible, as a percentage."""

    code: str
    n: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of calls without a critical error of a kind: as it stands, and if all that is suspected were true."""

    kind: str
    standing: Share
    worst: Share


@dataclass(frozen=True, slots=True)
class FalseFlags:
    """The chance that somebody competent (true pass rate 95 %) has three failed months in a row within a year.

    ``naive`` counts every month below the line, ``gated`` only those whose interval lies below it, both at ``n`` calls
    a month; ``_anybody``: that it befalls at least one of the centre's ``operators``.
    """

    n: int
    operators: int
    naive: float
    gated: float
    naive_anybody: float
    gated_anybody: float


@dataclass(frozen=True, slots=True)
class CentreMonth:
    """The centre's figures. ``n_failed`` sampled calls could not be audited.

    ``n_open`` have something that waits for a person, ``n_unconfirmed`` points that rules took and nobody looked at.
    """

    n_frame: int
    n_sampled: int
    n_audited: int
    n_counted: int
    n_failed: int
    n_open: int
    n_unconfirmed: int
    n_suspected: int
    n_fatal: int
    mean: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    sections: tuple[SectionMonth, ...]
    items: tuple[ItemMonth, ...]
    accuracies: tuple[Accuracy, ...]
    false_flags: FalseFlags | None

    @property
    def all_heard(self) -> bool:
        """Whether every call was heard, so that the mean has no error of sampling."""
        return 0 < self.n_audited == self.n_frame and self.interval_low == self.interval_high


@dataclass(frozen=True, slots=True)
class AfterClosing:
    """What an appeal that was won changed of the month after it was settled; the month's own figures stay."""

    appeal_id: int
    made: Adjustment


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month. ``operators`` by id, ``calls`` as sampled; ``min_calls`` is what the centre asks for.

    ``variance`` is the spread that its intervals and strikes go by (`scoring.settlement.Standards`). ``adjustments``
    were made after it was settled, in the order in which they were made.
    """

    month: str
    scorecard_version: str
    min_calls: int
    centre: CentreMonth
    operators: tuple[OperatorMonth, ...]
    calls: tuple[CallPoints, ...]
    variance: Decimal | None = None
    adjustments: tuple[AfterClosing, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether any figure may still change by what people decide."""
        return any(line.provisional for line in self.operators)
