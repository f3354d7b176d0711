"""``hotline-qa`` run in the test's own process, as its console script does."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from qa_pipeline.cli import main


@dataclass(frozen=True)
class Said:
    """What one command printed and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


def said_by(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str, stdin: bytes = b""
) -> Said:
    """Run ``hotline-qa`` with some arguments; what was printed before is not part of what it says."""
    monkeypatch.setattr(sys, "argv", ["hotline-qa", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    return Said(int(ended.value.code or 0), printed.out, printed.err)
