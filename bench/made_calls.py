"""Calls to measure rules on: an opening, turns of everyday Chinese that nobody has said before, a closing.

Every call has its own text, so that nothing is answered from a cache that a month of real calls would not fill.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from qa_pipeline.models import CallContext
from tests.builders import call

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "recordings_sample" / "scripts"
TEXT = ROOT.parent / "shared" / "data" / "text"
OPENING = "您好，欢迎拨打12345热线，请问有什么可以帮您？"
CLOSING = "请问您还有其他需要吗？感谢您的来电，祝您生活愉快，再见。"


def everyday() -> str:
    """Return the text that turns are cut from: what callers, operators and writers said, without marks."""
    scripts = (YAML(typ="safe").load(path.read_text("utf-8")) for path in sorted(SCRIPTS.glob("*.yaml")))
    said = [turn["say"] for script in scripts for turn in script["turns"]]
    for name in ("kb.jsonl", "kb_distractors.jsonl", "questions.jsonl"):
        if (TEXT / name).exists():
            said += [json.loads(line)["text"] for line in (TEXT / name).read_text("utf-8").splitlines()]
    cold = TEXT / "cold" / "train.csv"
    if cold.exists():
        said += cold.read_text("utf-8-sig").splitlines()[1:20_000]
    random.Random(7).shuffle(said)  # noqa: S311  # text to measure with, not a secret
    return "".join(c for text in said for c in text if "\u4e00" <= c <= "\u9fff")


def made_calls(count: int, characters: int = 1_500, seed: int = 0) -> Iterator[CallContext]:
    """Yield calls of about so many characters, 30 turns each."""
    chance, text = random.Random(seed), everyday()  # noqa: S311  # the same
    length = (characters - len(OPENING) - len(CLOSING)) // 28
    for _ in range(count):
        starts = [chance.randrange(len(text) - length) for _ in range(28)]
        turns = [text[start : start + length] for start in starts]
        yield call([("话", OPENING), *((("来", "话")[n % 2], turn) for n, turn in enumerate(turns)), ("话", CLOSING)])
