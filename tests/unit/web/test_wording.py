"""The catalogue of words is whole, and nothing in it is idle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_pipeline import web
from qa_pipeline.web.access import access_of
from qa_pipeline.web.app import FAMILIES
from qa_pipeline.web.security import SAFE_METHODS
from qa_pipeline.web.wording import catalogue, words

FOLDER = Path(web.__file__).parent
SOURCES = "\n".join(
    f.read_text(encoding="utf-8") for f in sorted([*FOLDER.rglob("*.py"), *FOLDER.glob("templates/*.html")])
)
LITERAL = set(re.findall(r"""["']([a-z]+(?:\.[a-z0-9_]+)+)["']""", SOURCES))
BUILT = set(re.findall(r"""t\(\s*["']([a-z.]+\.)["'] ~""", SOURCES))
ASKED = set(re.findall(r"""\bt\(\s*["']([a-z0-9._]+)["']\s*[,)]""", SOURCES))


def test_both_languages_say_everything_with_the_same_values() -> None:
    for key, (zh, en) in catalogue().items():
        assert zh.strip(), key
        assert en.strip(), key
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key


def test_every_word_that_a_page_asks_for_is_there() -> None:
    assert ASKED
    assert set(catalogue()) >= ASKED


def test_the_access_log_has_a_word_for_whatever_is_written_into_it() -> None:
    logged = {
        route.name
        for module in FAMILIES
        for route in module.router.routes
        if (access := access_of(route)).looks or (not access.public and route.methods - SAFE_METHODS)
    }
    assert {name for name in logged if f"action.{name}" not in catalogue()} == set()


def test_no_word_is_idle() -> None:
    idle = {
        key for key in catalogue() if key not in LITERAL | ASKED and not any(key.startswith(start) for start in BUILT)
    }
    assert idle == set()


def test_a_word_that_is_missing_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        words("zh")("no.such.word")
