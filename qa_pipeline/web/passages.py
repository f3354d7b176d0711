"""Passages for training as somebody may see them: which are listed, the turns of each, and others that are like it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from qa_pipeline.errors import TransientError
from qa_pipeline.models import CallFile, Role, Utterance
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Barred
from qa_pipeline.models.passages import Mark, Passage
from qa_pipeline.store.queries.calls import call_files
from qa_pipeline.store.queries.clips import barred_among
from qa_pipeline.store.queries.passages import Listed, compared, passage_at, passages_at, unread
from qa_pipeline.training.clips.secrecy import barred_in, secret_because
from qa_pipeline.training.finding.keeping import caller_said, finder_stamp, renew
from qa_pipeline.training.finding.likeness import NEWEST, Alike, Key, alike_in_sound, alike_in_words
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.sealed import note_read, refuse_sealed, sealed_for

RENEWED = 40
"""So many calls are looked through while somebody waits for the list (20 ms each); the rest by the worker."""
ALIKE = 5


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of an utterance of a passage, with what shows something in it."""

    utterance: Utterance
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A passage in a list: the turn that shows it, and the answer; ``likeness`` to another where it is compared."""

    listed: Listed
    lines: tuple[Line, ...]
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Calls of which nothing is listed: somebody has to judge them blind first, or no clip may be made of them."""

    sealed: tuple[str, ...]
    barred: Mapping[str, Barred]

    @property
    def calls(self) -> tuple[str, ...]:
        """All of them, each once."""
        return (*self.sealed, *(one for one in self.barred if one not in self.sealed))


@dataclass(frozen=True, slots=True)
class Seen:
    """One passage as somebody sees it, and others that are like it; ``barred`` says why no clip may be made of it."""

    listed: Listed
    lines: tuple[Line, ...]
    in_words: tuple[Row, ...]
    in_sound: tuple[Row, ...]
    barred: str | None


def left_out(desk: Desk, session: Session, person: Person, month: str) -> LeftOut:
    """Return the calls of a month of which somebody is shown nothing."""
    return LeftOut(sealed_for(desk, session, person), barred_in(session, month))


def rows_of(desk: Desk, session: Session, person: Person, found: Iterable[Listed]) -> list[Row]:
    """Return passages with the turns that a list shows of each, as somebody may see them."""
    listed = list(found)
    shown = desk.calls(session, {one.passage.call_id for one in listed}, person)
    return [_row(one, shown) for one in listed]


def seen_passage(desk: Desk, person: Person, call_id: str, start_ms: int) -> Seen:
    """Return one passage as somebody may see it, and note that they read of its call what they then know.

    Raises:
        NotFound: None begins there (any more).
        Conflict: They have to judge the call blind first.
    """
    with desk.sessions() as session:
        refuse_sealed(desk, session, person, call_id)
        listed = passage_at(session, call_id, start_ms)
        barred = secret_because(session, call_id)
        in_words, in_sound = _alike(session, (call_id, start_ms), sealed_for(desk, session, person))
        others = passages_at(session, {one.key for one in (*in_words, *in_sound)})
        shown = desk.calls(session, {call_id, *(of for of, _ in others)}, person)
    note_read(desk, person, shown[call_id])
    return Seen(
        listed,
        _lines(listed.passage, shown),
        tuple(_row(others[one.key], shown, one.likeness) for one in in_words),
        tuple(_row(others[one.key], shown, one.likeness) for one in in_sound),
        barred,
    )


def renewed(desk: Desk, month: str) -> int:
    """Look through what was checked or reviewed since, as much as one may wait for; return how many calls are left."""
    with desk.sessions() as session:
        behind = bool(unread(session, finder_stamp(), month, 1))
    if not behind:
        return 0
    try:
        with desk.deciding, desk.sessions.begin() as session:
            return renew(session, month, RENEWED)
    except TransientError:  # the worker looks through the same at this moment; the list is shown as far as it got
        with desk.sessions() as session:
            return len(unread(session, finder_stamp(), month))


def _alike(session: Session, wanted: Key, without: Collection[str]) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
    found = compared(session, NEWEST)
    gone = {*without, *barred_among(session, {one.call_id for one in found})}
    known = [one for one in found if one.key == wanted or one.call_id not in gone]

    def texts(keys: Sequence[Key]) -> list[str]:
        files = call_files(session, {call_id for call_id, _ in keys})
        found = passages_at(session, keys)
        return [_said(found[key].passage, files[key[0]]) for key in keys]

    return alike_in_words(wanted, known, texts, ALIKE), alike_in_sound(wanted, known, ALIKE)


def _said(passage: Passage, file: CallFile) -> str:
    return "" if file.transcript is None else caller_said(file.transcript, passage)


def _row(listed: Listed, shown: Mapping[str, CallFile], likeness: float | None = None) -> Row:
    lines = _lines(listed.passage, shown)
    place = next((n for n, line in enumerate(lines) if any(m.scenario for m in line.marks)), 0)
    answer = [line for line in lines[place + 1 :] if line.utterance.role is Role.OPERATOR][:1]
    return Row(listed, (*lines[place : place + 1], *answer), likeness)


def _lines(passage: Passage, shown: Mapping[str, CallFile]) -> tuple[Line, ...]:
    file = shown.get(passage.call_id)
    said = () if file is None or file.transcript is None else file.transcript.utterances
    return tuple(
        Line(u, tuple(m for m in passage.marks if m.utterance == u.index))
        for u in said
        if passage.first <= u.index <= passage.last
    )
