"""Rulesets: which rules judge, with which parameters and standing, as dated data that is checked when it is read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from qa_pipeline.errors import RulesetError
from qa_pipeline.models import RulesetStamp, Standing
from qa_pipeline.rules.base import AnyRule, Params
from qa_pipeline.rules.conditions.checks import deepest, plain
from qa_pipeline.rules.conditions.own import ConditionParams, own_rule
from qa_pipeline.rules.conditions.parsing import Parser
from qa_pipeline.rules.matching.book import Book
from qa_pipeline.rules.matching.phrases import phrases_in
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.shipped import DEFAULT, document, shipped_text

_TOP = ("version", "rules", "conditions")
_OWN = ("item", "name", "why", "source", "standing", "min_confidence", "applies", "when", "cases")
_CODE = re.compile(r"X[A-Z]\d{2}")
_ITEM = re.compile(r"[A-DV][1-9]")


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule with the parameters and the standing that a ruleset gives it."""

    rule: AnyRule
    params: Params
    standing: Standing

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def item(self) -> str:
        """The scorecard item or fatal error that the rule belongs to."""
        return self.rule.item

    @property
    def name(self) -> str:
        """The rule's Chinese name."""
        return self.rule.name


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules that judge, sorted by code. ``sha256`` covers every parameter, also those left at their defaults."""

    version: str
    sha256: str
    rules: tuple[BoundRule, ...]
    book: Book | None = field(default=None, compare=False, repr=False)

    @property
    def stamp(self) -> RulesetStamp:
        """Version and hash, as stored with an audit."""
        return RulesetStamp(self.version, self.sha256)


def load_ruleset(path: Path | None = None) -> Ruleset:
    """Read a ruleset. A rule that it does not name runs with its defaults; ``enabled: false`` switches one off.

    Args:
        path: YAML file; None for the one that is shipped.

    Raises:
        RulesetError: The file cannot be read, or names an unknown rule or parameter, or a value is out of range. The
            message says which file and line, and the nearest right word.
    """
    if path is None or path == DEFAULT:
        return _shipped()
    try:
        return _Reader(path).read()
    except RecursionError as error:
        raise RulesetError(f"ruleset {path}: conditions are nested too deep", "give parts of them names") from error


@cache
def _shipped() -> Ruleset:
    """Return the shipped ruleset, read once a process: it takes a second, and nothing of it can be changed."""
    return _Reader(DEFAULT).ruleset(document())


def items_of(ruleset: Ruleset) -> dict[str, tuple[str, ...]]:
    """Return the items that a ruleset judges, each with the codes of its rules, so that a scorecard can be held to it.

    An item that the scorecard lacks would be judged and never scored.
    """
    found: dict[str, tuple[str, ...]] = {}
    for bound in ruleset.rules:
        found[bound.item] = (*found.get(bound.item, ()), bound.code)
    return dict(sorted(found.items()))


class _Reader:
    """Reads one file; keeps its name for the messages."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Ruleset:
        text = self._text()
        # A centre's file is a copy of the shipped one until somebody changes it.
        return _shipped() if text == shipped_text() else self.ruleset(self._parse(text))

    def ruleset(self, data: Any) -> Ruleset:
        self._known(data, _TOP, "section")
        version = data.get("version") or ""
        if not version:
            raise self._error(data, None, "no version", 'begin the file with `version: "2026-10"`')
        if not isinstance(version, str):
            raise self._error(
                data, "version", f"the version {version!r} is no text", 'write it in quotes: `version: "2026-10"`'
            )
        named, rules = data.get("conditions") or {}, data.get("rules") or {}
        parser = self._parser(named)
        if not isinstance(rules, Mapping):
            raise self._error(rules, None, "rules are not names with values", "write `name: value` lines")
        own = {code: body for code, body in rules.items() if _CODE.fullmatch(str(code)) and code not in discover()}
        bound = [*self._coded(rules, own), *(self._own(str(code), body, parser, rules) for code, body in own.items())]
        bound.sort(key=lambda one: one.rule.code)
        book = Book(phrase for one in bound for phrase in phrases_in(one.params))
        try:
            sha256 = _sha256(version, bound)
        except PydanticSerializationError as error:
            told = f"ruleset {self.path}: a value is neither text, number, list nor mapping: {error}"
            raise RulesetError(told, "take tags such as !x and !!set out of the file") from error
        return Ruleset(version, sha256, tuple(bound), book)

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RulesetError(f"ruleset {self.path}: cannot be read: {reason}", "give the path of a file") from error
        except UnicodeDecodeError as error:
            raise RulesetError(f"ruleset {self.path}: not YAML: {error}", "mend the line it names") from error

    def _parse(self, text: str) -> Any:
        try:
            data = YAML(typ="rt").load(text)
        except (YAMLError, ValueError) as error:  # ValueError: a day or a number that there is not
            raise RulesetError(f"ruleset {self.path}: not YAML: {error}", "mend the line it names") from error
        if not isinstance(data, Mapping):
            raise RulesetError(f"ruleset {self.path}: holds no sections", f"write {', '.join(_TOP)}")
        return data

    def _parser(self, named: Any) -> Parser:
        if not isinstance(named, Mapping):
            raise self._error(
                named, None, "conditions are not names with values", "write `来电人激动: {role: caller, …}`"
            )
        for name, body in named.items():
            if _CODE.fullmatch(str(name)) and isinstance(body, Mapping) and "when" in body:
                raise self._error(named, name, f"{name} is a rule, and conditions have names", "write it under rules")
        parser = Parser(named, self._error, nearest)
        parser.named()
        return parser

    def _coded(self, section: Any, own: Mapping[Any, Any]) -> list[BoundRule]:
        rules = discover()
        for code in section:
            if (
                str(code) not in rules
                and code not in own
                and isinstance(section[code], Mapping)
                and "when" in section[code]
            ):
                told = f'"{code}" cannot be the code of an own rule'
                raise self._error(section, code, told, "use X, a capital letter and two digits, such as XA01")
        self._known(section, (*rules, *own), "rule")
        bound = []
        for code, found in rules.items():
            body = section.get(code) or {}
            if not isinstance(body, Mapping):
                raise self._error(section, code, f"{code} holds no parameters", f"write `{code}: {{standing: advise}}`")
            enabled = body.get("enabled", True)
            if not isinstance(enabled, bool):
                raise self._error(
                    body, "enabled", f"{code}: enabled is {enabled!r}", "write enabled: true or enabled: false"
                )
            if enabled:
                bound.append(self._bind(found, body))
        return bound

    def _own(self, code: str, body: Any, parser: Parser, section: Any) -> BoundRule:
        if not isinstance(body, Mapping):
            raise self._error(section, code, f"{code} holds nothing", f"an own rule has {', '.join(_OWN)}")
        self._known(body, _OWN, f"part of {code}")
        for name in ("item", "name", "when"):
            if not body.get(name):
                raise self._error(body, None, f"{code}: {name} is missing", f"an own rule has {', '.join(_OWN)}")
        if not _ITEM.fullmatch(str(body["item"])):
            raise self._error(body, "item", f'{code}: "{body["item"]}" is no item', "write A1 to D9, or V1 to V9")
        standing = self._standing(code, body, None)
        when = parser.parse(body["when"], body, "when")
        applies = parser.parse(body["applies"], body, "applies") if body.get("applies") is not None else None
        about = {name: str(body[name]) for name in ("item", "name", "why", "source") if body.get(name)}
        given = ("when", "applies", "min_confidence", "cases")
        values = {name: plain(body[name]) for name in given if body.get(name) is not None}
        values["conditions"] = (when,) if applies is None else (when, applies)
        values["named"] = parser.written(values["conditions"])
        try:
            params = ConditionParams.model_validate(values)
        except ValidationError as error:
            raise self._invalid(code, body, error) from error
        return BoundRule(own_rule(code, about, standing, when, applies), params, standing)

    def _bind(self, found: AnyRule, body: Any) -> BoundRule:
        names = ("enabled", "standing", *found.params.model_fields)
        self._known(body, names, f"parameter of {found.code}")
        values = {name: plain(value) for name, value in body.items() if name not in {"enabled", "standing"}}
        try:
            params = found.params.model_validate(values)
        except ValidationError as error:
            raise self._invalid(found.code, body, error) from error
        return BoundRule(found, params, self._standing(found.code, body, found))

    def _standing(self, code: str, body: Any, found: AnyRule | None) -> Standing:
        word = body.get("standing", found.standing.value if found else Standing.ADVISE.value)
        if word not in [s.value for s in Standing]:
            raise self._error(body, "standing", f'{code}: unknown standing "{word}"', "write deduct or advise")
        item = found.item if found else str(body["item"])
        person = item.startswith("V") or (found is not None and found.person_only)
        if person and word == Standing.DEDUCT.value:
            message = f"{code}: a person always decides {item}, so the rule can only advise"
            raise self._error(body, "standing", message, "write `standing: advise`")
        return Standing(word)

    def _known(self, mapping: Any, names: Sequence[str], what: str) -> None:
        if not isinstance(mapping, Mapping):
            raise self._error(mapping, None, f"{what}s are not names with values", "write `name: value` lines")
        for name in mapping:
            if name not in names:
                raise self._error(mapping, name, f'unknown {what} "{name}"', nearest(str(name), names))

    def _invalid(self, code: str, body: Any, error: ValidationError) -> RulesetError:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        node, key = deepest(body, first["loc"])
        known = ", ".join(type_fields(discover()[code].params)) if code in discover() else ", ".join(_OWN)
        return self._error(node, key, f"{code}: {path}: {first['msg']}", f"parameters of {code}: {known}")

    def _error(self, node: Any, key: Any, message: str, hint: str) -> RulesetError:
        line = _line(node, key)
        where = f"{self.path}, line {line}" if line else f"{self.path}"
        return RulesetError(f"ruleset {where}: {message}", hint)


def nearest(word: str, names: Sequence[str]) -> str:
    """Return a hint with the known name that is most like ``word``."""
    best = process.extractOne(word, names, scorer=JaroWinkler.normalized_similarity)
    known = ", ".join(names)
    return f"did you mean {best[0]}?" if best and best[1] >= 0.6 else f"known: {known}"


def type_fields(model: type[BaseModel]) -> list[str]:
    """Return a parameter model's names."""
    return list(model.model_fields)


def _line(node: Any, key: Any) -> int | None:
    place = getattr(node, "lc", None)
    if place is None:
        return None
    try:
        line = place.line if key is None else place.key(key)[0] if isinstance(node, Mapping) else place.item(key)[0]
    except (KeyError, IndexError):
        line = place.line
    return int(line) + 1


def _sha256(version: str, bound: Sequence[BoundRule]) -> str:
    content = {
        "version": version,
        "rules": [
            [b.rule.code, b.rule.item, b.standing.value, b.params.model_dump(mode="json", by_alias=True)] for b in bound
        ],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
