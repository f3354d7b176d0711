"""Searching: SQLite by FTS5, ranked by BM25; PostgreSQL by its text search, ranked by how often and how densely."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Float, Integer, Select, bindparam, column, func, select, text
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.language.search_tokens import SHORTEST, letters, pairs, sounds
from qa_pipeline.models.search import Audience, By, Found, Hit, SearchQuery, SearchText
from qa_pipeline.store.queries.search_index import month_token, operator_token, quoted, shift_token
from qa_pipeline.store.schema import CallRow, OperatorRow, SearchTextRow

RANKED = 10_000
"""So many texts are ranked at most, the newest: a word of nearly every call would cost seconds."""
TERMS = 8
_SQLITE = text(
    "SELECT rowid AS text_id, bm25(search_index, 1.0, 1.0, 0.0) AS score FROM search_index "
    "WHERE search_index MATCH :match ORDER BY rowid DESC LIMIT :ranked"
)
_POSTGRES = (
    "SELECT text_id, -ts_rank({column}, CAST(:match AS tsquery), 1) AS score FROM search_index "
    "WHERE {column} @@ CAST(:match AS tsquery) ORDER BY text_id DESC LIMIT :ranked"
)


def terms_of(query: str, by: By) -> tuple[str, ...]:
    """Return what is looked for: words without what is no letter, or their sounds.

    Raises:
        UserError: Nothing is asked for, a word has one character, or there are too many.
    """
    folded = [(word, sounds(word).text if by is By.SOUND else letters(word).text) for word in query.split()]
    found = [(word, term) for word, term in folded if term]
    if not found:
        raise UserError("没有写要查的词", "写两个字以上；几个词用空格分开")
    if short := [word for word, term in found if len(term) < SHORTEST]:
        raise UserError(f"“{short[0]}”只有一个字，查不了", "写两个字以上")
    if len(found) > TERMS:
        raise UserError(f"一次最多查 {TERMS} 个词", "少写几个")
    return tuple(term for _, term in found)


def search(
    session: Session, query: SearchQuery, offset: int = 0, limit: int = 20, among: Select[str] | None = None
) -> Found:
    """Return the texts in which all words stand, the best first; ``among`` selects the calls that are looked at.

    Raises:
        UserError: As `terms_of`.
    """
    hits = _ranked(session, query).cte("hits")
    ranked = select(func.count()).select_from(hits).scalar_subquery()
    # Numbers alone are sorted; the texts of one page are read afterwards.
    statement = (
        select(SearchTextRow.text_id, func.count().over(), ranked)
        .join(hits, hits.c.text_id == SearchTextRow.text_id)
        .where(*_conditions(query))
        .order_by(hits.c.score, SearchTextRow.text_id.desc())
        .offset(offset)
        .limit(limit)
    )
    if among is not None:
        statement = statement.where(SearchTextRow.call_id.in_(among))
    if _of_calls(query):
        statement = statement.join(CallRow, CallRow.call_id == SearchTextRow.call_id).where(*_of_calls(query))
    rows = session.execute(statement).all()
    shown = _hits(session, [row[0] for row in rows])
    return Found(shown, rows[0][1] if rows else 0, capped=bool(rows) and rows[0][2] >= RANKED)


def _hits(session: Session, ids: Sequence[int]) -> tuple[Hit, ...]:
    statement = (
        select(SearchTextRow, CallRow, OperatorRow.name)
        .join(CallRow, CallRow.call_id == SearchTextRow.call_id)
        .join(OperatorRow, OperatorRow.operator_id == CallRow.operator_id)
        .where(SearchTextRow.text_id.in_(ids))
    )
    found = {row.text_id: _hit(row, call, name) for row, call, name in session.execute(statement)}
    return tuple(found[text_id] for text_id in ids)


def _hit(row: SearchTextRow, call: CallRow, name: str) -> Hit:
    found = SearchText(row.kind, row.audience, tuple(row.text.split("\n")), row.starts)
    return Hit(call.call_id, call.started_at, call.operator_id, name, call.shift, found)


def _ranked(session: Session, query: SearchQuery) -> Any:
    terms = terms_of(query.text, query.by)
    name = "sound" if query.by is By.SOUND else "body"
    if session.get_bind().dialect.name == "sqlite":
        statement, match = _SQLITE, _fts5(terms, name, query)
    else:
        # The column is one of two names of this module, never what somebody typed.
        statement, match = text(_POSTGRES.format(column=name)), _tsquery(terms)
    bound = statement.bindparams(bindparam("match", match), bindparam("ranked", RANKED))
    return bound.columns(column("text_id", Integer), column("score", Float))


def _fts5(terms: tuple[str, ...], name: str, query: SearchQuery) -> str:
    said = [f'{name} : "{" ".join(pairs(term))}"' for term in terms]
    tokens = [
        *([month_token(query.month)] if query.month else []),
        *([operator_token(query.operator)] if query.operator else []),
        *([shift_token(query.shift)] if query.shift else []),
    ]
    scopes = [f"scope : {token}" for token in tokens]
    scopes.append("scope : (" + " OR ".join(f"a{one}" for one in _audiences(query)) + ")")
    if query.kinds:
        scopes.append("scope : (" + " OR ".join(f"k{kind}" for kind in query.kinds) + ")")
    return " AND ".join(f"({part})" for part in (*said, *scopes))


def _tsquery(terms: tuple[str, ...]) -> str:
    return " & ".join("(" + " <-> ".join(quoted(pair) for pair in pairs(term)) + ")" for term in terms)


def _audiences(query: SearchQuery) -> tuple[Audience, Audience]:
    return Audience.ALL, Audience.FULL if query.sees_all else Audience.VEILED


def _conditions(query: SearchQuery) -> list[Any]:
    found: list[Any] = [SearchTextRow.audience.in_(_audiences(query))]
    if query.kinds:
        found.append(SearchTextRow.kind.in_(query.kinds))
    return found


def _of_calls(query: SearchQuery) -> list[Any]:
    equal = ((CallRow.month, query.month), (CallRow.operator_id, query.operator), (CallRow.shift, query.shift))
    found: list[Any] = [asked == value for asked, value in equal if value]
    if query.first is not None:
        found.append(CallRow.started_at >= datetime.combine(query.first, time()))
    if query.last is not None:
        found.append(CallRow.started_at < datetime.combine(query.last + timedelta(days=1), time()))
    return found


def searchable(session: Session) -> bool:
    """Whether anything can be searched."""
    statement: Select[int] = select(SearchTextRow.text_id).limit(1)
    return session.scalar(statement) is not None
