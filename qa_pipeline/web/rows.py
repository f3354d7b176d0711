"""The calls of a month with where each stands and what it lost, and what the address asks of their list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.assessment.standings import STATES, hinted, stands
from qa_pipeline.models import CallFile
from qa_pipeline.store.queries.listing import Wanted
from qa_pipeline.web.addresses import query_of
from scoring.score import Evaluation, ItemScore
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call. ``state`` is the most pressing of ``states``; ``lost`` the items that cost points as it stands."""

    file: CallFile
    evaluation: Evaluation | None
    state: str
    states: frozenset[str]
    lost: tuple[ItemScore, ...]

    @property
    def call_id(self) -> str:
        """The call's number."""
        return self.file.call.call_id

    @property
    def is_open(self) -> bool:
        """Whether something of it waits for a person."""
        return "open" in self.states


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks of the list; '' asks nothing. ``sort`` begins with - for descending, ``q`` is of a number.

    ``queue`` is the kind of work whose queue somebody goes through ("all": any); the list has nothing to do with it.
    """

    month: str = ""
    operator: str = ""
    shift: str = ""
    item: str = ""
    state: str = ""
    rule: str = ""
    sort: str = "time"
    page: int = 1
    team: str = ""
    q: str = ""
    queue: str = ""

    def query(self, **changes: object) -> dict[str, str]:
        """Return the address's query, changed, without what asks nothing; a changed filter begins at the first page."""
        return query_of(self, {("sort", "time")}, changes)

    def wanted(self, month: str, without: tuple[str, ...] = ()) -> Wanted:
        """Return what of a month is asked for, ``without`` calls that whoever asks must not see yet."""
        asked = (self.operator, self.team, self.shift, self.item, self.state, self.rule, self.q.strip(), self.sort)
        return Wanted(month, *asked, without)

    def sorted_by(self, key: str) -> str:
        """Return the sort to ask for when the column's head is pressed."""
        return f"-{key}" if self.sort == key else key


def call_rows(
    files: Iterable[CallFile],
    card: Callable[[str], Scorecard],
    score: Callable[[CallFile, Scorecard], Evaluation | None] | None = None,
) -> tuple[CallRow, ...]:
    """Return the rows of calls; ``card`` gives the scorecard of a version, ``score`` what was scored before."""
    return tuple(_row(file, card, score or scored) for file in files)


def scored(file: CallFile, card: Scorecard) -> Evaluation | None:
    """Return a call's evaluation with everything that people have said to it; None where it was not audited."""
    return None if file.audit is None else final_evaluation(card, file.audit, file.decisions)


def _row(
    file: CallFile, card: Callable[[str], Scorecard], score: Callable[[CallFile, Scorecard], Evaluation | None]
) -> CallRow:
    if file.audit is None:
        return CallRow(file, None, *stands(file, None, hints=False), ())
    standard = card(file.audit.scorecard_version)
    evaluation = score(file, standard)
    assert evaluation is not None  # noqa: S101  # the call was audited
    standing = stands(file, evaluation, hinted(file.audit, standard))
    return CallRow(file, evaluation, *standing, tuple(i for i in evaluation.items if i.lost > 0))


def counts(rows: Sequence[CallRow]) -> dict[str, int]:
    """Return how many calls stand where."""
    return {state: sum(state in row.states for row in rows) for state in STATES}
