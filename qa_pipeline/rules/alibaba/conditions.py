"""Their conditions in our words: the check range around what their operators became.

What cannot be carried over is left out of a condition only where the rule then hits less than it did. So a condition is
written for the side of a negation that it stands on, and one that others are anchored to must have come over whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pydantic import ValidationError

from qa_pipeline.rules.alibaba.carried import Carried
from qa_pipeline.rules.alibaba.lambda_expression import Expression, LambdaError, Name, Node, ids, parse, weakened
from qa_pipeline.rules.alibaba.notes import Bias, NotCarriedError, Note, Place, dropped
from qa_pipeline.rules.alibaba.operators import carry
from qa_pipeline.rules.alibaba.ranges import Frame, frame_of
from qa_pipeline.rules.alibaba.reading import Raw
from qa_pipeline.rules.alibaba.schema import Condition, Operator


@dataclass(frozen=True, slots=True)
class Prepared:
    """A condition whose operators were carried over as far as they could be; ``expression`` None: nothing is left."""

    cid: str
    rid: str
    name: str
    place: Place
    notes: tuple[Note, ...]
    frame: Frame
    expression: Expression | None
    operators: Mapping[str, Carried]

    @property
    def anchor(self) -> str:
        """The id of the condition that it is anchored to, or nothing."""
        return str(self.frame.get("anchor", {}).get("condition", ""))

    @property
    def whole(self) -> bool:
        """Whether it hits where theirs does, as far as the schema can tell."""
        if self.expression is None:
            return False
        return all(one in self.operators and not self.operators[one].bias for one in ids(self.expression))

    def node(self, positive: bool, anchor_name: str = "", erring: bool = False) -> Node | None:
        """Return the condition as it is written.

        Args:
            positive: False where it stands under a negation: what is missing then makes it hit more.
            anchor_name: The name of the anchor's condition in the ruleset.
            erring: Write checks too that err to the side that accuses, for a rule that does not run.
        """
        if self.expression is None:
            return None
        frame = dict(self.frame)
        if self.anchor:
            frame["anchor"] = frame["anchor"] | {"condition": anchor_name}

        def leaf(oid: str, side: bool) -> Node | None:
            found = self.operators.get(oid)
            if found is None or (not erring and found.bias & (Bias.MORE if side else Bias.FEWER)):
                return None
            return check_of(frame, found)

        written = weakened(self.expression, leaf, positive)
        return None if isinstance(written, bool) else written


def check_of(frame: Mapping[str, Any], found: Carried) -> dict[str, Any]:
    """Return one check: what to look at, then what to look for."""
    keys: dict[str, Any] = {} if found.whole_call else dict(found.instead or frame)
    if found.says_who and "range" not in keys and "anchor" not in keys:
        keys.pop("role", None)
    if found.turn:
        keys["within"] = "utterance"
    excuse = {"except": {"regex": found.excuse}} if found.excuse else {}
    order = ("role", "anchor", "range", "absolute", "within", "all")
    return {name: keys[name] for name in order if name in keys} | dict(found.node) | excuse


def prepare(raw: Any, place: Place) -> Prepared:
    """Read one condition; what is wrong with it becomes notes."""
    try:
        there = Condition.model_validate(raw)
    except ValidationError as error:
        notes = _unreadable(place, error, "the condition")
        return Prepared(*_called(raw), "", place, notes, {}, None, {})
    place = Place(place.path, place.rule, there.cid or there.id)
    told = list(_unknown_fields(there, place))
    frame: Frame = {}
    expression: Expression | None = None
    operators: dict[str, Carried] = {}
    try:
        if there.exclusion:
            raise NotCarriedError("exclusion", "no page says what is excluded", "write the condition by hand")
        frame, remarks = frame_of(there.check_range)
        told += [Place(f"{place.path}.check_range", place.rule, place.condition).note(one) for one in remarks]
        operators, types = _operators(there, place, told)
        expression = _expression(there, types)
        if "all" in frame and len(types) > 1:
            message = "every sentence must satisfy several operators together, which are looked for one by one here"
            raise NotCarriedError("allSentencesSatisfy", message, "write the condition by hand")
    except NotCarriedError as error:
        told.append(place.note(error.remark))
        expression = None
    cid = there.cid or there.id
    return Prepared(cid, there.rid, there.name, place, tuple(told), frame, expression, operators)


def _called(raw: Any) -> tuple[str, str]:
    named = raw if isinstance(raw, Mapping) else {}
    return str(named.get("cid", named.get("Cid", ""))), str(named.get("rid", named.get("Rid", "")))


def _operators(there: Condition, place: Place, notes: list[Note]) -> tuple[dict[str, Carried], list[tuple[str, ...]]]:
    """Return the operators that could be carried over by each of their ids, and the ids of all."""
    found: dict[str, Carried] = {}
    names: list[tuple[str, ...]] = []
    for n, raw in enumerate(there.operators):
        at = Place(f"{place.path}.operators[{n}]", place.rule, place.condition)
        try:
            operator = Operator.model_validate(raw)
        except ValidationError as error:
            notes += _unreadable(at, error, "the operator")
            names.append(())
            continue
        own = tuple(one for one in (operator.oid, operator.id) if one)
        names.append(own)
        try:
            carried = carry(operator, there.check_range)
        except NotCarriedError as error:
            notes.append(at.note(error.remark))
            continue
        notes += [at.note(remark) for remark in carried.remarks]
        found |= dict.fromkeys(own or ("",), carried)
    return found, names


def _expression(there: Condition, names: Sequence[tuple[str, ...]]) -> Expression:
    """Return the condition's expression over operator ids."""
    if not names:
        raise NotCarriedError("operators", "the condition has no operators", "export it again, or write it by hand")
    if not there.expression.strip():
        if len(names) > 1:
            message = f"it is empty, and there are {len(names)} operators to join"
            raise NotCarriedError("lambda", message, "write how they belong together")
        return Name(names[0][0] if names[0] else "")
    known = {one for own in names for one in own}
    if len(names) == 1 and not known:
        return Name("")
    return parsed(there.expression, known.__contains__, "operator", sorted(known))


def parsed(text: str, is_known: Callable[[str], bool], what: str, known: Iterable[str]) -> Expression:
    """Read a lambda and hold its ids against those that are there; ``known`` are some to name in the message.

    Raises:
        NotCarriedError: It cannot be read, or names an id that is not there.
    """
    try:
        expression = parse(text)
    except LambdaError as error:
        raise NotCarriedError("lambda", f'"{_short(text)}": {error}', "mend it and import again") from error
    if missing := [one for one in dict.fromkeys(ids(expression)) if not is_known(one)]:
        message = f'"{_short(text)}" names {what} {", ".join(missing[:5])}, which is not there or there more than once'
        raise NotCarriedError("lambda", message, f"known: {', '.join(islice(known, 10)) or 'none'}")
    return expression


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def _unreadable(place: Place, error: ValidationError, what: str) -> tuple[Note, ...]:
    first = error.errors()[0]
    field = ".".join(str(step) for step in first["loc"])
    return (place.note(dropped(field, f"{what} cannot be read: {first['msg']}", "mend the field and import again")),)


def _unknown_fields(there: Condition, place: Place) -> Iterator[Note]:
    for model, path in ((there, ""), (there.check_range, ".check_range")):
        for name, value in (model.model_extra or {}).items():
            if name != "usergroup" and value not in ("", 0, False, [], {}):
                yield Place(place.path + path, place.rule, place.condition).note(dropped(name, "an unknown field"))


class Conditions:
    """All conditions of a group, found by the id that a rule or an anchor calls them."""

    def __init__(self, raws: Sequence[Raw]) -> None:
        self._read: dict[str, list[Prepared]] = {}
        for raw in raws:
            one = prepare(raw.value, Place(raw.path))
            self._read.setdefault(one.cid, []).append(one)
        self._settle_anchors()

    def __iter__(self) -> Iterator[Prepared]:
        return (one for named in self._read.values() for one in named)

    def find(self, cid: str, rid: str) -> Prepared | None:
        """Return the condition of an id: the rule's own if there are several, None if that does not tell which."""
        named = self._read.get(cid, [])
        own = [one for one in named if rid and one.rid == rid]
        if len(own) == 1 or len(named) == 1:
            return (own or named)[0]
        return None

    def of(self, rid: str) -> list[Prepared]:
        """Return the conditions that say that they belong to a rule."""
        return [one for one in self if rid and one.rid == rid]

    def _settle_anchors(self) -> None:
        """Take out conditions whose anchor is missing, in a circle, or did not come over whole."""
        broken: dict[str, str] = {}
        for one in self:
            self._follow(one, broken)
        for named in self._read.values():
            named[:] = [_without(one, broken[one.place.path]) if broken[one.place.path] else one for one in named]

    def _follow(self, one: Prepared, broken: dict[str, str]) -> None:
        chain: list[Prepared] = []
        seen: set[str] = set()
        link: Prepared | None = one
        while link is not None and link.place.path not in broken:
            if link.place.path in seen:
                circle = " → ".join(step.cid for step in [*chain[-20:], link])
                broken |= {step.place.path: f"conditions are anchored in a circle: {circle}" for step in chain}
                return
            chain.append(link)
            seen.add(link.place.path)
            link = self.find(link.anchor, link.rid) if link.anchor else None
        for step in reversed(chain):
            broken[step.place.path] = self._why_broken(step, broken)

    def _why_broken(self, one: Prepared, broken: Mapping[str, str]) -> str:
        if not one.anchor:
            return ""
        found = self.find(one.anchor, one.rid)
        if found is None:
            return f"there is no condition {one.anchor} to count from"
        if broken[found.place.path] or not found.whole:
            return f"condition {found.cid}, which it counts from, did not come over whole"
        if any(operator.placeless for operator in found.operators.values()):
            return f"condition {found.cid}, which it counts from, speaks of the whole call and lies nowhere in it"
        return ""


def _without(one: Prepared, why: str) -> Prepared:
    note = one.place.note(dropped("anchor", why, "mend the condition that it counts from, or write it by hand"))
    frame = {name: value for name, value in one.frame.items() if name != "anchor"}
    return replace(one, notes=(*one.notes, note), frame=frame, expression=None, operators={})
