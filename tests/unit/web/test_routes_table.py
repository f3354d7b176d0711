"""docs/routes.md is what the routes say of themselves today."""

from __future__ import annotations

from qa_pipeline.web.access import access_of
from qa_pipeline.web.routes import FILE, table
from tests.routes import ROUTES


def test_the_written_table_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == table(), "make docs"


def test_every_route_stands_in_the_table_once_with_its_scope() -> None:
    lines = table().splitlines()
    for method, route in ROUTES:
        start = f"| {method} | `{route.path.replace(':path', '')}` |"
        found = [line for line in lines if line.startswith(start)]
        assert len(found) == 1, start
        assert all(scope in found[0] for scope in access_of(route).scopes)
        assert access_of(route).public in found[0]
