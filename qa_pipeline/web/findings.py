"""One call's findings as its page shows them: by group and item, with what was decided and what may be decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_pipeline.assessment import Judged, judge
from qa_pipeline.assessment.together import asked_together, question_of
from qa_pipeline.models import CallFile, Decision, Evidence, EvidenceKind, Outcome, RuleResult, Standing, Verdict
from qa_pipeline.models.persons import same_person
from qa_pipeline.review import is_fatal, possible
from scoring.score import Evaluation, ItemScore, SectionScore
from scoring.scorecard import Scorecard

FATAL_GROUP = "V"


@dataclass(frozen=True, slots=True)
class FindingView:
    """One rule's result, or an item that a person decides (``result`` is None, ``code`` the item).

    Args:
        label: Key of the outcome's word: fail, pass, undetermined, not_applicable, person, advise, suspected.
        waits: A person has still to decide.
        quiet: Nothing was found and nothing decided; shown folded.
        decisions: Each reviewer's latest word, as far as the reader may see it.
        hidden: How many people voted whose words the reader may not see yet.
        mine: The reader has spoken on it.
        settled: People's words decide it (of a fatal error: two that agree).
        seen: The newest decision on it, whoever made it (0: none).
        shared: The findings that one answer settles, this one the first; empty where it stands for itself.
        follows: The item at which the question is asked that settles this one too; '' where it is asked here.
    """

    code: str
    item: str
    result: RuleResult | None
    label: str
    waits: bool
    quiet: bool
    fatal: bool
    verdicts: tuple[Verdict, ...]
    decisions: tuple[Decision, ...]
    hidden: int
    mine: bool
    settled: bool
    seen: int
    shared: tuple[RuleResult, ...] = ()
    follows: str = ""

    @property
    def question(self) -> str:
        """What is asked of several items at once."""
        return question_of(self.result)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What can be played or looked up."""
        return self.result.evidence if self.result is not None else ()

    @property
    def playable(self) -> tuple[Evidence, ...]:
        """The evidence that is a stretch of sound."""
        return tuple(e for e in self.evidence if is_playable(e))


@dataclass(frozen=True, slots=True)
class ItemView:
    """One scorecard item or fatal error; ``score`` is None for fatal errors."""

    code: str
    name: str
    how: str
    hint_only: bool
    score: ItemScore | None
    findings: tuple[FindingView, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing of it needs to be looked at."""
        return all(f.quiet for f in self.findings)


@dataclass(frozen=True, slots=True)
class GroupView:
    """One of the four standards, or the fatal errors."""

    code: str
    name: str
    section: SectionScore | None
    items: tuple[ItemView, ...]

    @property
    def loud(self) -> tuple[ItemView, ...]:
        """Items to look at."""
        return tuple(item for item in self.items if not item.quiet)

    @property
    def folded(self) -> tuple[ItemView, ...]:
        """Items in which nothing was found."""
        return tuple(item for item in self.items if item.quiet)


def is_field(evidence: Evidence) -> bool:
    """Whether a piece of evidence is a field of the work order."""
    return evidence.kind is EvidenceKind.FIELD


def is_playable(evidence: Evidence) -> bool:
    """Whether a piece of evidence is a stretch of sound; a field's spans the whole call and says nothing to hear."""
    return not is_field(evidence) and evidence.end_ms > evidence.start_ms


def group_views(
    file: CallFile, card: Scorecard, evaluation: Evaluation, reviewer: str, fatal_title: str
) -> tuple[GroupView, ...]:
    """Return the fatal errors, which weigh most, then the groups of the scorecard in its order."""
    judged = judge(card, file.audit, file.decisions) if file.audit is not None else ()
    together = asked_together(file.audit.results, file.decisions) if file.audit is not None else ()
    reader = _Reader(file, judged, reviewer, together)
    scores = {score.code: score for score in evaluation.items}
    sections = {section.code: section for section in evaluation.sections}
    groups = [
        GroupView(
            group.code,
            group.name,
            sections.get(group.code),
            tuple(
                ItemView(i.code, i.name, i.how, i.hint_only, scores.get(i.code), reader.findings(i.code, i.hint_only))
                for i in card.items
                if i.group == group.code
            ),
        )
        for group in card.groups
    ]
    fatals = tuple(ItemView(f.code, f.name, "", False, None, reader.findings(f.code, False)) for f in card.fatal_errors)
    return (GroupView(FATAL_GROUP, fatal_title, None, fatals), *groups)


def item_view(groups: Iterable[GroupView], code: str) -> ItemView | None:
    """Return the item that a finding's code belongs to."""
    items = (item for group in groups for item in group.items)
    return next((i for i in items if i.code == code or any(f.code == code for f in i.findings)), None)


def beside(groups: Sequence[GroupView], item: ItemView | None) -> tuple[ItemView, ...]:
    """Return the other items of which the same is asked as of one, since a word there may have changed them."""
    asked = {f.question for f in item.findings} - {""} if item is not None else set()
    items = (other for group in groups for other in group.items)
    return tuple(other for other in items if other is not item and asked & {f.question for f in other.findings})


def words_shown(file: CallFile, card: Scorecard, reader: str) -> tuple[Decision, ...]:
    """Return what people said of a call, without others' words on a fatal error that are kept from ``reader``.

    They are, as on the call's page, until the reader has spoken on that finding or two people have settled it; words
    that somebody has since taken back or that no audit counts any more, too.
    """
    judged = judge(card, file.audit, file.decisions) if file.audit is not None else ()
    open_to = {
        word.code
        for one in judged
        if one.verdict.person or any(same_person(word.reviewer, reader) for word in one.decisions)
        for word in one.decisions
    }
    return tuple(
        word
        for word in file.decisions
        if not is_fatal(word.item) or word.code in open_to or same_person(word.reviewer, reader)
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whose eyes the findings are for, and what people have said so far."""

    file: CallFile
    judged: tuple[Judged, ...]
    reviewer: str
    together: tuple[tuple[RuleResult, ...], ...]

    def findings(self, item: str, hint_only: bool) -> tuple[FindingView, ...]:
        results = [r for r in (self.file.audit.results if self.file.audit is not None else ()) if r.item == item]
        of_rules = tuple(self.finding(r.code, item, r, hint_only) for r in results)
        return of_rules or (self.finding(item, item, None, hint_only),)

    def finding(self, code: str, item: str, result: RuleResult | None, hint_only: bool) -> FindingView:
        found = next((j for j in self.judged if self._speaks_of(j, code, result)), None)
        words = found.decisions if found is not None else ()
        settled = found is not None and found.verdict.person
        fatal = is_fatal(item)
        mine = bool(self.reviewer) and any(same_person(d.reviewer, self.reviewer) for d in words)
        shown = words if not fatal or mine or settled else ()
        label = _label(result, fatal)
        group = next((g for g in self.together if result in g), ())
        raised = fatal and bool(words) and not settled
        asks = raised or label in {"fail", "undetermined", "suspected", "advise"} or (label == "person" and not fatal)
        return FindingView(
            code=code,
            item=item,
            result=result,
            label=label,
            waits=asks and not settled and not mine and not hint_only,
            quiet=not words and (not asks or (hint_only and result is None)),
            fatal=fatal,
            verdicts=possible(result),
            decisions=shown,
            hidden=len(words) - len(shown),
            mine=mine,
            settled=settled,
            seen=max(
                (d.decision_id for d in self.file.decisions if d.code in {r.code for r in group} | {code}), default=0
            ),
            shared=group if group and group[0].code == code else (),
            follows=group[0].item if group and group[0].code != code else "",
        )

    @staticmethod
    def _speaks_of(judged: Judged, code: str, result: RuleResult | None) -> bool:
        if result is None:
            return judged.verdict.item == code and not judged.results
        return any(r.code == code for r in judged.results)


def _label(result: RuleResult | None, fatal: bool) -> str:
    if result is None:
        return "person"
    if result.outcome is Outcome.FAIL:
        return "suspected" if fatal else "advise" if result.standing is Standing.ADVISE else "fail"
    return result.outcome.value
