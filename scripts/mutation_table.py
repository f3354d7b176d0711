"""Writes what came of the mutants of scoring/ into docs/mutation.md: a line a module, each survivor with its reason.

Reads mutants/, which `make mutation` leaves, and docs/mutation_reasons.yaml, where people say why a survivor may live.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutmut.stats import status_by_exit_code
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PAGE, REASONS = ROOT / "docs" / "mutation.md", ROOT / "docs" / "mutation_reasons.yaml"
MARK = "<!-- written by scripts/mutation_table.py -->"
NOT_YET = "**not looked at yet**"
DEAD, TYPED, UNTRIED = ("killed", "timeout", "segfault"), "caught by type check", "not checked"
NUMBERED = re.compile(r"__mutmut_\d+$")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A changed function that every test passes: the line that was, and the line that became of it."""

    where: str
    was: str
    became: str


def statements(path: Path) -> dict[str, list[str]]:
    """Return the arguments and lines of each function of a module with mutants, by its generated name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {node.name: [f"({ast.unparse(node.args)})", *_body(node)] for node in found}


def _body(node: ast.FunctionDef) -> list[str]:
    return [line.strip() for part in node.body for line in ast.unparse(part).splitlines()]


def changed(before: list[str], after: list[str]) -> tuple[str, str]:
    """Return what of two functions differs."""
    lines = [line for line in difflib.ndiff(before, after) if line[:2] in {"- ", "+ "}]
    sides = (" ⏎ ".join(line[2:] for line in lines if line[0] == sign) for sign in "-+")
    was, became = sides
    return (was, became) if len(was) < 160 else narrowed(was, became)


def narrowed(was: str, became: str) -> tuple[str, str]:
    """Leave of two long lines what differs, with some of what stands around it."""
    start = next((n for n, (one, other) in enumerate(zip(was, became, strict=False)) if one != other), 0)
    end = next((n for n, (one, other) in enumerate(zip(was[::-1], became[::-1], strict=False)) if one != other), 0)
    first, last = max(0, start - 45), max(0, end - 25)
    return tuple(f"… {text[first : len(text) - last]} …" for text in (was, became))  # type: ignore[return-value]


def modules() -> Iterator[tuple[str, Counter[str], list[Survivor]]]:
    """Yield each module with how many mutants came to what, and those that live."""
    for meta in sorted((ROOT / "mutants" / "scoring").rglob("*.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if not codes:
            continue
        status = {name: status_by_exit_code[code] for name, code in codes.items()}
        source = meta.with_suffix("")
        functions = statements(source)
        alive = [survivor(name, functions) for name, what in status.items() if what in {"survived", "no tests"}]
        yield source.relative_to(ROOT / "mutants").as_posix(), Counter(status.values()), alive


def survivor(name: str, functions: dict[str, list[str]]) -> Survivor:
    """Return a mutant as people read it."""
    module, _, mangled = name.rpartition(".")
    plain = NUMBERED.sub("", mangled)
    sides = changed(functions[f"{plain}__mutmut_orig"], functions[mangled])
    return Survivor(f"{module}.{plain.removeprefix('x_').replace('xǁ', '').replace('ǁ', '.')}", *sides)


def why(one: Survivor, reasons: list[dict[str, str]]) -> str:
    """Return why a survivor may live, as somebody said who looked at it."""
    fits = (r["why"] for r in reasons if re.search(r["where"], one.where) and re.search(r["becomes"], one.became))
    return " ".join(next(fits, NOT_YET).split())


def table(found: list[tuple[str, Counter[str], list[Survivor]]], reasons: list[dict[str, str]]) -> str:
    """Return the page's written part."""
    rows, told = [], []
    total: Counter[str] = Counter()
    for name, counts, alive in found:
        total += counts
        rows.append(row(f"`{name}`", counts, len(alive)))
        told += [f"\n### `{name}`\n"] if alive else []
        told += [f"- `{one.where}`: `{one.was}` → `{one.became}`  \n  {why(one, reasons)}" for one in alive]
    head = "| module | mutants | refused by mypy | killed | survived | not run |\n|---|---|---|---|---|---|"
    return "\n".join([head, *rows, row("all", total, sum(len(alive) for *_, alive in found)), *told, ""])


def row(name: str, counts: Counter[str], alive: int) -> str:
    """Return one line of the table."""
    untried = sum(counts[what] for what in (UNTRIED, "check was interrupted by user", "suspicious", "skipped"))
    cells = (counts.total(), counts[TYPED], sum(counts[what] for what in DEAD), alive, untried)
    return f"| {name} | {' | '.join(map(str, cells))} |"


def main() -> int:
    """Write the page; 1 where somebody has yet to look at a survivor."""
    reasons: Any = YAML(typ="safe").load(REASONS.read_text(encoding="utf-8"))
    text = table(list(modules()), reasons)
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    PAGE.write_text(f"{before}{MARK}\n\n{text}", encoding="utf-8")
    unseen = text.count(NOT_YET)
    print(f"{PAGE.name}: {unseen} survivors to look at")
    return int(unseen > 0)


if __name__ == "__main__":
    sys.exit(main())
