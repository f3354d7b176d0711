"""Gathers the rules of a file: each with a code, its condition, and what was lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from pydantic import ValidationError

from qa_pipeline.errors import UserError
from qa_pipeline.rules.alibaba.conditions import Conditions, Prepared, parsed
from qa_pipeline.rules.alibaba.drafting import ADMINISTRATIVE, UNCHOSEN, Choices, Told, told
from qa_pipeline.rules.alibaba.lambda_expression import Expression, Name, Node, ids, weakened
from qa_pipeline.rules.alibaba.notes import NotCarriedError, Note, Place, Remark, approximated, assumed, dropped
from qa_pipeline.rules.alibaba.reading import Group, Raw
from qa_pipeline.rules.alibaba.schema import Rule, line_of
from qa_pipeline.rules.alibaba.writer import Definition, Draft

_OF_THE_FILE = (
    approximated("range", "their ranges count sentences as their recogniser splits them, ours count turns"),
    approximated("keywords", "they match what is written; ours also match by sound, and say undetermined where unsure"),
    assumed("lambda", "of a condition with several operators, each is looked for in the whole range by itself"),
    assumed("regex", "an expression is looked for anywhere in a sentence"),
)


class Gathering:
    """What is gathered while the groups of a file are taken one after the other."""

    def __init__(self, choices: Choices, codes: Iterator[str]) -> None:
        self.definitions: dict[str, Definition] = {}
        self.drafts: list[Draft] = []
        self.spare: list[Note] = []
        self._choices = choices
        self._codes = codes
        self._administrative: set[str] = set()
        self._triggers = False
        self._unscored: list[str] = []
        self._names: dict[str, list[tuple[Node, str]]] = {}

    def take(self, group: Group) -> None:
        """Draft the rules of a group."""
        conditions = Conditions(group.conditions)
        used: set[str] = set()
        for raw in group.rules:
            self._draft(raw, conditions, used)
        for one in conditions:
            if one.place.path not in used:
                self.spare += [*one.notes, one.place.note(dropped("cid", "no rule uses this condition"))]

    def notes_of_the_file(self) -> list[Note]:
        """Return what holds for all rules."""
        remarks: list[Remark] = list(_OF_THE_FILE)
        if unchosen := [draft.code for draft in self.drafts if draft.body["item"] == UNCHOSEN]:
            message = f"{UNCHOSEN} in {_some(unchosen)}: it must be chosen before the ruleset can be loaded"
            remarks.append(assumed("item", message, "import with --item A6 or --items FILE, or write A1 to D9"))
        if self._unscored:
            message = f"{_some(self._unscored)} do not say whether a hit is a fault: read as one, as advice only"
            remarks.append(assumed("scoreType", message))
        if self._triggers:
            remarks.append(assumed("triggers", "evidence is shown for every condition that led to a hit"))
        if self._administrative:
            remarks.append(dropped(", ".join(sorted(self._administrative)), "what runs the service has no place here"))
        return [Place("$").note(one) for one in remarks]

    def _draft(self, raw: Raw, conditions: Conditions, used: set[str]) -> None:
        code = next(self._codes, "")
        if not code:
            raise UserError(
                f"there are more rules than codes after {self.drafts[-1].code}", "start at --first-code XA01"
            )
        try:
            rule = Rule.model_validate(raw.value)
        except ValidationError as error:
            self.drafts.append(_unreadable(raw, code, error))
            return
        place = Place(raw.path, line_of(f"{rule.rid} {rule.name}") or code)
        said = told(rule, place, self._choices)
        self._administrative |= ADMINISTRATIVE & set(rule.model_extra or {})
        self._triggers |= bool(rule.triggers)
        self._unscored += [rule.rid or code] if rule.score_type is None else []
        notes = [place.note(one) for one in (*said.stops, *said.remarks)]
        when, safe = self._when(rule, said, conditions, place, notes, used)
        live = safe and not said.stops
        if when is not None and not safe:
            what = "as it stands it would hit more often than there"
            notes.append(place.note(dropped("when", what, "mend what is named above, then uncomment it")))
        if not live:
            notes.append(place.note(dropped("rule", "it is written as a comment only", "see the notes above")))
        body = {"item": said.item, "name": said.name, "standing": "advise", "source": said.source}
        body |= {"why": said.why} if said.why else {}
        origin = f"{raw.path} {said.source}".strip()
        self.drafts.append(Draft(code, origin, rule.expression, body, when, live, tuple(notes)))

    def _when(
        self, rule: Rule, said: Told, conditions: Conditions, place: Place, notes: list[Note], used: set[str]
    ) -> tuple[Node | None, bool]:
        """Return a rule's condition, and whether it never hits where theirs does not."""
        try:
            expression = _expression(rule, conditions)
        except NotCarriedError as error:
            notes.append(place.note(error.remark))
            return None, False
        wanted = [conditions.find(cid, rule.rid) for cid in dict.fromkeys(ids(expression))]
        reached = list(_with_anchors([one for one in wanted if one is not None], conditions))
        used |= {one.place.path for one in reached}
        notes += [replace(note, rule=place.rule) for one in reached for note in one.notes]
        lost: dict[str, str] = {}

        def leaf(cid: str, positive: bool, erring: bool = False) -> Node | None:
            one = conditions.find(cid, rule.rid)
            found = None if one is None else self._named(one, positive, conditions, said, erring)
            if found is None or (one is not None and not one.whole):
                lost[cid] = f"condition {cid}" if found is None else f"a part of condition {cid}"
            return found

        when = weakened(expression, leaf)
        if lost:
            how = "needs" if isinstance(when, bool) else "hits less often than there, for it goes without"
            notes.append(place.note(dropped("lambda", f"the rule {how} {', '.join(lost.values())}")))
        if not isinstance(when, bool):
            return when, True
        when = weakened(expression, lambda cid, positive: leaf(cid, positive, erring=True))
        return (None if isinstance(when, bool) else when), False

    def _named(self, one: Prepared, positive: bool, conditions: Conditions, said: Told, erring: bool) -> str | None:
        """Return the name under which a condition is defined; its anchors are defined before it."""
        name: str | None = ""
        for link in reversed(list(_with_anchors([one], conditions))):
            name = self._define(link, positive or link is not one, name or "", said, erring)
        return name

    def _define(self, one: Prepared, positive: bool, anchor: str, said: Told, erring: bool) -> str | None:
        """Define a condition, once for each side of a negation if something is missing in it."""
        node = one.node(positive, anchor, erring)
        if node is None:
            return None
        variants = self._names.setdefault(one.place.path, [])
        for known, name in variants:
            if known == node:
                return name
        name = self._free(one, said, "" if positive or erring or one.whole else "·放宽")
        variants.append((node, name))
        self.definitions[name] = Definition(name, node, f"{one.place.path} 条件 {one.cid}")
        return name

    def _free(self, one: Prepared, said: Told, suffix: str) -> str:
        own = "".join(c for c in one.name if c.isprintable() and not c.isspace())
        base = own or f"{said.name.replace(' ', '')}·{one.cid}"
        base = base[:60] + suffix
        name, n = base, 2
        while name in self.definitions:
            name, n = f"{base}·{n}", n + 1
        return name


def _expression(rule: Rule, conditions: Conditions) -> Expression:
    """Return a rule's expression. One that is empty means the rule's only condition, as the page says."""
    if rule.expression.strip():
        known = (one.cid for one in conditions if one.rid in {"", rule.rid})
        return parsed(rule.expression, lambda cid: conditions.find(cid, rule.rid) is not None, "condition", known)
    own = conditions.of(rule.rid) or list(islice(conditions, 2))
    if len(own) == 1:
        return Name(own[0].cid)
    what = "several conditions" if own else "no condition"
    raise NotCarriedError("lambda", f"it is empty, and the rule has {what}", "write how they belong together")


def _with_anchors(wanted: Sequence[Prepared], conditions: Conditions) -> Iterator[Prepared]:
    seen: set[str] = set()
    waiting = list(reversed(wanted))
    while waiting:
        one = waiting.pop()
        if one.place.path in seen:
            continue
        seen.add(one.place.path)
        yield one
        found = conditions.find(one.anchor, one.rid) if one.anchor else None
        if found is not None:
            waiting.append(found)


def _unreadable(raw: Raw, code: str, error: ValidationError) -> Draft:
    first = error.errors()[0]
    field = ".".join(str(step) for step in first["loc"])
    note = Place(raw.path, code).note(
        dropped(field, f"the rule cannot be read: {first['msg']}", "mend the field and import again")
    )
    return Draft(code, raw.path, "", {"item": UNCHOSEN, "name": code}, None, False, (note,))


def _some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many there are if not all are named."""
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
