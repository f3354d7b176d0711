"""The table of routes and who may use each, from what the routes say themselves: ``docs/routes.md``.

``python -m qa_pipeline.web.routes`` prints it, ``--write`` writes the file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import APIRoute

from qa_pipeline.models.accounts import Role
from qa_pipeline.web.access import Access, access_of
from qa_pipeline.web.app import FAMILIES

FILE = Path(__file__).parents[2] / "docs" / "routes.md"
HEAD = """# Routes and who may use them

Made by `python -m qa_pipeline.web.routes --write` from what each route says of itself (`qa_pipeline/web/access.py`);
a test keeps it fresh. `tests/unit/web/test_who_may.py` asks each route as each role, as nobody, and without the
session's token.

● may · – is refused with a page that says so (403). Who is not signed in is sent to sign in. **look**: written into the
access log; so is every change, with what became of it. A change (POST) carries the session's own token beside its
cookie. A route of the API needs a token with the scopes that stand there, made for an account with one of the roles.
"""


def table() -> str:
    """Return the file's text: a table of the pages and one of the API's routes."""
    heads = ["method", "address", *(role.value for role in Role)]
    pages, api = [], []
    for method, route in _routes():
        access = access_of(route)
        row = [method, f"`{route.path.replace(':path', '')}`", *_marks(access)]
        if access.scope:
            api.append([*row, " ".join(f"`{scope}`" for scope in _scopes(access)), _note(access)])
        else:
            pages.append([*row, _note(access)])
    parts = [HEAD, "## Pages", "", *_rows([*heads, "beside"], pages), ""]
    return "\n".join([*parts, "## API", "", *_rows([*heads, "scope", "beside"], api), ""])


def _routes() -> Iterator[tuple[str, APIRoute]]:
    found = [route for module in FAMILIES for route in module.router.routes if isinstance(route, APIRoute)]
    for route in sorted(found, key=lambda r: (r.path, sorted(r.methods or ()))):
        for method in sorted(route.methods or ()):
            yield method, route


def _marks(access: Access) -> list[str]:
    return ["–" if access.roles and role not in access.roles else "●" for role in Role]


def _scopes(access: Access) -> list[str]:
    return [access.scope, *sorted(access.also)]


def _note(access: Access) -> str:
    if access.public:
        return f"nobody needs to be signed in: {access.public}"
    return "look" if access.looks else ""


def _rows(heads: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (heads, ["---"] * len(heads), *rows)]


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(table(), encoding="utf-8")
    else:
        sys.stdout.write(table())
