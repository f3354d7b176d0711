"""What can be searched of a call, kept up to date with what was heard and written of it.

Who may not see personal data searches texts with stand-ins, and nothing else: what is hidden cannot be guessed from
what is found. SQLite's index keeps the character pairs of texts that were replaced until it is rebuilt; they lead to
nothing any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Select, delete, select, text
from sqlalchemy.orm import Session

from qa_pipeline.assessment.veil import veiled
from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.language.corrected import as_corrected
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.language.search_tokens import letters, pairs, sounds
from qa_pipeline.models import CallFile, CallRecord, HandCorrection, Role, Transcript, WorkOrder
from qa_pipeline.models.search import Audience, SearchText, TextKind
from qa_pipeline.store.queries.files import load_files
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.notes import corrections_in
from qa_pipeline.store.rows import chunks
from qa_pipeline.store.schema import CallRow, RecordingRow, SearchTextRow, SpeechRow

SPOKEN = {Role.OPERATOR: TextKind.OPERATOR, Role.CALLER: TextKind.CALLER, Role.UNKNOWN: TextKind.UNKNOWN}


def index_heard(session: Session, transcript: Transcript) -> None:
    """Make searchable what was just heard in a recording, with its call's work order."""
    mine = select(RecordingRow.call_id).where(RecordingRow.recording_id == transcript.recording_id)
    file = load_files(session, mine, speech=False)[0]
    _index(session, [replace(file, transcript=transcript)])


def index_calls(session: Session, call_ids: Collection[str]) -> int:
    """Make searchable what is stored of calls, as far as they were heard; return how many were."""
    found = 0
    for part in chunks(sorted(call_ids)):
        scope = _heard().where(CallRow.call_id.in_(part))
        made = corrections_in(session, scope)
        files = [_by_hand(file, made) for file in load_files(session, scope)]
        _index(session, files)
        found += len(files)
    return found


def _by_hand(file: CallFile, made: Mapping[tuple[str, str], Sequence[HandCorrection]]) -> CallFile:
    """Return a call as people corrected it, also since its audit, and as its audit read it: what its page shows."""
    if file.transcript is None or file.audit is None:
        return file
    mine = made.get((file.call.call_id, file.audit.speech_hash), ())
    return replace(file, transcript=as_corrected(by_hand(file.transcript, mine), file.audit.corrections))


def rebuild_index(session: Session) -> int:
    """Make everything searchable anew that was ever heard; return how many calls that are."""
    session.execute(delete(SearchTextRow))
    if _is_sqlite(session):
        session.execute(text("INSERT INTO search_index(search_index) VALUES ('delete-all')"))
    return index_calls(session, session.scalars(_heard()).all())


def fill_empty_index(session: Session) -> int:
    """Make a store from before there was an index searchable; return of how many calls, 0 where there is one."""
    if session.scalar(select(SearchTextRow.text_id).limit(1)) is not None:
        return 0
    return index_calls(session, session.scalars(_heard()).all())


def _heard() -> Select[str]:
    return select(CallRow.call_id).where(
        CallRow.call_id.in_(
            select(RecordingRow.call_id).join(SpeechRow, SpeechRow.recording_id == RecordingRow.recording_id)
        )
    )


def _index(session: Session, files: Sequence[CallFile]) -> None:
    if not files:
        return
    public = public_words(entries(session))
    session.execute(delete(SearchTextRow).where(SearchTextRow.call_id.in_([file.call.call_id for file in files])))
    for file in files:
        add_texts(session, file.call, search_texts(file, public))


def add_texts(session: Session, call: CallRecord, texts: Iterable[SearchText]) -> None:
    """Write texts of a call, and what they are found by."""
    for found in texts:
        row = SearchTextRow(
            call_id=call.call_id,
            kind=found.kind,
            audience=found.audience,
            text="\n".join(found.lines),
            starts=found.starts,
        )
        session.add(row)
        session.flush()
        _write(session, row.text_id, found, call)


def search_texts(file: CallFile, public: Collection[str]) -> Iterator[SearchText]:
    """Yield a call's texts: one for all where nothing is hidden, else one as it was said and one with stand-ins."""
    shown = veiled(file, Viewer.OUTSIDER, public=public)
    for kind in TextKind:
        full, hidden = _text(file, kind, Audience.FULL), _text(shown, kind, Audience.VEILED)
        if full is None or hidden is None:
            continue
        if full.lines == hidden.lines:
            yield replace(full, audience=Audience.ALL)
        else:
            yield from (full, hidden)


def _text(file: CallFile, kind: TextKind, audience: Audience) -> SearchText | None:
    lines = list(_of_order(file.work_order) if kind is TextKind.ORDER else _said(file.transcript, kind))
    if not lines:
        return None
    return SearchText(kind, audience, tuple(line for line, _ in lines), tuple(start for _, start in lines))


def _said(transcript: Transcript | None, kind: TextKind) -> Iterator[tuple[str, int]]:
    for utterance in () if transcript is None else transcript.utterances:
        if SPOKEN[utterance.role] is kind and utterance.text:
            yield " ".join(utterance.text.split()), utterance.start_ms


def _of_order(order: WorkOrder | None) -> Iterator[tuple[str, int]]:
    for name, value in {} if order is None else order.fields.items():
        if value.strip():
            yield f"{name}：{' '.join(value.split())}", 0


def _write(session: Session, text_id: int, found: SearchText, call: CallRecord) -> None:
    body = [pairs(letters(line).text) for line in found.lines]
    sound = [pairs(sounds(line).text) for line in found.lines]
    if _is_sqlite(session):
        values = {
            "text_id": text_id,
            "body": _gapped(body),
            "sound": _gapped(sound),
            "scope": " ".join(scope_tokens(found, call)),
        }
        session.execute(
            text("INSERT INTO search_index(rowid, body, sound, scope) VALUES (:text_id, :body, :sound, :scope)"), values
        )
        return
    session.execute(
        text(
            "INSERT INTO search_index(text_id, body, sound) "
            "VALUES (:text_id, CAST(:body AS tsvector), CAST(:sound AS tsvector))"
        ),
        {"text_id": text_id, "body": _vector(body), "sound": _vector(sound)},
    )


def scope_tokens(found: SearchText, call: CallRecord) -> tuple[str, ...]:
    """Return what SQLite's index knows of a text beside its words, so that a filter costs no look at each call."""
    return (
        f"a{found.audience}",
        f"k{found.kind}",
        month_token(f"{call.started_at:%Y-%m}"),
        operator_token(call.operator_id),
        shift_token(call.shift),
    )


def month_token(month: str) -> str:
    """Return the token of a month."""
    return f"m{month.encode().hex()}"


def operator_token(operator_id: str) -> str:
    """Return the token of an operator's calls."""
    return f"o{operator_id.encode().hex()}"


def shift_token(shift: str) -> str:
    """Return the token of a shift's calls."""
    return f"s{shift.encode().hex()}"


GAP = "\ue7ff"
"""A token between lines, so that no word is found across two of them; no sound has it."""


def _gapped(lines: Sequence[Sequence[str]]) -> str:
    return f" {GAP} ".join(" ".join(line) for line in lines)


def _vector(lines: Sequence[Sequence[str]]) -> str:
    """Return PostgreSQL's notation: each pair with its places; it counts no further than 16383."""
    places: dict[str, list[int]] = {}
    at = 0
    for line in lines:
        at += 1
        for pair in line:
            at += 1
            places.setdefault(pair, []).append(min(at, 16383))
    return " ".join(f"{quoted(pair)}:{','.join(map(str, at[:255]))}" for pair, at in places.items())


def quoted(word: str) -> str:
    """Return a word in PostgreSQL's notation of vectors and queries."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
