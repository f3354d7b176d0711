"""What is probably wrong with a knowledge base: a small registry of checks.

A new check is one function in a module of `qa_pipeline.knowledge.base.lint.checks`::

    @lint_check("KB99", Level.WARNING, "标题以问号结尾")
    def asking_title(base: Base) -> Iterator[Fault]:
        # A title that is a question.
        for filed in base.current:
            if filed.entry.title.endswith("？"):
                yield Fault(filed, "标题是一个问句", "标题写事项，问句写到问题里")

A code never changes its meaning; it is retired.
"""

from qa_pipeline.checks import Level
from qa_pipeline.knowledge.base.lint.changed import warnings_of
from qa_pipeline.knowledge.base.lint.registry import Found, all_checks, lint
from qa_pipeline.knowledge.base.lint.subject import Base, Fault, Filed

__all__ = ["Base", "Fault", "Filed", "Found", "Level", "all_checks", "lint", "warnings_of"]
