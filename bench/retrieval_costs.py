"""What retrieval costs over bases of a size, in a process of its own: ``python -m bench.retrieval_costs SIZE FILE``."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.question_sets import DAY, SHARED, base, development, made
from bench.results import own_memory_mb
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.language.meaning import encoded
from qa_pipeline.models import KnowledgeEntry

ROOT = Path(__file__).resolve().parent.parent
_PLACE = "东西南北中新老大小上下长安宁平明华兴永福金玉石河山湖海江林泉"


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of processor time, MB that the index holds, and ms a question.

    Args:
        size: Entries.
        start_s: To make the index.
        mb: What the process holds more when the index stands.
        words_ms: A question without meaning.
        first_ms: A question with meaning whose entries were never looked at before.
        kept_ms: After a new start, with the meanings of entries kept in a file.
        warm_ms: A question with meaning, meanings of entries in memory.
        warm_mb: What the process holds more after all questions.
        encoder_mb: What the encoder of meanings holds, whatever the size.
    """

    size: int
    start_s: float
    mb: int
    words_ms: float
    first_ms: float
    kept_ms: float
    warm_ms: float
    warm_mb: int
    encoder_mb: int


def costs(size: int, data: Path) -> Costs:
    """Measure a base of a size in a process of its own."""
    command = [sys.executable, "-m", "bench.retrieval_costs", str(size), str(data)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Costs(**json.loads(done.stdout))


def grown(size: int, data: Path) -> Iterator[KnowledgeEntry]:
    """Yield entries made of the measuring set's: titles of many towns, sentences in another order and of others."""
    draw = random.Random(size)  # noqa: S311
    entries = base(data)
    for number in range(size):
        entry = entries[number % len(entries)]
        town = "".join(draw.sample(_PLACE, 2)) + draw.choice("区县镇")
        clauses = entry.answer.split("，")
        draw.shuffle(clauses)
        yield made(f"E{number}", town + entry.title, "，".join(clauses) + draw.choice(entries).answer[:60])


def _measured(size: int, data: Path) -> Costs:
    entries, questions = list(grown(size, data)), [question.text for question in development(data)][:40]
    held = own_memory_mb()
    encoded(questions[0])
    encoder_mb = own_memory_mb() - held
    KnowledgeIndex(entries[:1]).search(questions[0], DAY)  # dictionaries and weights are not the index's
    held, begun = own_memory_mb(), time.process_time()
    by_words = KnowledgeIndex(entries, by_meaning=False)
    start_s, mb = time.process_time() - begun, own_memory_mb() - held
    words_ms = _ms(by_words, questions)
    del by_words
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "meanings.sqlite3"
        first = KnowledgeIndex(entries, cache)
        first_ms = _ms(first, questions)
        warm_ms = _ms(first, questions)
        warm_mb = own_memory_mb() - held
        del first
        kept_ms = _ms(KnowledgeIndex(entries, cache), questions)
    return Costs(size, start_s, mb, words_ms, first_ms, kept_ms, warm_ms, warm_mb, encoder_mb)


def _ms(index: KnowledgeIndex, questions: Sequence[str]) -> float:
    begun = time.process_time()
    for question in questions:
        index.search(question, DAY)
    return (time.process_time() - begun) * 1000 / len(questions)


if __name__ == "__main__":
    print(json.dumps(asdict(_measured(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else SHARED))))
