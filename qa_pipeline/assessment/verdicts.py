"""Where people's words take the place of the machine's.

- A decision on a rule's code replaces that rule's result. One on an item's code replaces all results of the item.
- Of one reviewer the latest word on a code counts; of several reviewers the latest of all. They stand together as
  ``reviewers`` where their last words agree.
- A fatal error goes by two people: it is found, or cleared, when at least two say so and more than say otherwise. One
  word alone, either way, leaves it suspected. A word on the item counts for each of its findings on which the same
  person said nothing.
- After a new audit of the call CONFIRM counts only where the same was found again, in the same places; else it spoke
  of a finding that is gone. Words that favour the operator, and faults that a person found without the machine, stay
  with the call.
- What an appeal was decided by stands over all other words on its code, of fatal errors, too: an appeal has been looked
  at by two people who had not judged the finding before.
- Two people who judge a fatal error do so blind: neither is shown the other's word before having spoken. On ordinary
  items the second has seen the first's word, so what `scoring.upheld` counts was twice confirmed, not twice found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_pipeline.errors import ScorecardInvalid
from qa_pipeline.models import CallAudit, Decision, Outcome, RuleResult, Verdict
from scoring.score import REVIEWERS_FOR_FATAL, Evaluation, ItemVerdict, score_call
from scoring.scorecard import Scorecard

Word = tuple[Outcome, int]
Latest = Mapping[str, Mapping[str, Decision]]
OUTCOMES = {
    Verdict.CONFIRM: Outcome.FAIL,
    Verdict.FAULT: Outcome.FAIL,
    Verdict.OVERRULE: Outcome.PASS,
    Verdict.NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding with what it came to: the machine's ``results`` it speaks of (none: only people found it)."""

    verdict: ItemVerdict
    results: tuple[RuleResult, ...] = ()
    decisions: tuple[Decision, ...] = ()


def final_evaluation(card: Scorecard, audit: CallAudit, decisions: Sequence[Decision]) -> Evaluation:
    """Score a call with everything that people have said to it so far.

    Raises:
        ScorecardInvalid: A rule judged an item that this scorecard does not have.
    """
    return scored(card, final_verdicts(card, audit, decisions))


def final_verdicts(card: Scorecard, audit: CallAudit, decisions: Sequence[Decision]) -> tuple[ItemVerdict, ...]:
    """Return the verdicts that `final_evaluation` scores."""
    return tuple(judged.verdict for judged in judge(card, audit, decisions))


def judge(card: Scorecard, audit: CallAudit, decisions: Sequence[Decision]) -> tuple[Judged, ...]:
    """Return every finding of a call with the machine's results and people's words that it rests on."""
    standing = standing_words(decisions, audit.audit_id, audit.results)
    return _judged(audit.results, standing, [error.code for error in card.fatal_errors])


def standing_words(decisions: Sequence[Decision], audit_id: int, results: Sequence[RuleResult]) -> tuple[Decision, ...]:
    """Return the words that count beside an audit: each person's latest on a code, unless what it confirmed is gone."""
    return tuple(d for d in _latest_words(decisions) if _still_counts(d, audit_id, results))


def item_verdicts(
    results: Sequence[RuleResult], decisions: Sequence[Decision], fatal: Collection[str] = ()
) -> tuple[ItemVerdict, ...]:
    """Return one verdict for each finding, the machine's or, where people spoke, theirs.

    Args:
        results: Of one audit.
        decisions: Of the same call, in any order.
        fatal: Codes of the scorecard's fatal errors, which need two people.
    """
    if not decisions:
        return tuple(_machine(result) for result in results)
    return tuple(judged.verdict for judged in _judged(results, decisions, fatal))


def _machine(result: RuleResult) -> ItemVerdict:
    return ItemVerdict(result.item, result.outcome, result.faults, result.parts, result.corrected, result.standing)


def _judged(results: Sequence[RuleResult], decisions: Sequence[Decision], fatal: Collection[str]) -> tuple[Judged, ...]:
    by_code: dict[str, dict[str, Decision]] = {}
    for decision in _latest_words(decisions):
        by_code.setdefault(decision.code, {})[_who(decision)] = decision
    by_item: dict[str, tuple[RuleResult, ...]] = {}
    for result in results:
        by_item[result.item] = (*by_item.get(result.item, ()), result)
    known = {result.code for result in results} | (by_item.keys() & set(fatal))
    as_whole = [(code, _of_people(words, fatal)) for code, words in by_code.items() if code not in known]
    whole = [Judged(v, by_item.get(code, ()), tuple(by_code[code].values())) for code, v in as_whole if v is not None]
    replaced = {result.code for judged in whole for result in judged.results}
    return (*(_of_result(result, by_code, fatal) for result in results if result.code not in replaced), *whole)


def _latest_words(decisions: Iterable[Decision]) -> list[Decision]:
    latest: dict[tuple[str, str], Decision] = {}
    # Sorted so that what decided an appeal is last of its author's words, whatever the clock said.
    for decision in sorted(decisions, key=lambda one: (one.appeal_id is not None, _when(one))):
        latest[decision.code, _who(decision)] = decision
    return sorted(latest.values(), key=_when)


def _who(decision: Decision) -> str:
    # One person who writes the name in two ways is still one person.
    return " ".join(decision.reviewer.split()).casefold()


def _when(decision: Decision) -> tuple[object, int]:
    return decision.created_at, decision.decision_id


def _still_counts(decision: Decision, audit_id: int, results: Sequence[RuleResult]) -> bool:
    if decision.audit_id == audit_id or decision.verdict is not Verdict.CONFIRM:
        return True
    before = decision.confirmed
    return before is not None and any(_same_finding(before, now) for now in results if now.code == before.code)


def _same_finding(one: RuleResult, other: RuleResult) -> bool:
    """Whether two audits found the same: what it costs, and the words and places that were confirmed."""

    def found(result: RuleResult) -> tuple[object, ...]:
        places = tuple((e.kind, e.start_ms, e.end_ms, e.channel, e.role, e.text) for e in result.evidence)
        return result.item, result.outcome, result.faults, result.parts, result.corrected, places

    return found(one) == found(other)


def _of_result(result: RuleResult, by_code: Latest, fatal: Collection[str]) -> Judged:
    """Return one rule's finding."""
    machine = _machine(result)
    words = by_code.get(result.code, {})
    if (decided := _by_appeal(machine, words)) is not None:
        verdict = decided
    elif result.item in fatal:
        words = {**by_code.get(result.item, {}), **words}
        verdict = _by_two(machine, words)
    else:
        verdict = _by_latest(machine, words) or machine
    return Judged(verdict, (result,), tuple(words.values()))


def _of_people(words: Mapping[str, Decision], fatal: Collection[str]) -> ItemVerdict | None:
    """Return the verdict on an item that people judged as a whole; None where their words leave it as it was."""
    item = next(iter(words.values())).item
    unjudged = ItemVerdict(item, Outcome.PASS)
    if (decided := _by_appeal(unjudged, words)) is not None:
        return decided
    return _by_two(unjudged, words) if item in fatal else _by_latest(unjudged, words)


def _by_appeal(machine: ItemVerdict, words: Mapping[str, Decision]) -> ItemVerdict | None:
    """Return what an appeal made of a finding, None where none was decided."""
    decided = [decision for decision in words.values() if decision.appeal_id is not None]
    if not decided or (word := _word(machine, decided[-1])) is None:
        return None
    return replace(machine, outcome=word[0], faults=word[1], person=True, reviewers=(decided[-1].reviewer,))


def _word(machine: ItemVerdict, decision: Decision) -> Word | None:
    """Return outcome and faults of a person's word; None where there is nothing that it could confirm."""
    if decision.verdict is not Verdict.CONFIRM:
        return OUTCOMES[decision.verdict], max(1, decision.faults) if decision.verdict is Verdict.FAULT else 0
    return (Outcome.FAIL, machine.faults) if machine.outcome is Outcome.FAIL else None


def _by_latest(machine: ItemVerdict, words: Mapping[str, Decision]) -> ItemVerdict | None:
    """Return what the last word makes of a finding, with all who agree; None where nobody's word changes it."""
    spoken = [(decision, word) for decision in words.values() if (word := _word(machine, decision)) is not None]
    if not spoken:
        return None
    last = spoken[-1][1]
    agreeing = tuple(sorted(decision.reviewer for decision, word in spoken if word == last))
    return replace(machine, outcome=last[0], faults=last[1], person=True, reviewers=agreeing)


def _by_two(machine: ItemVerdict, words: Mapping[str, Decision]) -> ItemVerdict:
    """Return what two people make of a fatal error; suspected as long as they have not agreed."""
    said = {who: _word(machine, decision) for who, decision in words.items()}
    against = tuple(sorted(who for who, word in said.items() if word is not None and word[0] is Outcome.FAIL))
    cleared = tuple(sorted(who for who, word in said.items() if word is not None and word[0] is not Outcome.FAIL))
    if len(against) >= REVIEWERS_FOR_FATAL and len(against) > len(cleared):
        return replace(machine, outcome=Outcome.FAIL, person=True, reviewers=against)
    if len(cleared) >= REVIEWERS_FOR_FATAL and len(cleared) > len(against):
        return replace(machine, outcome=Outcome.PASS, person=True, reviewers=cleared)
    if against:
        return replace(machine, outcome=Outcome.FAIL)
    return machine


def scored(card: Scorecard, verdicts: Sequence[ItemVerdict]) -> Evaluation:
    """Score a call's verdicts.

    Raises:
        ScorecardInvalid: A verdict names an item that this scorecard does not have.
    """
    try:
        return score_call(card, verdicts)
    except ValueError as error:
        raise ScorecardInvalid.of(card.version, error) from error
