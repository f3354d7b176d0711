"""What the program refuses with: the Chinese texts given to its errors in its source, with sample values in them.

A text is found wherever an error is made, so that none can be forgotten. What stands in its braces is followed to the
words that the program itself puts there: a parameter to what callers give, a name to what is assigned, a call to what
is returned, ``name_zh`` to every value of its enumerations. What can be anything is filled with a Chinese name.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from qa_pipeline import models
from qa_pipeline.ingest.report import LABELS

ROOT = Path(__file__).parents[1]
HAN = re.compile(r"[\u3400-\u9fff]")
SOMEBODY = "陈某"
"""What a person may have typed or be called."""
MOST = 40
"""Samples of one text."""
MESSAGE = "没有选择文件"
"""What another error may say."""
ALSO = frozenset({"Refused", "Refusal", "fault", "_fault", "_wrong", "answer", "broken"})
"""What tells a refusal without being an error of the program: a row of a file, a line of a dialogue, the ledger's."""

_UNFIT = ("括号或列表套得太深；拆开来写", "内容超过 64 KB", "版本号“陈某”不能用：最多 64 个字，不含 / 和 \\")
KNOWN: Mapping[str, tuple[str, ...]] = {
    "web/sealed.py:number": ("7",),
    "web/sealed.py:call_id": ("H1",),
    "web/search.py:KEPT": ("20",),
    "training/contest/opening.py:behind": ("7",),
    "ingest/cells.py:last": ("30",),
    "ingest/knowledge.py:error.pos": ("7",),
    "store/queries/calls.py:known": ("2026-10", "2026-10、2026-11"),
    "calibration/sessions.py:told": ("H1：A1、A2；H2：B1",),
    "settling/closing.py:what": ("2026-10 的抽样", "2026-10 的结账"),
    "settling/closing.py:'；'.join(still)": (
        "陈某（1001）等次可能在良好与优秀之间变化；3 通疑似一票否决，尚未经两人判定（H1 陈某）",
        "2 通过半分值待人工判定，尚未计入（H1、H2）；4 通抽中的通话尚未质检",
    ),
    "ingest/dialogue.py:f'{fault.column} {fault.what}'": (),  # a fault of a cell, told with its field
    "web/rehearsal_desk.py:clip.why_not": ("3 号剪辑还没有人审听批准", "3 号剪辑已撤回"),
    "adopting.py:'；'.join(found.problems)": _UNFIT,
    "web/api/standards.py:'；'.join(found.problems)": _UNFIT,
}
"""What stands in braces and comes from data or from words made elsewhere, by module: what it reads."""
NUMBERED = re.compile(
    r"(?:^|[._])(?:\w*id|ids|month|day|days|number|seq|line|row|place|index|cue|version|versions|newest|seen|current|seed|until|points|stands|"
    r"faults|taken|most|least|low|high|limit|weeks|minutes|value_ms|start_ms|at_ms|held|held_on|due_on|on_day|planned_on|"
    r"happened_at|code|codes|item|total|behind|audit|year|last|seconds|per_team|duration_s|numbers|settled|per_fault|"
    r"appeal_workdays|notice_max_points|notice_max_month|earlier|from_day|to_day|valid_from|valid_to|handling|wrong|period|"
    r"begin|end|path|session|owner_call|clip|pack|valid|slot|review_by|reviewed_at|stratum|kind\.value|score|what\.value|"
    r"which\.value|suffix|layout|format|length|share|of|differing|login|key|columns|unit|example|entry_version|held_at|on)$"
)
"""Names of what has no Chinese: numbers, days, codes, paths below the workspace."""
TYPED = re.compile(r"(?:^|\.)(?:call_id|operator_id|entry_id|code|item|login|month|version|current)$")
"""Names of what mostly has no Chinese, but stands in addresses and files where anything can be written."""
SYSTEM = re.compile(r"(?:^|\.)(?:error|strerror|problem|reason|errno|__name__)$")
"""What the operating system or a library says, in English."""


@dataclass(frozen=True)
class Text:
    """One text of the source with what it may read."""

    where: str
    source: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class _Scope:
    path: Path
    function: ast.FunctionDef | None


def _trees() -> dict[Path, ast.Module]:
    files = sorted((*(ROOT / "qa_pipeline").rglob("*.py"),))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


@cache
def _names_zh() -> tuple[str, ...]:
    found = set()
    for module in iter_modules(models.__path__):
        for kind in vars(import_module(f"{models.__name__}.{module.name}")).values():
            if isinstance(kind, type) and issubclass(kind, Enum) and hasattr(kind, "name_zh"):
                found |= {str(one.name_zh) for one in kind}  # type: ignore[attr-defined]
    return tuple(sorted(found))


class Source:
    """The program's source with its functions, calls and classes of errors."""

    def __init__(self) -> None:
        self.trees = _trees()
        self.functions: dict[str, list[tuple[Path, ast.FunctionDef]]] = defaultdict(list)
        self.calls: dict[str, list[tuple[_Scope, ast.Call]]] = defaultdict(list)
        self.constants: dict[str, list[ast.expr]] = defaultdict(list)
        for path, tree in self.trees.items():
            self._index(path, tree, None)
        self.errors = self._errors()

    def _index(self, path: Path, node: ast.AST, function: ast.FunctionDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                self.functions[child.name].append((path, child))
            elif isinstance(child, ast.Call):
                self.calls[_called(child)].append((_Scope(path, function), child))
            elif isinstance(child, ast.Assign) and isinstance(node, ast.Module):
                for target in child.targets:
                    if isinstance(target, ast.Name):
                        self.constants[target.id].append(child.value)
            self._index(path, child, child if isinstance(child, ast.FunctionDef) else function)

    def _errors(self) -> frozenset[str]:
        found = {"QaError"}
        classes = [n for tree in self.trees.values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
        while more := {c.name for c in classes if {ast.unparse(b) for b in c.bases} & found} - found:
            found |= more
        return frozenset(found)

    def texts(self) -> Iterator[Text]:
        """Return every text with Chinese that an error is given, one for each place."""
        for name in sorted(self.errors | ALSO):
            for scope, call in self.calls[name]:
                for part in _texts_of(name, call):
                    if isinstance(part, ast.Name) and (part.id == "now" or _is_passed_on(part.id, scope)):
                        continue
                    samples = tuple(s for s in self._samples(part, scope, ()) if _is_chinese(s))
                    if samples:
                        yield Text(f"{scope.path.relative_to(ROOT)}:{part.lineno}", ast.unparse(part), samples)

    def _samples(self, one: ast.expr, scope: _Scope, seen: tuple[object, ...]) -> list[str]:
        if len(seen) > 12 or (id(one), scope.function and scope.function.name) in seen:
            return []
        seen = (*seen, (id(one), scope.function and scope.function.name))
        known = KNOWN.get(f"{scope.path.relative_to(ROOT / 'qa_pipeline')}:{ast.unparse(one)}")
        if known is not None:
            return list(known)
        for way in (_plain, self._put_together, self._followed):
            found = way(one, scope, seen)
            if found is not None:
                return found
        return _any(ast.unparse(one))

    def _put_together(self, one: ast.expr, scope: _Scope, seen: tuple[object, ...]) -> list[str] | None:
        match one:
            case ast.JoinedStr(values=values):
                return _together([self._samples(value, scope, seen) or [SOMEBODY] for value in values])
            case ast.FormattedValue(value=value):
                return self._samples(value, scope, seen)
            case ast.IfExp(body=body, orelse=other):
                return self._samples(body, scope, seen) + self._samples(other, scope, seen)
            case ast.BoolOp(values=values):
                return [s for value in values for s in self._samples(value, scope, seen)]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return _together([self._samples(left, scope, seen), self._samples(right, scope, seen)])
        return None

    def _followed(self, one: ast.expr, scope: _Scope, seen: tuple[object, ...]) -> list[str] | None:
        match one:
            case ast.Subscript(value=ast.Dict() as table):
                return self._values(table, scope, seen)
            case ast.Subscript(value=ast.Name(id=name)) if name in self.constants:
                return [s for value in self.constants[name] for s in self._values(value, scope, seen)]
            case ast.Subscript(value=value):
                return self._samples(value, scope, seen)
            case ast.Name(id=name):
                return self._named(name, scope, seen)
            case ast.Call():
                return self._returned(one, scope, seen)
        return None

    def _values(self, one: ast.expr, scope: _Scope, seen: tuple[object, ...]) -> list[str]:
        """Return the samples of what a table holds."""
        match one:
            case ast.Dict(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
                return [s for value in values for s in self._samples(value, scope, seen)]
            case _:
                return self._samples(one, scope, seen)

    def _named(self, name: str, scope: _Scope, seen: tuple[object, ...]) -> list[str]:
        function = scope.function
        if function is not None:
            assigned = [s for value in _assigned(function, name) for s in self._samples(value, scope, seen)]
            if assigned := [s for s in assigned if s]:
                return assigned
            place = _parameter(function, name)
            if place is not None and not NUMBERED.search(name):
                given = [
                    s
                    for where, call in self.calls[function.name]
                    if (value := _given(call, name, place)) is not None
                    for s in self._samples(value, where, seen)
                ]
                if given := [s for s in given if s]:
                    return list(dict.fromkeys(given))[:MOST]
        if name.strip("_").isupper():
            return [s for value in self.constants[name] for s in self._samples(value, scope, seen)] or ["7"]
        return _any(name)

    def _returned(self, call: ast.Call, scope: _Scope, seen: tuple[object, ...]) -> list[str]:
        name = _called(call)
        if name in {"len", "max", "min", "int", "sum", "round", "first_month", "ceil", "isoformat"}:
            return ["7"]
        if name in {"str", "sorted", "map", "set", "tuple", "list", "strip", "next", "repr", "lower"} and call.args:
            return self._samples(call.args[-1], scope, seen)
        if name == "join" and call.args:
            of = call.args[0]
            part = of.elt if isinstance(of, (ast.GeneratorExp, ast.ListComp)) else of
            inner = self._samples(part, scope, seen) or [SOMEBODY]
            between = ast.literal_eval(call.func.value) if isinstance(call.func.value, ast.Constant) else "、"  # type: ignore[attr-defined]
            return [*inner[:MOST], between.join((inner * 2)[:2])]
        made = [(p, f) for p, f in self.functions[name] if p == scope.path] or self.functions[name][:1]
        found = []
        for path, function in made:
            for node in ast.walk(function):
                if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
                    found += self._samples(node.value, _Scope(path, function), seen)
        return [s for s in found if s not in {"None", ""}] or _any(ast.unparse(call))


def _plain(one: ast.expr, _scope: _Scope, _seen: tuple[object, ...]) -> list[str] | None:
    """Return what can be told without looking elsewhere."""
    match one:
        case ast.Constant(value=value):
            return [str(value)]
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
            return [_formatted(ast.unparse(spec))]
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=int())) | ast.UnaryOp():
            return ["7"]
        case ast.BinOp(op=op, left=left) if not isinstance(op, ast.Add) or NUMBERED.search(ast.unparse(left)):
            return ["7"]
        case ast.Subscript(value=ast.Name(id="fault")):  # of a length: the column, and the most characters
            return ["64"]
        case ast.Attribute(attr="name_zh"):
            return list(_names_zh())
        case ast.Attribute(attr="label"):
            return list(LABELS.values())
        case ast.Attribute(attr="message" | "hint" | "what"):
            return [MESSAGE]
    return None


def _texts_of(name: str, call: ast.Call) -> list[ast.expr]:
    """Return the message and the hint of what tells a refusal."""
    first = {"Refused": 1, "Refusal": 3, "fault": 1, "_fault": 2, "_wrong": 1, "answer": 2, "broken": 1}.get(name, 0)
    by_name = [k.value for k in call.keywords if k.arg in {"message", "hint", "what", "why"}]
    return [a for a in call.args[first : first + 2] if not isinstance(a, ast.Starred)] + by_name


def _is_chinese(sample: str) -> bool:
    """Whether a text is Chinese, and not an English one with somebody's name or a message in it."""
    return HAN.search(sample.replace(SOMEBODY, "").replace(MESSAGE, "")) is not None


def _is_passed_on(name: str, scope: _Scope) -> bool:
    """Whether a helper hands on what it was given: its callers are looked at themselves."""
    function = scope.function
    return function is not None and function.name in ALSO and _parameter(function, name) is not None


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=ast.Tuple(elts=values)):
                yield from (v for t, v in zip(elts, values, strict=False) if isinstance(t, ast.Name) and t.id == name)
            case ast.NamedExpr(target=ast.Name(id=found), value=value) if found == name:
                yield value
            case (
                ast.For(target=target, iter=ast.Tuple(elts=rows))
                | ast.comprehension(target=target, iter=ast.Tuple(elts=rows))
            ):
                for row in rows:
                    if isinstance(target, ast.Name) and target.id == name:
                        yield row
                    elif isinstance(target, ast.Tuple) and isinstance(row, ast.Tuple):
                        yield from (
                            v
                            for t, v in zip(target.elts, row.elts, strict=False)
                            if isinstance(t, ast.Name) and t.id == name
                        )


def _parameter(function: ast.FunctionDef, name: str) -> int | None:
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if name in {a.arg for a in function.args.kwonlyargs}:
        return len(names) + 99
    return None if name not in names else names.index(name) - (names[0] in {"self", "cls"})


def _given(call: ast.Call, name: str, place: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[place] if place < len(call.args) and not isinstance(call.args[place], ast.Starred) else None


def _any(source: str) -> list[str]:
    if SYSTEM.search(source):
        return ["Permission denied"]
    plain = re.sub(r"\[[^\]]*\]", "", source)
    if TYPED.search(plain):
        return ["7", SOMEBODY]
    return ["7"] if NUMBERED.search(plain) else [SOMEBODY]


def _formatted(spec: str) -> str:
    return "2026-10-31 08:05" if "%Y" in spec else "10-31" if "%m" in spec else "7%" if "%" in spec else "7"


def _together(parts: list[list[str]]) -> list[str]:
    """Return texts in which each sample of each part stands at least once."""
    most = min(MOST, max(map(len, parts), default=0))
    return ["".join(part[i % len(part)] for part in parts if part) for i in range(most)]


@cache
def all_texts() -> tuple[Text, ...]:
    """Return every text that the program refuses with; the source is read once."""
    return tuple(Source().texts())
