"""Deductions that rest on an entry which was recorded wrongly, or too late: faults of the base, not of the operator.

Three records of an entry are held against each other: as it was known when the call took place, as the audit knew it,
and as it is known now. Nothing is changed here: a reviewer overrules, or does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from qa_pipeline.knowledge.base.changes import DESCRIBING, FieldChange, differences
from qa_pipeline.knowledge.checking import checked
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import (
    CallAudit,
    CallContext,
    CallFile,
    Exchange,
    KnowledgeEntry,
    Outcome,
    RuleResult,
    Verdict,
)
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.knowledge import Recorded, as_known, history
from qa_pipeline.upkeep.heard import context

ITEMS = frozenset({"C2", "C3"})
"""Whether the answer was right, and whether it was complete: the items that entries decide."""
_TITLE = re.compile(r"《([^》]+)》")
_Views = Mapping[str, KnowledgeEntry | None]


@dataclass(frozen=True, slots=True)
class BaseFault:
    """One finding that the operator may not have to answer for.

    ``at_call``, ``judged`` and ``now`` are the entry of the call's day as it was known at these times, None where there
    was none. ``outcome_at_call`` and ``outcome_now`` are what the same rule says by those records; ``recorded_at`` is
    when the base was first recorded otherwise than the operator could know, or than the audit knew. ``decided``: a
    person has spoken on the finding since.
    """

    file: CallFile
    result: RuleResult
    entry_id: str
    at_call: KnowledgeEntry | None
    judged: KnowledgeEntry | None
    now: KnowledgeEntry | None
    outcome_at_call: Outcome
    outcome_now: Outcome
    recorded_at: datetime
    decided: bool

    @property
    def owner(self) -> str:
        """The department that answers for the entry, '' where none is named."""
        known = next((one for one in (self.now, self.judged, self.at_call) if one is not None), None)
        return known.owner_department if known is not None else ""

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What was recorded otherwise: since the call, or, where that is nothing, since the audit."""
        for before, after in ((self.at_call, self.judged), (self.judged, self.now)):
            if before is not None and after is not None and _matters(before) != _matters(after):
                return tuple(one for one in differences(before, after) if one.field not in DESCRIBING)
        return ()


def base_faults(session: Session, settings: Settings, ruleset: Ruleset, month: str) -> tuple[BaseFault, ...]:
    """Return the month's findings on C2 and C3 that would have been none by what was known at the call, or is now.

    Raises:
        NotFound: The store has no call of that month.
    """
    recorded: dict[str, list[Recorded]] = {}
    for record in history(session):
        recorded.setdefault(record.entry.entry_id, []).append(record)
    known = _Known(recorded)
    found: list[BaseFault] = []
    for file in month_data(session, month).files:
        if file.audit is not None:
            found += _faults(file, file.audit, known, settings, ruleset)
    return tuple(found)


@dataclass(frozen=True)
class _Known:
    """The base by what was known when; indices are made once for every base that audits knew."""

    recorded: Mapping[str, list[Recorded]]
    indices: dict[str, KnowledgeIndex] = field(default_factory=dict)

    def valid(self, entry_id: str, day: date, known_at: datetime | None) -> KnowledgeEntry | None:
        """Return the entry of a day as it was known at a time, the last recorded where several were."""
        valid = [one for one in as_known(self.recorded.get(entry_id, ()), known_at) if one.valid_on(day)]
        found = max(valid, key=lambda one: one.version, default=None)
        # What its owner confirmed only later stood in the entry all the time.
        return None if found is None else replace(found, facts=tuple(replace(f, confirmed=True) for f in found.facts))

    def since(self, entry_id: str) -> datetime:
        """Return when an entry was first recorded: what was said of it before that, nobody can know."""
        return self.recorded[entry_id][0].recorded_at

    def titled(self, title: str) -> Iterable[str]:
        """Yield the ids of the entries that ever had a title."""
        return (name for name, records in self.recorded.items() if any(r.entry.title == title for r in records))

    def index(self, audit: CallAudit) -> KnowledgeIndex:
        """Return the base that an audit knew, made searchable."""
        if audit.knowledge_sha256 not in self.indices:
            then = [one for records in self.recorded.values() for one in as_known(records, audit.created_at)]
            self.indices[audit.knowledge_sha256] = KnowledgeIndex(then)
        return self.indices[audit.knowledge_sha256]


def _faults(file: CallFile, audit: CallAudit, known: _Known, settings: Settings, ruleset: Ruleset) -> list[BaseFault]:
    found = []
    day, called = file.call.started_at.date(), file.call.started_at
    for result in audit.results:
        if result.item not in ITEMS or not _costs(result, file):
            continue
        for entry_id in _entries_of(result, known):
            at_call = known.valid(entry_id, day, max(called, known.since(entry_id)))
            judged, now = known.valid(entry_id, day, audit.created_at), known.valid(entry_id, day, None)
            if _matters(at_call) == _matters(judged) == _matters(now):
                continue
            outcomes = _outcomes(file, audit, known, settings, ruleset, result, entry_id, (at_call, now))
            if outcomes is None or all(outcome is result.outcome for outcome in outcomes):
                continue
            recorded_at = _changed_at(known.recorded[entry_id], called, audit.created_at, at_call, judged, day)
            decided = any(d.code == result.code and d.created_at > recorded_at for d in file.decisions)
            views = (at_call, judged, now)
            found.append(BaseFault(file, result, entry_id, *views, *outcomes, recorded_at, decided))
    return found


def _costs(result: RuleResult, file: CallFile) -> bool:
    """Whether a finding takes points: by the rule, or by a person who found a fault where the rule was unsure."""
    by_person = any(d.code == result.code and d.verdict is Verdict.FAULT for d in file.decisions)
    return result.outcome is Outcome.FAIL or by_person


def _entries_of(result: RuleResult, known: _Known) -> list[str]:
    """Return the ids of the entries that a finding is about: in its details, and by title in its reason."""
    named = [result.details["entry_id"]] if "entry_id" in result.details else []
    named += [entry_id for title in _TITLE.findall(result.reason) for entry_id in known.titled(title)]
    return [name for name in dict.fromkeys(named) if name in known.recorded]


def _matters(entry: KnowledgeEntry | None) -> object:
    """Return what of an entry an answer is judged by."""
    if entry is None:
        return None
    details = {name: text for name, text in entry.details.items() if name not in DESCRIBING and text}
    return entry.answer, entry.facts, sorted(details.items())


def _outcomes(
    file: CallFile,
    audit: CallAudit,
    known: _Known,
    settings: Settings,
    ruleset: Ruleset,
    result: RuleResult,
    entry_id: str,
    views: tuple[KnowledgeEntry | None, KnowledgeEntry | None],
) -> tuple[Outcome, Outcome] | None:
    """Return what the finding's rule says of the call by two records of an entry; None where it cannot be asked."""
    bound = tuple(rule for rule in ruleset.rules if rule.code == result.code)
    ctx = context(file, known.index(audit), settings)
    if not bound or ctx is None:
        return None
    alone = replace(ruleset, rules=bound)
    then, now = (check(_held_against(ctx, {entry_id: view}), alone)[0].outcome for view in views)
    return then, now


def _held_against(ctx: CallContext, views: _Views) -> CallContext:
    """Return a call with its answers held against other records of entries."""
    swapped = [_swapped(exchange, views) for exchange in ctx.exchanges]
    return replace(ctx, exchanges=checked(swapped, ctx.transcript, ctx.call.started_at.date()))


def _swapped(exchange: Exchange, views: _Views) -> Exchange:
    if exchange.entry is None or exchange.entry.entry_id not in views:
        return exchange
    return replace(exchange, entry=views[exchange.entry.entry_id], checks=())


def _changed_at(
    records: list[Recorded],
    called: datetime,
    audited: datetime,
    at_call: KnowledgeEntry | None,
    judged: KnowledgeEntry | None,
    day: date,
) -> datetime:
    """Return when the base was recorded otherwise: after the call if the audit knew it so already, else after that."""
    since = called if _matters(at_call) != _matters(judged) else audited
    later = [record for record in records if record.recorded_at > since]
    touching = [record for record in later if record.entry.valid_from <= day]
    return (touching or later or records[-1:])[0].recorded_at
