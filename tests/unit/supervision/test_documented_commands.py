"""Every command and option that docs/supervision.md shows is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from qa_pipeline.cli.main import app

PAGE = Path(__file__).parents[3] / "docs" / "supervision.md"
SHOWN = [
    shlex.split(line.strip().removeprefix("hotline-qa "), comments=True)
    for line in PAGE.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    if line.startswith("    hotline-qa ")
]


def test_the_page_shows_commands() -> None:
    assert {words[0] for words in SHOWN} == {"notice", "appeal", "retraining"}


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_a_command_that_is_shown_is_there_with_its_options(words: list[str]) -> None:
    group = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    command = group.commands[words[1]]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if re.fullmatch(r"--[a-z-]+", word)} <= options
