"""Reads conditions from YAML; what is wrong is told with its line, the reason, and the nearest right word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qa_pipeline.models import Role
from qa_pipeline.rules.conditions.checks import anchor_of, operator_params, plain, range_of, word_of
from qa_pipeline.rules.conditions.language import (
    Anchor,
    Branch,
    Check,
    Expression,
    Named,
    Test,
    Unless,
    Where,
    parts_of,
)
from qa_pipeline.rules.matching import Phrase, Phrases
from qa_pipeline.rules.matching.patterns import PatternInvalid, check_patterns
from qa_pipeline.rules.operators.table import OPERATORS

Fail = Callable[[Any, Any, str, str], Exception]
"""Makes the error of a place in the file: node, key, message, hint."""
Nearest = Callable[[str, Sequence[str]], str]
"""Makes the hint for an unknown word."""

BRANCHES = ("and", "or", "not")
RANGE = ("role", "range", "absolute", "anchor", "within", "all", "except")


class Parser:
    """Reads the conditions of one file; ``named`` are those that the file gives names to."""

    def __init__(self, named: Mapping[str, Any], fail: Fail, nearest: Nearest) -> None:
        self._nodes = named
        self.fail = fail
        self.nearest = nearest
        self._done: dict[str, Expression] = {}
        self._open: list[str] = []

    def named(self) -> dict[str, Expression]:
        """Read every named condition.

        Raises:
            RulesetError: Whatever ``fail`` makes.
        """
        return {str(name): self._by_name(self._nodes, name, str(name)) for name in self._nodes}

    def parse(self, node: Any, parent: Any = None, key: Any = None, *, at: Where | None = None) -> Expression:
        """Read a condition.

        Args:
            node: A name, or a mapping of the YAML file.
            parent: What holds the node under ``key``: a plain text knows no line of its own.
            key: See ``parent``.
            at: The condition is an exception and lies there from the hit that it is asked about.

        Raises:
            RulesetError: Whatever ``fail`` makes, for unknown words, wrong parameters, ranges that are empty, circles.
        """
        if isinstance(node, str):
            return self._by_name(parent, key, node)
        if not isinstance(node, Mapping):
            raise self.fail(
                parent, key, "a condition is a mapping, or the name of one", "write and, or, not, or an operator"
            )
        if at is not None and "where" in node:
            at = Where(word_of(node, "where", tuple(where.value for where in Where), "current", self.fail))
        elif "where" in node:
            raise self.fail(
                node, "where", '"where" belongs to an anchor or an exception', "write anchor: {condition: …, where: …}"
            )
        kinds = [kind for kind in BRANCHES if kind in node]
        if len(kinds) == 1 and len(node) == 1:
            return self._branch(node, kinds[0], lambda part, holder, place: self.parse(part, holder, place, at=at))
        return self._check(node, kinds, at)

    def written(self, expressions: Sequence[Expression]) -> dict[str, Any]:
        """Return the named conditions that some expressions speak of, as they were written."""
        names = {one.name for expression in expressions for one in parts_of(expression) if isinstance(one, Named)}
        return {name: plain(self._nodes[name]) for name in sorted(names)}

    def _by_name(self, parent: Any, key: Any, name: str) -> Expression:
        if name not in self._nodes:
            known = self.nearest(name, tuple(map(str, self._nodes))) if self._nodes else "conditions has no names yet"
            raise self.fail(parent, key, f'no condition is called "{name}"', known)
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            raise self.fail(
                self._nodes, name, f"conditions go in a circle: {circle}", "take one of them out of the other"
            )
        if name not in self._done:
            self._open.append(name)
            self._done[name] = self.parse(self._nodes[name], self._nodes, name)
            self._open.pop()
        return Named(name, self._done[name])

    def _branch(self, node: Any, kind: str, part: Callable[[Any, Any, Any], Expression]) -> Branch:
        inner = node[kind]
        if kind == "not":
            return Branch(kind, (part(inner, node, kind),))
        if not isinstance(inner, Sequence) or isinstance(inner, str) or not inner:
            raise self.fail(node, kind, f'"{kind}" holds a list of conditions', "write each behind a dash")
        return Branch(kind, tuple(part(one, inner, place) for place, one in enumerate(inner)))

    def _check(self, node: Any, kinds: list[str], at: Where | None) -> Check:
        self._known(node, kinds)
        anchor = anchor_of(node, self)
        if at is not None and anchor is None:
            anchor = Anchor(None, at)
        first, last = range_of(node, anchor, self.fail)
        within = word_of(node, "within", ("range", "utterance"), "range", self.fail)
        role = word_of(node, "role", ("operator", "caller", "any"), "any", self.fail)
        return Check(
            role=None if role == "any" else Role(role),
            first=first,
            last=last,
            absolute=self._flag(node, "absolute"),
            anchor=anchor,
            by_turn=within == "utterance",
            every=self._flag(node, "all"),
            unless=self._unless(node),
            body=self._body(node, kinds),
        )

    def _known(self, node: Any, kinds: list[str]) -> None:
        operators = [key for key in node if key not in RANGE and key not in BRANCHES and key != "where"]
        for name in operators:
            if name not in OPERATORS:
                hint = self.nearest(str(name), (*BRANCHES, *RANGE, *OPERATORS))
                raise self.fail(node, name, f'unknown operator "{name}"', hint)
        count = len(operators) + len(kinds)
        if count == 1:
            return
        if kinds and not operators:
            raise self.fail(node, kinds[0], f'"{kinds[0]}" stands alone', "put one into the other's list")
        joined = " and ".join(map(str, (*operators, *kinds))) or "none"
        raise self.fail(node, None, f"a condition has one operator, not {joined}", "join several under one and / or")

    def _body(self, node: Any, kinds: list[str]) -> Expression:
        if kinds:
            return self._branch(node, kinds[0], self._bare)
        name = next(key for key in node if key in OPERATORS)
        return Test(name, operator_params(node, name, self.fail))

    def _bare(self, node: Any, parent: Any, key: Any) -> Expression:
        """Read what stands under a check's own and, or, not: operators without a range of theirs."""
        if not isinstance(node, Mapping):
            raise self.fail(
                parent, key, "inside of a check stand operators, no names", "join named conditions outside of it"
            )
        if given := next((one for one in node if one in RANGE or one == "where"), None):
            raise self.fail(
                node, given, f'"{given}" belongs to the whole check', "write it once, beside and / or / not"
            )
        kinds = [kind for kind in BRANCHES if kind in node]
        self._known(node, kinds)
        return self._body(node, kinds)

    def _flag(self, node: Any, key: str) -> bool:
        value = node.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(node, key, f"{key} is true or false, not {value!r}", f"write {key}: true")
        return value

    def _unless(self, node: Any) -> Unless:
        """Read ``except``: phrases and patterns, or conditions that lie somewhere from the hit."""
        given = node.get("except")
        if given is None:
            return Unless()
        entries = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
        phrases: list[Phrase] = []
        patterns: list[str] = []
        conditions: list[Expression] = []
        for place, entry in enumerate(entries):
            holder, key = (given, place) if entries is given else (node, "except")
            self._exception(entry, holder, key, (phrases, patterns, conditions))
        return Unless(Phrases(phrases), tuple(patterns), tuple(conditions))

    def _exception(
        self, entry: Any, holder: Any, key: Any, into: tuple[list[Phrase], list[str], list[Expression]]
    ) -> None:
        try:
            if isinstance(entry, str) or (isinstance(entry, Mapping) and "text" in entry):
                into[0].append(Phrase.model_validate(entry if isinstance(entry, str) else dict(entry)))
            elif isinstance(entry, Mapping) and set(entry) == {"regex"} and isinstance(entry["regex"], str):
                into[1].extend(check_patterns((entry["regex"],)))
            elif isinstance(entry, Mapping):
                into[2].append(self.parse(entry, at=Where.CURRENT))
            else:
                raise self.fail(holder, key, "an exception is a phrase, {regex: …} or a condition", "write [请稍候]")
        except (PatternInvalid, ValueError) as error:
            raise self.fail(holder, key, f"except: {error}", "mend the phrase or the pattern") from error

    def placed(self, condition: Expression, node: Any, key: Any) -> None:
        """Refuse an anchor whose hits lie nowhere in the call."""
        placeless = [
            one.operator
            for one in parts_of(condition)
            if isinstance(one, Test) and not OPERATORS[one.operator].has_place
        ]
        if placeless:
            told = f"{placeless[0]} speaks of the whole call: nothing lies before or after it"
            raise self.fail(node, key, told, "join it with and instead of anchoring to it")
