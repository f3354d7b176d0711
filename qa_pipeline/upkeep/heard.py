"""A month's stored calls with what was asked and answered in them, as the base stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from qa_pipeline.audit import gather
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallContext, CallFile, Transcript
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.knowledge import entries

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a call that can be played. ``role`` is the glossary's operator or caller."""

    call_id: str
    operator_id: str
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call of the month that was transcribed."""

    file: CallFile
    ctx: CallContext


@dataclass(frozen=True, slots=True)
class HeardMonth:
    """A month's calls, how many of them nobody has heard yet, and the base that they are held against."""

    month: str
    index: KnowledgeIndex
    calls: tuple[HeardCall, ...]
    unheard: int


def heard_month(session: Session, settings: Settings, month: str, progress: Progress | None = None) -> HeardMonth:
    """Hold the month's transcribed calls against the base as it is known now.

    Raises:
        NotFound: The store has no call of that month.
    """
    data = month_data(session, month)
    index = KnowledgeIndex(entries(session))
    calls = []
    for number, file in enumerate(data.files, start=1):
        if (ctx := context(file, index, settings)) is not None:
            calls.append(HeardCall(file, ctx))
        if progress is not None:
            progress(number, len(data.files), file.call.call_id)
    return HeardMonth(month, index, tuple(calls), len(data.files) - len(calls))


def context(file: CallFile, index: KnowledgeIndex, settings: Settings) -> CallContext | None:
    """Return a stored call as a run gives it to rules; None where it was not transcribed."""
    if file.recording is None or file.transcript is None or file.acoustics is None:
        return None
    lexicon = index.lexicon if settings.correct_terms else None
    return gather(file.call, file.recording, file.transcript, file.acoustics, file.work_order, index, lexicon)


def places(file: CallFile, transcript: Transcript, indices: tuple[int, ...]) -> Iterator[Place]:
    """Yield utterances of a call as places."""
    wanted = set(indices)
    for one in transcript.utterances:
        if one.index in wanted:
            yield Place(file.call.call_id, file.call.operator_id, one.start_ms, one.end_ms, one.text)
