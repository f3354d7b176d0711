"""The list of keys is the one that the script obeys and the help shows."""

from __future__ import annotations

import re
from pathlib import Path

from qa_pipeline import web
from qa_pipeline.web.keys import KEYS, bindings
from qa_pipeline.web.wording import catalogue
from tests.e2e.month import MAIN

SCRIPT = (Path(web.__file__).parent / "static" / "review.js").read_text(encoding="utf-8")
ENTRIES = [entry for _, entries in KEYS for entry in entries]


def test_no_key_does_two_things() -> None:
    keys = [key for entry in ENTRIES for key in entry.keys]
    assert len(keys) == len(set(keys)) == len(bindings())


def test_the_script_has_an_action_for_each_and_no_other() -> None:
    table = re.search(r"const actions = {(.*?)\n  };", SCRIPT, re.DOTALL)
    assert table is not None
    assert set(re.findall(r"^    (\w+):", table[1], re.MULTILINE)) == {entry.action for entry in ENTRIES}


def test_each_has_its_word_and_the_help_shows_them_all(client) -> None:
    shown = client.get(f"/calls/{MAIN}").text
    for entry in ENTRIES:
        assert f"<dd>{catalogue()[f'key.{entry.action}'][0]}</dd>" in shown
