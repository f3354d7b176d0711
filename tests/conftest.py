"""How tests are run: how many examples a property is tried on, and how often garbage is looked for."""

import gc
import os
from collections.abc import Iterator
from functools import cache

import pytest
import typer
from hypothesis import Phase, settings

# A shared, noisy machine says nothing about speed: no example has a deadline.
settings.register_profile("quick", deadline=None, max_examples=40)
settings.register_profile("deep", deadline=None, max_examples=1000)
# Each of thousands of changed programs is tried on the same few examples (docs/mutation.md).
found = (Phase.explicit, Phase.generate)  # that a test fails is enough: nobody reads the smallest example
settings.register_profile("mutation", deadline=None, max_examples=10, derandomize=True, database=None, phases=found)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """Make once what a process of a user's makes once, but the tests' hundreds of times.

    That is the tree of commands, the tables of a store, and what a text means: each index of a knowledge base would
    ask for it anew.
    """
    from qa_pipeline.language.meaning import encoded  # noqa: PLC0415  # coverage begins after this file is read
    from tests.quick_stores import share  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as process:
        process.setattr(typer.main, "get_command", cache(typer.main.get_command))
        process.setattr("qa_pipeline.knowledge.meanings.encode", encoded)
        share(process)
        yield


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of garbage collection: walking it again and again took an eighth."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
