"""What loads and is probably a mistake: a small registry of checks over a ruleset file.

A new check is one function in a module of `qa_pipeline.rules.lint.checks`::

    @lint_check("shouting", Level.WARNING, "短语全是大写字母")
    def shouting(subject: Subject) -> Iterator[Flaw]:
        # Phrases in capital letters.
        for entries, entry in subject.entries():
            if entry.text.isupper():
                yield entries.flaw(entry, "全是大写字母，识别不会这样写", "写成小写或中文")

It is found by itself; ``hotline-qa rules lint --checks`` tells what it looks for.
"""

from qa_pipeline.checks import Level
from qa_pipeline.rules.lint.registry import Found, all_checks, lint

__all__ = ["Found", "Level", "all_checks", "lint"]
